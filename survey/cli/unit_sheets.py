"""Import a sheet of units on the command line: what it would do is said first, and asked."""

import time
from dataclasses import replace
from pathlib import Path

import click

from instruments.problems import Problem, Refused, refuse
from survey.cli.asking import require_yes
from survey.operations import log
from survey.operations.installation import Installation
from survey.unit_import import carrying_out, columns, sheet
from survey.unit_import.plan import ImportPlan, Scope
from survey.unit_import.sheet import RowFault, Sheet

_LANGUAGE = "en"  # of what commands say


def import_file(home: Installation, file: Path, scope: Scope, *, yes: bool) -> ImportPlan:
    """Store what the sheet says within the scope, in one act, after asking; return what was done.

    Raises Refused with every fault of every row, and as `sheet.read` does.
    """
    given = _read(file)
    planned = carrying_out.preview(home.database, given, scope)
    if planned.faults:
        raise Refused(_placed(each, file) for each in planned.faults)
    for each in given.unread:
        click.echo(f"Not read: {each}")
    click.echo(_said(planned))
    if planned.does_nothing:
        return planned
    require_yes("Store all of it?", yes=yes)
    done = carrying_out.carry_out(home.database, given, scope, planned.digest(), now=int(time.time()))
    counted = {"made": done.made, "changed": done.changed, "accounts": done.accounts}
    log.act("sheet-imported", **{name: len(each) for name, each in counted.items()}, roles=done.roles)
    return done


def _read(file: Path) -> Sheet:
    try:
        content = file.read_bytes()
    except OSError as error:
        fault = f"The file cannot be read: {error.strerror}."
        raise refuse("sheet-unreadable", fault, "Name another.", str(file)) from error
    try:
        return sheet.read(content)
    except Refused as refused:
        raise Refused(replace(each, place=str(file)) for each in refused.problems) from None


def _placed(fault: RowFault, file: Path) -> Problem:
    """Return a fault with the file, the row and the column where it is."""
    column = f", {columns.heading(fault.column, _LANGUAGE)}" if fault.column else ""
    return replace(fault.problem, place=f"{file}, row {fault.row}{column}")


def _said(planned: ImportPlan) -> str:
    if planned.does_nothing:
        return "Everything in the sheet is stored already."
    counted = [len(each) for each in (planned.made, planned.changed, planned.left)]
    return (
        "Units: {} made, {} changed, {} left as they are. ".format(*counted)
        + f"Accounts: {len(planned.accounts)} made. Leaders' roles: {planned.roles} given."
    )
