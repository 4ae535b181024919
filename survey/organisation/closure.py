"""Units in which nobody is asked any more, until they are opened again; what was sealed in them stays."""

from datetime import date

from instruments.problems import refuse
from survey.collection import drafting
from survey.collection.keys import KeyDirectory
from survey.organisation import standstill
from survey.store.database import Database, Transaction
from survey.store.repositories import access_history, units, waves
from survey.store.repositories.units import Unit


def close(database: Database, keys: KeyDirectory, key: str, *, by: str, now: int, today: date) -> Unit:
    """Close a unit from today on and return it: its drafts are removed, its sealed waves stay to be read.

    Raises Refused: `unit-unknown`, `unit-closed` where it is, `unit-holds-units`, `unit-surveys`.
    """
    found = units.by_key(database, key)
    units.require_open(found)
    standstill.require_empty(database, found)
    with database.reading() as connection:
        standstill.require_over(connection, [found])
    remove_drafts(database, keys, found)
    with database.writing() as connection:
        end(connection, found, today)
        access_history.record(connection, "unit-closed", [found.id], about=found.name, by=by, now=now)
    return units.by_key(database, key)


def reopen(database: Database, key: str, *, by: str, now: int) -> Unit:
    """Open a closed unit again and return it; one that is open stays so.

    Raises Refused: `unit-unknown`, `unit-merged` for one that was merged into another, and `unit-closed`
    where what it lies in is closed.
    """
    found = units.by_key(database, key)
    if found.merged_into_id is not None:
        raise refuse(
            "unit-merged",
            "%(unit)s was merged into another unit, in which its people are asked now.",
            "Add a new unit if some of them work apart again.",
            place=key,
            unit=found.name,
        )
    if found.closed_on is None:
        return found
    with database.writing() as connection:
        if found.parent_id is not None:
            units.require_open(units.by_id(connection, found.parent_id))
        units.change(connection, found.id, closed_on=None)
        access_history.record(connection, "unit-reopened", [found.id], about=found.name, by=by, now=now)
    return units.by_key(database, key)


def end(connection: Transaction, found: Unit, today: date, **columns: object) -> None:
    """Let nobody be asked in a unit from today on, in the caller's transaction."""
    standstill.require_over(connection, [found])
    units.change(connection, found.id, closed_on=today, **columns)


def remove_drafts(database: Database, keys: KeyDirectory, found: Unit) -> None:
    """Remove the waves of a unit that were never opened, with their codes."""
    for wave in waves.of_unit(database, found.key):
        if wave.is_draft:
            drafting.remove(database, keys, wave.key)
