"""`kjennetegn --help`: said at once, and the same as every subcommand says of itself."""

import os
import subprocess
import sys

import click
import pytest

from survey import cli
from tests.waves import ON_SQLITE


@pytest.mark.parametrize("subcommand", cli._FAMILIES)
def test_help_tells_what_a_subcommand_says_of_itself_on_one_line(subcommand):
    context = click.Context(cli.kjennetegn, terminal_width=80)
    said = cli.kjennetegn.get_help(context).splitlines()
    (line,) = [line for line in said if line.split()[:1] == [subcommand]]
    purpose = cli.kjennetegn.get_command(context, subcommand).help.splitlines()[0]
    assert line.split(maxsplit=1)[1] == purpose
    assert purpose.endswith(".")


def test_nothing_waits_for_what_lays_out_or_checks_before_there_is_something_to():
    everything = ", ".join({*cli._FAMILIES.values(), "survey.web.application"})
    waits = {"jsonschema", "matplotlib", "weasyprint"}  # the first checks a questionnaire that is read
    asked = f"import sys, {everything}; print({waits} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    assert told == "set()\n"


def test_what_prints_keys_knows_no_database_and_no_log():
    known = "{'flask', 'sqlalchemy', 'structlog', 'survey.operations', 'survey.store'} & set(sys.modules)"
    asked = f"import sys, survey.background.key_sheet_process; print({known})"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    assert told == "set()\n"


@ON_SQLITE
def test_a_command_about_units_loads_only_what_it_needs(settings):
    unneeded = {"alembic", "flask", "openpyxl", "polars", "psycopg", "redis", "scipy.special"}
    told = f"print({unneeded} & set(sys.modules))"
    asked = f"import atexit, sys; from survey import cli; atexit.register(lambda: {told})"
    command = [sys.executable, "-c", f"{asked}; cli.main(['unit', 'add', 'Solvang', '--edition', 'skole'])"]
    environment = {**os.environ, **settings.to_environment()}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)  # noqa: S603 - our own
    assert done.stdout.splitlines()[-1] == "set()"


def test_help_is_told_without_loading_what_the_subcommands_need():
    asked = "import sys; from survey import cli; cli.kjennetegn.main(['--help'], standalone_mode=False)"
    loaded = "print({'numpy', 'sqlalchemy', 'weasyprint', 'survey.cli.wave'} & set(sys.modules))"
    command = [sys.executable, "-c", f"{asked}; {loaded}"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    assert told.splitlines()[-1] == "set()"
    assert "Commands:" in told


@pytest.mark.parametrize(("subcommand", "threads"), [("worker", "1"), ("validate", "1"), ("score", None)])
def test_models_take_one_thread_and_files_of_answers_what_there_is(subcommand, threads):
    got = f"cli.kjennetegn.get_command(None, {subcommand!r})"
    asked = f"import os; from survey import cli; {got}; print(os.environ.get('OPENBLAS_NUM_THREADS'))"
    bare = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    command = [sys.executable, "-c", asked]
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=bare).stdout  # noqa: S603 - our own
    assert told.split() == [str(threads)]
