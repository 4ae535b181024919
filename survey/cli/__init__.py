"""The `kjennetegn` command: one module per family of subcommands, loaded when it is asked for."""

import ast
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from instruments.problems import Damaged, Problem, Refused, Unavailable
from survey.operations import log

# subcommand → the module that holds it under the same name
_FAMILIES = {
    "instrument": "survey.cli.instrument",
    "score": "survey.cli.score",
    "unit": "survey.cli.unit",
    "wave": "survey.cli.wave",
    "slips": "survey.cli.slips",
    "account": "survey.cli.account",
    "round": "survey.cli.round",
    "report": "survey.cli.report",
    "export": "survey.cli.export",
    "pool": "survey.cli.pool",
    "validate": "survey.cli.validate",
    "policy": "survey.cli.policy",
    "papers": "survey.cli.papers",
    "demo": "survey.cli.demo",
    "serve": "survey.cli.serve",
    "worker": "survey.cli.worker",
    "set-up": "survey.cli.operations",
    "share": "survey.cli.operations",
    "backup": "survey.cli.operations",
    "restore": "survey.cli.operations",
    "forget-copy": "survey.cli.operations",
    "verify": "survey.cli.operations",
    "migrate": "survey.cli.operations",
}
# 2 is click's own status for what was typed wrong, 75 that of sysexits.h for what may succeed later
_STATUSES = {Refused: 2, Damaged: 1, Unavailable: 75}
# they say in the log why they could not start
_LOGGED_BY_THEMSELVES = (["serve"], ["worker"])


class _Families(click.Group):
    """Finds a subcommand in its module, so that `instrument check` does not pay for matplotlib.

    Nor does `--help`, for what each is good for is read from the modules' text and not by running them.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_FAMILIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        if cmd_name not in _FAMILIES:
            return None
        if cmd_name != "score":
            # read when numpy is loaded. The matrices of models are small: threads that wait for each other on
            # a busy machine take thirty times the time; only a file of answers can be worth several
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        command = getattr(importlib.import_module(_FAMILIES[cmd_name]), _function(cmd_name))
        if not isinstance(command, click.Command):
            raise TypeError(f"{_FAMILIES[cmd_name]}.{cmd_name} is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - likewise
        """Write every subcommand with the first line of its docstring."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _purpose(name)) for name in _FAMILIES])


def _function(subcommand: str) -> str:
    return subcommand.replace("-", "_")


def _purpose(subcommand: str) -> str:
    """Return the first line of a subcommand's docstring."""
    module = _FAMILIES[subcommand].rpartition(".")[2]
    # read as text, because importing the modules would load matplotlib and WeasyPrint
    text = Path(__file__).with_name(f"{module}.py").read_text("utf-8")
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    told = next(ast.get_docstring(each) or "" for each in functions if each.name == _function(subcommand))
    return told.partition("\n")[0]


@click.group(cls=_Families, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kjennetegn")
def kjennetegn() -> None:
    """Measure and follow a learning community: questionnaires, waves, reports and exports."""
    log.act_as(log.COMMAND_LINE)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with 0, or with every problem on standard error.

    Then the status is 2 where the input is at fault, 1 where something of the installation is, and 75 where
    something is away for now, so that the same command may succeed later.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        kjennetegn.main(args=given, prog_name="kjennetegn")
    except (Refused, Damaged, Unavailable) as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        if isinstance(error, Damaged) and given[:1] not in _LOGGED_BY_THEMSELVES:
            log.fault("fault", error.problems)
        sys.exit(_STATUSES[type(error)])
    except _errors_of_the_machine() as error:
        problem = _met(error)
        click.echo(str(problem), err=True)
        log.fault("fault", (problem,))
        sys.exit(1)


def _errors_of_the_machine() -> tuple[type[Exception], ...]:
    # loaded where something was raised, so that `--help` does not pay for it
    return OSError, importlib.import_module("sqlalchemy.exc").DBAPIError


def _met(error: Exception) -> Problem:
    """Return what a command met where a table, a disk or a file is not as it has to be."""
    if not isinstance(error, OSError):
        first = (str(getattr(error, "orig", error)).strip() or "it does not say why").splitlines()[0]
        remedy = "Run `kjennetegn verify`, which reads everything and names what is missing."
        return Problem(
            "database", "database-unreadable", f"The database did not do what was asked: {first}.", remedy
        )
    place = str(error.filename or "output")
    fault = f"It cannot be read or written: {error.strerror or type(error).__name__}."
    return Problem(
        place, "file-unusable", fault, "See whether it is there, with room and the right to write."
    )
