"""Follows a document: types its blocks in order into a shell that keeps variables, as one terminal does."""

import re
import shlex
from configparser import ConfigParser
from pathlib import Path

from deploy.server import Block
from tests.installation.bare import run


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


def started_by(unit):
    """The commands of a unit of systemd that has several, one after the other."""
    lines = re.findall(r"(?m)^ExecStart=(.*)$", unit.read_text("utf-8"))
    return [[word.replace("$$", "$").replace("%%", "%") for word in shlex.split(each)] for each in lines]
