"""The installation a command works on, closed when the command ends."""

import os

import click

from survey.operations.installation import Installation
from survey.settings import Settings
from survey.store.database import Database, connect


def installed() -> Installation:
    """The installation of the environment, open until the command ends. Raises Refused as opening it does."""
    home = Installation.from_environment()
    click.get_current_context().call_on_close(home.database.close)
    return home


def unopened() -> Database:
    """Its database in whatever state it is, for what mends and copies it. Raises Refused on bad settings."""
    database = connect(Settings.from_environment(os.environ).database)
    click.get_current_context().call_on_close(database.close)
    return database
