"""Carry out an import as it was shown: compared once more and stored in one transaction, or not at all."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection

from instruments.problems import Refused
from survey.store.database import Database
from survey.store.repositories import unit_imports, units
from survey.store.repositories.unit_imports import LeaderRole, NewUnit
from survey.unit_import import entries, plan
from survey.unit_import.columns import SheetColumn
from survey.unit_import.identities import kind_of
from survey.unit_import.plan import ImportPlan, PlannedUnit, Scope
from survey.unit_import.sheet import Sheet


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


def _planned(connection: Connection, given: Sheet, scope: Scope) -> ImportPlan:
    said, faults = entries.of_sheet(given)
    emails = {email for each in said for email in each.leader} if scope.leaders else set()
    return plan.make(said, faults, unit_imports.stored(connection, emails), scope)


def _new_unit(planned: PlannedUnit, places: Mapping[int, int]) -> NewUnit:
    entry = planned.entry
    values = {
        "key": units.new_key(),
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
