"""`kjennetegn --help`: said at once, and the same as every subcommand says of itself."""

import subprocess
import sys

import click
import pytest

from survey import cli


@pytest.mark.parametrize("subcommand", cli._FAMILIES)
def test_help_tells_what_a_subcommand_says_of_itself_on_one_line(subcommand):
    context = click.Context(cli.kjennetegn, terminal_width=80)
    said = cli.kjennetegn.get_help(context).splitlines()
    (line,) = [line for line in said if line.split()[:1] == [subcommand]]
    purpose = cli.kjennetegn.get_command(context, subcommand).help.splitlines()[0]
    assert line.split(maxsplit=1)[1] == purpose
    assert purpose.endswith(".")


def test_help_is_told_without_loading_what_the_subcommands_need():
    asked = "import sys; from survey import cli; cli.kjennetegn.main(['--help'], standalone_mode=False)"
    loaded = "print({'numpy', 'sqlalchemy', 'weasyprint', 'survey.cli.wave'} & set(sys.modules))"
    command = [sys.executable, "-c", f"{asked}; {loaded}"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    assert told.splitlines()[-1] == "set()"
    assert "Commands:" in told
