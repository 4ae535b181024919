"""The installation a command works on, closed when the command ends."""

import os

import click

from survey.operations import log
from survey.operations.installation import Installation
from survey.settings import Settings
from survey.store import actor
from survey.store.database import Database, connect
from survey.store.patience import LONG
from survey.store.repositories import access_history


def installed(*, awaited: bool = False) -> Installation:
    """Open the installation of the environment for a command that changes it. Raises Refused.

    Raises Unavailable where the database is away for now, unless it is `awaited`.
    """
    settings = Settings.from_environment(os.environ)
    home = _until_the_end(Installation.on(settings, LONG, awaited=awaited))
    actor.bind(log.COMMAND_LINE, home.today)
    click.get_current_context().call_on_close(actor.release)
    return home


def looked_at() -> Installation:
    """Open the installation for a command that only looks: it changes and makes nothing. Raises Refused."""
    return _until_the_end(Installation.read_only(Settings.from_environment(os.environ)))


def act_on_unit(home: Installation, event: str, unit: str | None, about: str, **details: object) -> None:
    """Note that a command did something to a unit, or to all: in the log, and for its leaders to see."""
    access_history.record_on(home.database, event, unit, about=about)
    log.act(event, unit=unit, **details)


def unopened(*, read_only: bool) -> Database:
    """Return its database in whatever state it is, to be mended or copied. Raises Refused."""
    database = connect(Settings.from_environment(os.environ).database, LONG, read_only=read_only)
    click.get_current_context().call_on_close(database.close)
    return database


def _until_the_end(home: Installation) -> Installation:
    click.get_current_context().call_on_close(home.database.close)
    return home
