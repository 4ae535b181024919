"""`kjennetegn unit`: who answers together, and what they are part of."""

import time
from pathlib import Path
from typing import Any

import click

from instruments.languages import LANGUAGES
from reports.files import atomic_write
from survey.cli import unit_sheets
from survey.cli.asking import YES, require_yes
from survey.cli.installed import installed, looked_at
from survey.cli.printed_text import PRINTED
from survey.collection import planning
from survey.operations import log
from survey.operations.installation import Installation
from survey.organisation import closure, inventory, merger, placement, removal
from survey.store.repositories import units
from survey.store.tables import KINDS
from survey.unit_import import export
from survey.unit_import.plan import Scope


@click.group()
def unit() -> None:
    """Add, change, merge, close and list units."""


@unit.command()
@click.argument("name", type=PRINTED)
@click.option("--kind", default="workplace", show_default=True, type=click.Choice(KINDS))
@click.option(
    "--edition", default="", help="The questionnaire's edition, such as skole; for teams and workplaces."
)
@click.option("--parent", default="", metavar="KEY", help="The unit it is part of.")
def add(name: str, kind: str, edition: str, parent: str) -> None:
    """Add the unit NAME and print its key."""
    home = installed()
    if edition:
        planning.require_edition(edition, "--edition")
    added = units.add(home.database, name, kind, edition or None, parent or None, placed_on=home.today)
    log.act("unit-added", unit=added.key)
    click.echo(added.key)


@unit.command()
@click.argument("key", metavar="UNIT")
@click.argument("name", type=PRINTED)
def rename(key: str, name: str) -> None:
    """Give UNIT another NAME. Its leaders are shown what it was called."""
    database = installed().database
    units.rename(database, key, name, by=log.COMMAND_LINE, now=int(time.time()))
    log.act("unit-renamed", unit=key)
    click.echo(f"{key} is called {name}.")


@unit.command()
@click.argument("key", metavar="UNIT")
@click.argument("edition")
def edition(key: str, edition: str) -> None:
    """Correct the EDITION of UNIT, in which nobody was asked yet."""
    home = installed()
    placement.correct_edition(home.database, key, edition, **_now())
    log.act("edition-changed", unit=key)
    click.echo(f"{key} answers the edition {edition}.")


@unit.command()
@click.argument("key", metavar="UNIT")
@click.option("--parent", default="", metavar="KEY", help="What it is part of from now on.")
@YES
def move(key: str, parent: str, *, yes: bool) -> None:
    """Move UNIT, with all that lies in it, below another one.

    Its sealed waves stay below what it lay in then: nobody's totals change.
    """
    home = installed()
    _say(home, key)
    require_yes(f"Move it below {_name(home, parent)}?", yes=yes)
    placement.move(home.database, home.policy, key, parent or None, today=home.today, **_now())
    log.act("unit-moved", unit=key)
    click.echo(f"{key} lies in {_name(home, parent)}.")


@unit.command()
@click.argument("parts", metavar="UNIT...", nargs=-1, required=True)
@click.option("--into", default="", metavar="KEY", help="The unit they are merged into.")
@click.option("--name", default="", type=PRINTED, help="The name of a new unit to merge them into.")
@YES
def merge(parts: tuple[str, ...], into: str, name: str, *, yes: bool) -> None:
    """Merge UNITs into one: they are closed, and their people are asked there.

    What was sealed stays with each of them, for those who have a role in it. Nobody is given a role in the
    other unit by it.
    """
    if bool(into) == bool(name):
        raise click.UsageError("Give either --into or --name.")
    home = installed()
    for key in parts:
        _say(home, key)
    require_yes(f"Merge them into {name or _name(home, into)}?", yes=yes)
    given = {"today": home.today, **_now()}
    if name:
        merged = merger.merge_into_new(home.database, home.keys, home.policy, parts, name, **given)
    else:
        merged = merger.merge(home.database, home.keys, home.policy, parts, into, **given)
    log.act("unit-merged", unit=merged.key)
    click.echo(merged.key)


@unit.command()
@click.argument("key", metavar="UNIT")
@YES
def close(key: str, *, yes: bool) -> None:
    """Close UNIT: nobody is asked there any more, and what was sealed can still be read."""
    home = installed()
    _say(home, key)
    require_yes("Close it, and remove its drafts?", yes=yes)
    closure.close(home.database, home.keys, key, today=home.today, **_now())
    log.act("unit-closed", unit=key)
    click.echo(f"{key} is closed.")


@unit.command()
@click.argument("key", metavar="UNIT")
def reopen(key: str) -> None:
    """Open a closed UNIT again."""
    closure.reopen(installed().database, key, **_now())
    log.act("unit-reopened", unit=key)
    click.echo(f"{key} is open again.")


@unit.command()
@click.argument("key", metavar="UNIT")
@YES
def remove(key: str, *, yes: bool) -> None:
    """Remove UNIT with all its surveys, results, agreements and roles. This cannot be undone.

    What was released of it stays counted, so that nothing can be subtracted later: totals that it is in are
    withdrawn.
    """
    home = installed()
    _say(home, key)
    click.echo(f"{removal.withdrawn_totals(home, key)} totals that it is in are shown no more.")
    click.echo("What its surveys have brought into pools of many units cannot be taken out again.")
    require_yes("Remove it, and destroy all of that?", yes=yes)
    removed = removal.remove(home, key, today=home.today, **_now())
    log.act("unit-removed", unit=key)
    click.echo(f"{removed.name} is removed.")


@unit.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@YES
def import_units(file: Path, *, yes: bool) -> None:
    """Add and change the units of a sheet (XLSX or CSV), all of them in one act or none.

    Every fault of every row is named. Leaders in the sheet are left to `account import`.
    """
    unit_sheets.import_file(installed(), file, Scope(leaders=False, by=log.COMMAND_LINE), yes=yes)


@unit.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--language", default="nb", show_default=True, type=click.Choice(list(LANGUAGES)))
def export_units(file: Path, language: str) -> None:
    """Write the units and their leaders as a sheet (CSV) that can be imported again."""
    content = export.csv_bytes(looked_at().database, language)
    atomic_write.write({file: content})


@unit.command()
@click.argument("key", metavar="UNIT")
@click.option("--years", type=click.IntRange(min=1), help="How many; as what it is part of if left out.")
def keep(key: str, years: int | None) -> None:
    """Say for how many years results of surveys opened in UNIT, or below it, are kept.

    It holds for surveys that are opened from now on.
    """
    home = installed()
    placement.decide_years(home.database, home.policy, key, years, **_now())
    log.act("years-changed", unit=key)
    kept = units.years_kept(home.database, key, home.policy.retention.results_years)
    click.echo(f"Results of surveys opened from now on are kept for {kept} years.")


@unit.command("list")
def list_all() -> None:
    """List all units: key, kind, edition, what they are part of, name."""
    found = units.every(looked_at().database)
    keys = {each.id: each.key for each in found}
    for each in found:
        parent = "-" if each.parent_id is None else keys[each.parent_id]
        click.echo(f"{each.key}\t{each.kind}\t{each.edition or '-'}\t{parent}\t{each.name}")


def _now() -> dict[str, Any]:
    """Return who does it, and when."""
    return {"by": log.COMMAND_LINE, "now": int(time.time())}


def _name(home: Installation, key: str) -> str:
    return units.by_key(home.database, key).name if key else "nothing"


def _say(home: Installation, key: str) -> None:
    """Print what a unit holds, before it is changed."""
    held = inventory.of_unit(home.database, key)
    click.echo(
        f"{held.unit.name}: {held.drafts} drafts, {held.lasting} surveys that are open or closed, "
        f"{held.sealed} sealed, {held.leaders} leaders and deputies, {held.units} units in it."
    )
