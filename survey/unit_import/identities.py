"""Find out which unit each row is about: a stored one, or a new one below a parent named in any order.

A row is about the stored unit with its organisation number, else about the one of its name below its parent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from instruments.problems import Refused, refuse
from survey import organisation_numbers
from survey.store.repositories.units import Unit
from survey.store.tables import ANSWERING_KINDS
from survey.unit_import.entries import Entry

_DEFAULT_KIND = "workplace"
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Parent:
    """What a unit lies in: a stored unit by its id, or a new one by its row; both None for nothing."""

    unit_id: int | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Which stored unit a row is about, or None for a new one, and what it lies in.

    `refused` says why the parent that is written cannot be found.
    """

    unit: Unit | None
    parent: Parent
    refused: Refused | None = None


def kind_of(entry: Entry) -> str:
    """Return the kind that a new unit of this row has."""
    return entry.kind or _DEFAULT_KIND


def identify(entries: Sequence[Entry], stored: Mapping[int, Unit]) -> Mapping[int, Identity]:
    """Return the identity of each entry by its row."""
    finder = _Finder(entries, stored)
    found = {entry.row: finder.identity(entry) for entry in entries}
    return {row: _outside_cycles(row, found) for row in found}


def _outside_cycles(row: int, found: Mapping[int, Identity]) -> Identity:
    """Return the identity of a row, refused where its parents lead back to it."""
    seen, at = set(), found[row].parent.row
    while at is not None and at not in seen and at in found:
        if at == row:
            cycle = refuse(
                "parent-cycle",
                "The unit would lie in itself, by way of the parents in the sheet.",
                "Correct the parent of one of the units concerned.",
            )
            return Identity(found[row].unit, Parent(), cycle)
        seen.add(at)
        at = found[at].parent.row
    return found[row]


class _Finder:
    """Holds the rows and the stored units by what may be written for them."""

    def __init__(self, entries: Sequence[Entry], stored: Mapping[int, Unit]) -> None:
        self.stored = stored
        self.by_number = {each.organisation_number: each for each in stored.values()}
        self.by_key = {each.key: each for each in stored.values()}
        self.by_place = {(each.parent_id, each.name.casefold()): each for each in stored.values()}
        self.by_name = _grouped((each.name.casefold(), each) for each in stored.values())
        self.entries_by_name = _grouped((each.name.casefold(), each) for each in entries)
        self.entries_by_number = _grouped(
            (each.organisation_number, each) for each in entries if each.organisation_number
        )
        self.known: dict[int, Identity] = {}
        self.asked: set[int] = set()

    def identity(self, entry: Entry) -> Identity:
        """Return which unit a row is about."""
        if entry.row not in self.known:
            self.asked.add(entry.row)
            self.known[entry.row] = self._found(entry)
        return self.known[entry.row]

    def _found(self, entry: Entry) -> Identity:
        by_number = self.by_number.get(entry.organisation_number) if entry.organisation_number else None
        if entry.parent is None and by_number is not None:
            return Identity(by_number, Parent(by_number.parent_id))
        try:
            parent = self._parent(entry) if entry.parent is not None else Parent()
        except Refused as refused:
            return Identity(by_number, Parent(), refused)
        there = None if parent.row is not None else self.by_place.get((parent.unit_id, entry.name.casefold()))
        if by_number is not None or there is not None:
            return Identity(by_number or there, parent)
        return Identity(None, parent, self._unclear(entry) if entry.parent is None else None)

    def _unclear(self, entry: Entry) -> Refused | None:
        """Return a refusal where a unit without a parent may be meant for one that lies in another."""
        like = [each for each in self.by_name.get(entry.name.casefold(), ()) if each.kind == kind_of(entry)]
        if not like:
            return None
        return refuse(
            "parent-missing",
            "No parent is written, and there is a unit called “%(name)s” below %(parent)s.",
            "Write the parent. A unit of that name that lies in none is added by `kjennetegn unit add`.",
            name=like[0].name,
            parent=self.stored[like[0].parent_id].name if like[0].parent_id else "–",
        )

    def _parent(self, entry: Entry) -> Parent:
        """Return what the written parent is. Raises Refused: `parent-unknown`, `parent-unclear`."""
        written = entry.parent or ""
        found = self._by_number(written, entry) or self._by_key(written) or self._by_name(written, entry)
        if not found:
            raise refuse(
                "parent-unknown",
                "There is no unit “%(parent)s”, neither here nor in the sheet.",
                "Correct the name, or add a row for it.",
                parent=written[:60],
            )
        if len(found) > 1:
            raise refuse(
                "parent-unclear",
                "There are several units “%(parent)s”.",
                "Write the organisation number of the one that is meant.",
                parent=written[:60],
            )
        return next(iter(found))

    def _by_number(self, written: str, entry: Entry) -> set[Parent]:
        try:
            number = organisation_numbers.canonical(written)
        except Refused:
            return set()
        stored = self.by_number.get(number)
        if stored is not None:
            return {Parent(stored.id)}
        rows = [each for each in self.entries_by_number.get(number, ()) if each.row != entry.row]
        return {self._as_parent(each) for each in rows[:1]}

    def _by_key(self, written: str) -> set[Parent]:
        stored = self.by_key.get(written)
        return set() if stored is None else {Parent(stored.id)}

    def _by_name(self, written: str, entry: Entry) -> set[Parent]:
        """Return what may be meant; of a municipality and a school of one name the municipality."""
        name = written.casefold()
        stored = self.by_name.get(name, ())
        beside = [each for each in self.entries_by_name.get(name, ()) if each.row != entry.row]
        # the entry itself may be stored already, below a parent of its own name
        kinds = {Parent(each.id): each.kind for each in stored}
        for each in beside:
            kinds.setdefault(self._as_parent(each), kind_of(each))
        if len(kinds) > 1 and kind_of(entry) != "team":
            holders = {each for each, kind in kinds.items() if kind not in ANSWERING_KINDS}
            return holders or set(kinds)
        return set(kinds)

    def _as_parent(self, entry: Entry) -> Parent:
        # asked for again while it is being found out, it leads back to itself
        if entry.row in self.asked and entry.row not in self.known:
            return Parent(row=entry.row)
        unit = self.identity(entry).unit
        return Parent(row=entry.row) if unit is None else Parent(unit.id)


def _grouped(pairs: Iterable[tuple[str, _Value]]) -> dict[str, list[_Value]]:
    found: dict[str, list[_Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
