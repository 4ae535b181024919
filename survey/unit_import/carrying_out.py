"""Carry out an import as it was shown: compared once more and stored in one transaction, or not at all."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection

from instruments.problems import Refused
from survey.store import random_keys
from survey.store.database import Database
from survey.store.repositories import unit_imports, units
from survey.store.repositories.unit_imports import LeaderRole, NewUnit
from survey.store.repositories.units import Unit
from survey.unit_import import entries, plan
from survey.unit_import.columns import SheetColumn
from survey.unit_import.identities import kind_of
from survey.unit_import.plan import ImportPlan, PlannedUnit, Scope
from survey.unit_import.sheet import RowFault, Sheet, SheetRow


def preview(database: Database, given: Sheet, scope: Scope) -> ImportPlan:
    """Return what an import of the sheet would do now, and change nothing."""
    with database.reading() as connection:
        return _planned(connection, given, scope)


def carry_out(database: Database, given: Sheet, scope: Scope, digest: str, *, now: int) -> ImportPlan:
    """Store everything that an import of the sheet would do, and return that.

    Raises Refused, and stores nothing: with every fault of the sheet where it has some, and
    `import-overtaken` where what would be done is not what the digest is of.
    """
    with database.writing() as connection:
        planned = _planned(connection, given, scope)
        if planned.faults:
            raise Refused(each.problem for each in planned.faults)
        if planned.digest() != digest:
            raise unit_imports.overtaken()
        made = planned.made
        places = {each.entry.row: place for place, each in enumerate(made)}
        unit_imports.store(
            connection,
            new=[_new_unit(each, places) for each in made],
            changes={each.unit.id: _columns(each.changes) for each in planned.changed if each.unit},
            languages=planned.accounts,
            appointments=list(_appointments(planned.units, places)),
            by=scope.by,
            now=now,
        )
    return planned


def add_one(
    database: Database, cells: Mapping[SheetColumn, str], *, by: str, now: int
) -> tuple[Unit | None, Sequence[RowFault]]:
    """Store one new unit, checked as a row of a sheet with these cells, and return it; else every fault.

    What a sheet would take for a unit that is there already is a fault here: `unit-known` by its number,
    `unit-name-taken` by its name. Leaders are nobody's to name by it.
    """
    given = Sheet([SheetRow(1, cells)], [], "", [])
    with database.writing() as connection:
        planned = _planned(connection, given, Scope(leaders=False, by=by))
        faults = [fault for each in planned.units for fault in _known(each)] or planned.faults
        if faults:
            return None, faults
        new = _new_unit(planned.made[0], {})
        unit_imports.store(connection, new=[new], changes={}, languages={}, appointments=[], by=by, now=now)
    return units.by_key(database, str(new.values["key"])), ()


def _known(planned: PlannedUnit) -> Iterator[RowFault]:
    """Yield why a row is about a unit that is there already, if it is."""
    entry, unit = planned.entry, planned.unit
    if unit is None:
        return
    if entry.organisation_number is not None and entry.organisation_number == unit.organisation_number:
        known = units.number_taken(unit.name, entry.organisation_number)
        yield RowFault(entry.row, SheetColumn.ORGANISATION_NUMBER, known.problems[0])
    else:
        yield RowFault(entry.row, SheetColumn.NAME, units.name_taken(entry.name).problems[0])


def _planned(connection: Connection, given: Sheet, scope: Scope) -> ImportPlan:
    said, faults = entries.of_sheet(given)
    emails = {email for each in said for email in each.leader} if scope.leaders else set()
    return plan.make(said, faults, unit_imports.stored(connection, emails), scope)


def _new_unit(planned: PlannedUnit, places: Mapping[int, int]) -> NewUnit:
    entry = planned.entry
    values = {
        "key": random_keys.draw(),
        "name": entry.name,
        "kind": kind_of(entry),
        "edition": entry.edition,
        "organisation_number": entry.organisation_number,
        "language": entry.language,
        "invited": entry.invited,
    }
    parent = planned.parent
    return NewUnit(values, None if parent.row is None else places[parent.row], parent.unit_id)


def _columns(changes: Mapping[SheetColumn, object]) -> Mapping[str, object]:
    return {column.value: value for column, value in changes.items()}


def _appointments(planned: Sequence[PlannedUnit], places: Mapping[int, int]) -> Iterator[LeaderRole]:
    for each in planned:
        for email in each.appointed:
            if each.unit is None:
                yield LeaderRole(email, None, places[each.entry.row])
            else:
                yield LeaderRole(email, each.unit.id, None)
