"""Say what an import would make, change and leave, and every fault that keeps it from doing so."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from instruments.problems import Refused, refuse
from survey.store.repositories import accounts, units
from survey.store.repositories.unit_imports import Stored
from survey.store.repositories.units import Unit
from survey.store.tables import ANSWERING_KINDS
from survey.unit_import.columns import SheetColumn
from survey.unit_import.entries import Entry
from survey.unit_import.identities import Identity, Parent, identify, kind_of
from survey.unit_import.sheet import RowFault

# what a sheet gives a unit, and what it may change of one that is stored
_GIVEN: Final = (SheetColumn.NAME, SheetColumn.ORGANISATION_NUMBER, SheetColumn.LANGUAGE, SheetColumn.INVITED)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of a sheet is carried out, by whom, and the language of accounts where none is written."""

    units: bool = True
    leaders: bool = True
    by: str = ""
    language: str = "nb"


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """What becomes of the unit of one row: made where `unit` is None, changed where there are `changes`.

    `changes` are the new values by column; `appointed` are the addresses that are given the leader's role.
    """

    entry: Entry
    unit: Unit | None
    parent: Parent
    changes: Mapping[SheetColumn, object] = field(default_factory=dict)
    appointed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do, in the order of the rows, with the faults that keep it from doing anything.

    `accounts` has the language of each account to be made by its address.
    """

    units: Sequence[PlannedUnit]
    accounts: Mapping[str, str]
    faults: Sequence[RowFault]

    @property
    def made(self) -> Sequence[PlannedUnit]:
        """Return the units to be made."""
        return [each for each in self.units if each.unit is None]

    @property
    def changed(self) -> Sequence[PlannedUnit]:
        """Return the stored units to be changed."""
        return [each for each in self.units if each.unit is not None and each.changes]

    @property
    def left(self) -> Sequence[PlannedUnit]:
        """Return the stored units of which nothing is changed, though somebody may be appointed there."""
        return [each for each in self.units if each.unit is not None and not each.changes]

    @property
    def roles(self) -> int:
        """Return how many roles are given."""
        return sum(len(each.appointed) for each in self.units)

    @property
    def does_nothing(self) -> bool:
        """Return whether all of it is stored already."""
        return not (self.made or self.changed or self.roles)

    def digest(self) -> str:
        """Return a short digest of what would be done: another one where that is anything else."""
        done = [
            (
                each.entry,
                each.unit and each.unit.key,
                each.parent,
                sorted(_named(each.changes)),
                each.appointed,
            )
            for each in self.units
        ]
        return hashlib.blake2b(
            repr((done, sorted(self.accounts.items()))).encode(), digest_size=16
        ).hexdigest()


def make(entries: Sequence[Entry], faults: Sequence[RowFault], stored: Stored, scope: Scope) -> ImportPlan:
    """Return what would be done with the entries. `faults` are those that were found in cells."""
    planner = _Planner(entries, faults, stored, scope)
    planned = [planner.planned(entry) for entry in entries]
    found = sorted([*faults, *planner.faults], key=lambda each: each.row)
    return ImportPlan(planned, planner.accounts, found)


def _named(changes: Mapping[SheetColumn, object]) -> list[tuple[str, object]]:
    return [(column.value, value) for column, value in changes.items()]


class _Planner:
    """Collects the faults and the accounts while it plans one row after another."""

    def __init__(
        self, entries: Sequence[Entry], faults: Sequence[RowFault], stored: Stored, scope: Scope
    ) -> None:
        self.stored, self.scope = stored, scope
        self.spoiled = {(each.row, each.column) for each in faults}
        self.identities = identify(entries, stored.units)
        self.siblings = {(each.parent_id, each.name.casefold()): each for each in stored.units.values()}
        self.first_rows: dict[object, int] = {}
        self.faults: list[RowFault] = []
        self.accounts: dict[str, str] = {}

    def planned(self, entry: Entry) -> PlannedUnit:
        """Return what becomes of one row, and note what is wrong with it."""
        identity = self.identities[entry.row]
        checks: tuple[Callable[[Entry, Identity], Iterator[tuple[SheetColumn | None, Refused]]], ...] = (
            self._parent_problems,
            self._repetitions,
            self._unit_problems,
            self._leader_problems,
        )
        self.faults += [
            RowFault(entry.row, column, refused.problems[0])
            for check in checks
            for column, refused in check(entry, identity)
        ]
        changes = _changes(entry, identity.unit) if identity.unit and self.scope.units else {}
        return PlannedUnit(
            entry, identity.unit, identity.parent, changes, self._appointed(entry, identity.unit)
        )

    def _parent_problems(self, _: Entry, identity: Identity) -> Iterator[tuple[SheetColumn, Refused]]:
        if identity.refused is not None:
            yield SheetColumn.PARENT, identity.refused
        above = identity.parent.unit_id
        if identity.unit is None and above is not None:
            yield from _closed(SheetColumn.PARENT, self.stored.units[above])

    def _repetitions(self, entry: Entry, identity: Identity) -> Iterator[tuple[SheetColumn | None, Refused]]:
        """Yield why a row is about the same unit as one above it."""
        about: object = identity.unit.id if identity.unit else (identity.parent, entry.name.casefold())
        keys: list[tuple[SheetColumn | None, object]] = [(None, about)] if identity.refused is None else []
        if entry.organisation_number:
            keys.append((SheetColumn.ORGANISATION_NUMBER, f"number {entry.organisation_number}"))
        for column, key in keys:
            first = self.first_rows.setdefault(key, entry.row)
            if first != entry.row:
                yield (
                    column,
                    refuse(
                        "row-repeated",
                        "The row is about the same unit as row %(row)s.",
                        "Keep one of them. Several leaders stand in one cell, with commas between.",
                        row=first,
                    ),
                )
                return

    def _unit_problems(self, entry: Entry, identity: Identity) -> Iterator[tuple[SheetColumn, Refused]]:
        unit = identity.unit
        if unit is None:
            yield from self._new_unit_problems(entry)
            return
        yield from _closed(SheetColumn.NAME, unit)
        fixed = {
            SheetColumn.KIND: (entry.kind, unit.kind),
            SheetColumn.EDITION: (entry.edition, unit.edition),
        }
        for column, (written, held) in fixed.items():
            if written is not None and written != held:
                yield column, _unchangeable(unit, held or "–")
        if (
            entry.parent is not None
            and identity.refused is None
            and identity.parent != Parent(unit.parent_id)
        ):
            above = self.stored.units[unit.parent_id].name if unit.parent_id else "–"
            yield SheetColumn.PARENT, _unchangeable(unit, above)
        beside = self.siblings.get((unit.parent_id, entry.name.casefold()))
        if beside is not None and beside.id != unit.id:
            yield SheetColumn.NAME, units.name_taken(entry.name)
        if entry.organisation_number and unit.organisation_number not in {None, entry.organisation_number}:
            yield SheetColumn.ORGANISATION_NUMBER, _another_number(unit)

    def _new_unit_problems(self, entry: Entry) -> Iterator[tuple[SheetColumn, Refused]]:
        if not self.scope.units:
            yield (
                SheetColumn.NAME,
                refuse(
                    "unit-missing", "There is no such unit.", "Import the units first, or correct the name."
                ),
            )
        # said already where what is written of either has a fault of its own
        elif not self.spoiled & {(entry.row, SheetColumn.EDITION), (entry.row, SheetColumn.KIND)}:
            try:
                units.require_edition(entry.name, kind_of(entry), entry.edition)
            except Refused as refused:
                yield SheetColumn.EDITION, refused

    def _leader_problems(self, entry: Entry, identity: Identity) -> Iterator[tuple[SheetColumn, Refused]]:
        if not self.scope.leaders or not entry.leader:
            return
        kind = identity.unit.kind if identity.unit else kind_of(entry)
        if kind not in ANSWERING_KINDS:
            yield (
                SheetColumn.LEADER,
                refuse(
                    "leader-of-none",
                    "“%(unit)s” only holds other units, and has no leader.",
                    "Empty the cell. An owner is given the role on the page of the account.",
                    unit=entry.name,
                ),
            )
        for email in entry.leader:
            if email == self.scope.by:
                yield (
                    SheetColumn.LEADER,
                    refuse(
                        "role-own",
                        "%(email)s is your own address, and nobody gives themselves a role.",
                        "Let another operator import this row.",
                        email=email,
                    ),
                )
            known = self.stored.accounts.get(email)
            if known is not None and "researcher" in {role for role, _ in known.roles}:
                yield SheetColumn.LEADER, accounts.roles_apart(email)

    def _appointed(self, entry: Entry, unit: Unit | None) -> tuple[str, ...]:
        """Return who is given the role, and note the accounts that have to be made for that."""
        if not self.scope.leaders:
            return ()
        appointed = []
        for email in entry.leader:
            known = self.stored.accounts.get(email)
            if known is None:
                spoken = entry.language or (unit.language if unit else None) or self.scope.language
                self.accounts.setdefault(email, spoken)
            if known is None or unit is None or ("leader", unit.id) not in known.roles:
                appointed.append(email)
        return tuple(appointed)


def _changes(entry: Entry, unit: Unit) -> Mapping[SheetColumn, object]:
    """Return what the row gives the stored unit another value for; an empty cell changes nothing."""
    written = {column: getattr(entry, column.value) for column in _GIVEN}
    held = {column: getattr(unit, column.value) for column in _GIVEN}
    return {column: value for column, value in written.items() if value is not None and value != held[column]}


def _closed(column: SheetColumn, unit: Unit) -> Iterator[tuple[SheetColumn, Refused]]:
    """Yield the refusal of a unit in which nobody is asked any more, if it is one."""
    try:
        units.require_open(unit)
    except Refused as refused:
        yield column, refused


def _unchangeable(unit: Unit, held: str) -> Refused:
    return refuse(
        "unit-fixed",
        "“%(unit)s” has another value already: %(held)s. No sheet changes kind, edition or parent.",
        "Empty the cell or write what is stored. `kjennetegn unit edition` and `unit move` change it.",
        unit=unit.name,
        held=held,
    )


def _another_number(unit: Unit) -> Refused:
    return refuse(
        "unit-number-differs",
        "“%(unit)s” is stored with another organisation number: %(held)s.",
        "Correct the number in the sheet, or on the page of the unit; or write another name.",
        unit=unit.name,
        held=unit.organisation_number or "–",
    )
