"""Follows a document: types its blocks in order into a shell that keeps variables, as one terminal does."""

import re
import shlex
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from tests.installation.bare import run

BLOCK = re.compile(r"^( *)```sh(?: title=\"([^\"]*)\")?\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """Commands that stand in a document, and the title above them."""

    title: str
    text: str


def blocks(document):
    """Every block of commands in a document, in order."""
    found = BLOCK.findall(document.read_text("utf-8"))
    return [Block(title, dedent(f"{indent}{text}")) for indent, title, text in found]


def assigned(block):
    """Name → what a block of assignments gives it, as written."""
    lines = [re.fullmatch(r"(\w+)=(\S+)(?: +#.*)?", line) for line in block.text.splitlines()]
    return {line[1]: line[2] for line in lines}


def with_values(block, values):
    """The same assignments with other values: what the document lets its reader change."""
    assert assigned(block).keys() >= values.keys()
    return Block(block.title, "".join(f"{name}={value}\n" for name, value in values.items()))


class Terminal:
    """A shell whose variables, functions apart, and folder stay from one block to the next."""

    def __init__(self, folder, environment):
        self.state = folder / "terminal.sh"
        self.state.write_text("cd /\n", "utf-8")
        self.environment = environment

    def type(self, block):
        """What a block prints; a block that fails stops the walk."""
        keep = f'{{ export -p; printf "cd %s\\n" "$PWD"; }} >{shlex.quote(str(self.state))}'
        script = f"set -eu -a\n. {shlex.quote(str(self.state))}\n{block.text}\n{keep}\n"
        return run(["sh", "-c", script], env=self.environment).stdout

    def value(self, name):
        """What a variable holds now."""
        return self.type(Block("", f'printf %s "${name}"'))


def service(unit):
    """The command of a systemd unit and its environment."""
    parser = ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str
    parser.read_string(unit.read_text("utf-8"))
    settings = {}
    for line in Path(parser["Service"]["EnvironmentFile"]).read_text("utf-8").splitlines():
        name, _, value = line.partition("=")
        settings[name] = "".join(shlex.split(value))
    return shlex.split(parser["Service"]["ExecStart"]), settings
