"""`kjennetegn unit`: who answers together, and what they are part of."""

import time

import click

from survey.cli.installed import installed, looked_at
from survey.operations import log
from survey.store.repositories import units
from survey.store.tables import KINDS


@click.group()
def unit() -> None:
    """Add and list units."""


@unit.command()
@click.argument("name")
@click.option("--kind", default="workplace", show_default=True, type=click.Choice(KINDS))
@click.option(
    "--edition", default="", help="The questionnaire's edition, such as skole; for teams and workplaces."
)
@click.option("--parent", default="", metavar="KEY", help="The unit it is part of.")
def add(name: str, kind: str, edition: str, parent: str) -> None:
    """Add the unit NAME and print its key."""
    database = installed().database
    added = units.add(database, name, kind, edition or None, parent or None)
    log.act("unit-added", unit=added.key)
    click.echo(added.key)


@unit.command()
@click.argument("key", metavar="UNIT")
@click.argument("name")
def rename(key: str, name: str) -> None:
    """Give UNIT another NAME. Its leaders are shown what it was called."""
    database = installed().database
    units.rename(database, key, name, by=log.COMMAND_LINE, now=int(time.time()))
    log.act("unit-renamed", unit=key)
    click.echo(f"{key} is called {name}.")


@unit.command("list")
def list_all() -> None:
    """List all units: key, kind, edition, what they are part of, name."""
    found = units.every(looked_at().database)
    keys = {each.id: each.key for each in found}
    for each in found:
        parent = "-" if each.parent_id is None else keys[each.parent_id]
        click.echo(f"{each.key}\t{each.kind}\t{each.edition or '-'}\t{parent}\t{each.name}")
