"""Makes a server of this machine by typing the commands of docs/operators.md; there are no others.

It runs before anything is installed, with nothing but Python: `./go server --help`.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import dedent

SOURCE = Path(__file__).resolve().parent.parent
GUIDE = SOURCE / "docs" / "operators.md"
_BLOCK = re.compile(r'^( *)```sh(?: title="([^"]*)")?\n(.*?)^\1```$', re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"(?m)^## (?:(\d+)\. )?(.*)$")  # the steps have numbers, the parts after them none
_ASSIGNED = re.compile(r"(\w+)=(\S+)(?: +#.*)?")
_PROGRAM = "kjennetegn"  # the user of the program, who types from this step on what is not for root
_STEP_OF_THE_PROGRAM = 6
_STEP_OF_EXAMPLES = 7
_DATABASES = {
    "sqlite": "sqlite:///$data/kjennetegn.db",
    "postgresql": "'postgresql://kjennetegn@/kjennetegn?host=/var/run/postgresql'",
}
_ADDRESS = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True)
class Block:
    """Commands that stand in a document, the title above them, and the step they are in; 0 where in none."""

    title: str
    text: str
    step: int = 0

    @property
    def is_for_root(self) -> bool:
        """Return whether root types it."""
        return self.title.startswith("as root") or self.step < _STEP_OF_THE_PROGRAM


def blocks(document: Path) -> list[Block]:
    """Return every block of commands in a document, in order."""
    text = document.read_text("utf-8")
    steps = [(each.start(), int(each[1] or 0)) for each in _HEADING.finditer(text)]
    found = []
    for each in _BLOCK.finditer(text):
        before = [number for start, number in steps if start < each.start()]
        found.append(Block(each[2] or "", dedent(f"{each[1]}{each[3]}"), before[-1] if before else 0))
    return found


def assigned(block: Block) -> dict[str, str]:
    """Return name → what a block of assignments gives it, as written."""
    lines = [_ASSIGNED.fullmatch(line) for line in block.text.splitlines()]
    return {line[1]: line[2] for line in lines if line}


def with_values(block: Block, values: Mapping[str, object]) -> Block:
    """Return the same assignments with some other values: what the document lets its reader change.

    Raises KeyError where it has no such name.
    """
    if unknown := values.keys() - assigned(block).keys():
        raise KeyError(min(unknown))
    given = {**assigned(block), **values}
    return Block(block.title, "".join(f"{name}={value}\n" for name, value in given.items()), block.step)


def wanted(address: str, database: str, web_server: str) -> Iterator[Block]:
    """Yield what is typed for such a server, from the first step to the last."""
    titles = {"", "choose", "as root", "as root, for PostgreSQL", f"as root, with {web_server}"}
    if database == "sqlite":
        titles.remove("as root, for PostgreSQL")
    for each in blocks(GUIDE):
        if each.title not in titles or each.step in {0, _STEP_OF_EXAMPLES}:
            continue
        if each.title == "choose":
            chosen = {"source": SOURCE, "address": address, "database": _DATABASES[database]}
            yield with_values(each, chosen)
        else:
            yield each


def first_account(email: str) -> Block:
    """Return what of the step of examples makes an operator's account and a link to choose its password."""
    [examples] = [each for each in blocks(GUIDE) if each.step == _STEP_OF_EXAMPLES]
    example = "operator@example.org"
    lines = [line for line in examples.text.splitlines() if example in line or "random_password()" in line]
    return Block("", "\n".join(lines).replace(example, shlex.quote(email)), examples.step)


class Terminals:
    """Two shells, root's and that of the program's user, each with what was typed into it before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def type(self, block: Block) -> None:
        """Run a block. Raises CalledProcessError where a command of it fails."""
        user = "root" if block.is_for_root else _PROGRAM
        state = self._folder / user / "state.sh"
        if not state.exists():
            state.parent.mkdir(mode=0o700)
            known = (self._folder / "chosen.sh").read_text("utf-8") if block.title != "choose" else ""
            state.write_text(f"cd /\n{known}", "utf-8")
            subprocess.run(["chown", "-R", user, state.parent], check=True)  # noqa: S603, S607 - our own words
        if block.title == "choose":
            (self._folder / "chosen.sh").write_text(block.text, "utf-8")
        keep = f'{{ export -p; printf "cd %s\\n" "$PWD"; }} >{state}'
        script = f"set -eu -a\n. {state}\n{block.text}\n{keep}\n"
        subprocess.run(["runuser", "-u", user, "--", "sh", "-c", script], check=True)  # noqa: S603, S607 - likewise


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    reader = argparse.ArgumentParser(
        prog="./go server",
        description="Make a server of this machine, by the commands of docs/operators.md. Run it as root on "
        "Debian 12 or Ubuntu 24.04, once the name of the address leads to the machine.",
    )
    reader.add_argument("address", help="what people type: https://survey.example.org")
    reader.add_argument("operator", help="the e-mail address of the first operator")
    reader.add_argument("--database", choices=_DATABASES, default="sqlite")
    reader.add_argument(
        "--web-server",
        choices=["Caddy", "none"],
        default="Caddy",
        help="Caddy gets the certificate by itself; with none, step 9 is yours",
    )
    reader.add_argument(
        "--from", dest="first", type=int, default=1, help="after a fault: the step to begin with"
    )
    reader.add_argument("--show", action="store_true", help="print the commands and do nothing")
    chosen = reader.parse_args(given)
    if not _ADDRESS.fullmatch(chosen.address):
        reader.error(f"{chosen.address} is not like https://survey.example.org, with a name and no path")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", chosen.operator):
        reader.error(f"{chosen.operator} is no e-mail address")
    return chosen


def main(given: Sequence[str]) -> None:
    """Type the blocks one after the other, and say where to go on after a fault."""
    chosen = _arguments(given)
    typed = list(wanted(chosen.address, chosen.database, chosen.web_server))
    typed.append(replace(first_account(chosen.operator), step=typed[-1].step))
    names = {int(number): name for number, name in _HEADING.findall(GUIDE.read_text("utf-8")) if number}
    if chosen.show:
        for block in typed:
            print(f"# step {block.step}, as {'root' if block.is_for_root else _PROGRAM}\n{block.text}")
        return
    if os.getuid() != 0:
        sys.exit("Only root can make a server of a machine: sudo ./go server …")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        terminals = Terminals(Path(folder))
        for block in typed:
            # what the shells have to know is typed again
            is_known = block.title == "choose" or (
                block.step == _STEP_OF_THE_PROGRAM and "set -a" in block.text
            )
            if block.step < chosen.first and not is_known:
                continue
            print(f"› step {block.step}: {names[block.step].lower()}", flush=True)
            try:
                terminals.type(block)
            except subprocess.CalledProcessError:
                again = [chosen.address, chosen.operator, "--database", chosen.database]
                again += ["--web-server", chosen.web_server, "--from", str(block.step)]
                sys.exit(
                    f"A command of step {block.step} failed; the lines above say why. Go on with\n"
                    f"  ./go server {shlex.join(again)}"
                )
    print(f"The server is at {chosen.address}. The link above chooses the operator's password.")


if __name__ == "__main__":
    main(sys.argv[1:])
