"""The installation a command works on, closed when the command ends."""

import os

import click

from survey.operations.installation import Installation
from survey.settings import Settings
from survey.store.database import Database, connect


def installed() -> Installation:
    """Open the installation of the environment for a command that changes it. Raises Refused."""
    return _until_the_end(Installation.on(Settings.from_environment(os.environ)))


def looked_at() -> Installation:
    """Open the installation for a command that only looks: it changes and makes nothing. Raises Refused."""
    return _until_the_end(Installation.read_only(Settings.from_environment(os.environ)))


def unopened(*, read_only: bool) -> Database:
    """Return its database in whatever state it is, to be mended or copied. Raises Refused."""
    database = connect(Settings.from_environment(os.environ).database, read_only=read_only)
    click.get_current_context().call_on_close(database.close)
    return database


def _until_the_end(home: Installation) -> Installation:
    click.get_current_context().call_on_close(home.database.close)
    return home
