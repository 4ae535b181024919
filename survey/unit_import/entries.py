"""Check the cells of each row by themselves, and say of every fault what to do about it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from instruments.problems import Problem, Refused, refuse
from survey import organisation_numbers
from survey.collection.planning import MOST_INVITED
from survey.store.email_addresses import normal_address, require_address
from survey.store.repositories import units
from survey.unit_import import columns
from survey.unit_import.columns import SheetColumn
from survey.unit_import.sheet import RowFault, Sheet, SheetRow

_BETWEEN_ADDRESSES: Final = re.compile(r"[\s,;]+")
_WHOLE: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row says of one unit; None, or no leader, where it says nothing.

    `parent` is the name, the organisation number or the key of what the unit lies in, as it is typed.
    """

    row: int
    name: str
    organisation_number: str | None = None
    kind: str | None = None
    edition: str | None = None
    parent: str | None = None
    language: str | None = None
    leader: tuple[str, ...] = ()
    invited: int | None = None


def of_sheet(sheet: Sheet) -> tuple[Sequence[Entry], Sequence[RowFault]]:
    """Return what the rows say, and every fault in a cell; a row with a fault says only what is in order."""
    editions = columns.known_editions()
    faults = list(sheet.faults)
    spoiled = {fault.row for fault in sheet.faults if fault.column is SheetColumn.NAME}
    entries = []
    for row in sheet.rows:
        said, wrong = _cells(row, editions)
        faults += wrong
        if SheetColumn.NAME not in row.cells and row.number not in spoiled:
            faults.append(_fault(row.number, SheetColumn.NAME, _nameless()))
        if SheetColumn.NAME in said:
            entries.append(_entry(row.number, said))
    return entries, faults


def read_cell(column: SheetColumn, text: str) -> object:
    """Return what a cell of any column but the edition's says. Raises Refused as `of_sheet` notes it."""
    return _READ[column](text)


def _entry(row: int, said: Mapping[SheetColumn, Any]) -> Entry:
    return Entry(row, **{column.value: value for column, value in said.items()})


def _cells(row: SheetRow, editions: Mapping[str, str]) -> tuple[dict[SheetColumn, object], list[RowFault]]:
    said: dict[SheetColumn, object] = {}
    faults = []
    for column, text in row.cells.items():
        try:
            said[column] = _edition(text, editions) if column is SheetColumn.EDITION else _READ[column](text)
        except Refused as refused:
            faults.append(_fault(row.number, column, refused))
    return said, faults


def _fault(row: int, column: SheetColumn, refused: Refused) -> RowFault:
    problem: Problem = refused.problems[0]
    return RowFault(row, column, problem)


def _nameless() -> Refused:
    return refuse("name-missing", "The unit has no name.", "Write its name, or empty the row.")


def _name(text: str) -> str:
    units.require_name_form(text)
    return text


def _kind(text: str) -> str:
    found = columns.kind_of(text)
    if found is None:
        raise refuse(
            "kind-unknown",
            "“%(given)s” is no kind of unit.",
            "Write workplace, team, municipality, county or country, or leave it empty for a workplace.",
            given=text[:40],
        )
    return found


def _edition(text: str, editions: Mapping[str, str]) -> str:
    found = editions.get(columns.plain(text))
    if found is None:
        raise refuse(
            "edition-unlisted",
            "No questionnaire has an edition “%(given)s”.",
            "Write one of these: %(known)s.",
            given=text[:40],
            known=", ".join(sorted(set(editions.values()))),
        )
    return found


def _language(text: str) -> str:
    found = columns.language_of(text)
    if found is None:
        raise refuse(
            "language-none",
            "“%(given)s” is none of the languages here.",
            "Write one of these: %(known)s.",
            given=text[:40],
            known=", ".join(columns.language_names()),
        )
    return found


def _leaders(text: str) -> tuple[str, ...]:
    found = [normal_address(each) for each in _BETWEEN_ADDRESSES.split(text) if each]
    wrong = next((each for each in found if not _is_address(each)), None)
    if wrong is not None:
        raise refuse(
            "address-form",
            "“%(given)s” is no e-mail address.",
            "Write the address in full; several are divided by commas.",
            given=wrong[:60],
        )
    if len(set(found)) < len(found):
        raise refuse(
            "leader-repeated",
            "The same leader stands twice in the cell.",
            "Write each address once.",
        )
    return tuple(found)


def _is_address(text: str) -> bool:
    try:
        require_address(text)
    except Refused:
        return False
    return True


def _invited(text: str) -> int:
    digits = re.sub(r"\s", "", text)
    if not _WHOLE.fullmatch(digits) or not 1 <= int(digits) <= MOST_INVITED:
        raise refuse(
            "invited-form",
            "“%(given)s” is no number of people from one to %(most)s.",
            "Write how many are invited as a whole number, or leave it empty.",
            given=text[:40],
            most=MOST_INVITED,
        )
    return int(digits)


_READ: Mapping[SheetColumn, Callable[[str], object]] = {
    SheetColumn.ORGANISATION_NUMBER: organisation_numbers.canonical,
    SheetColumn.NAME: _name,
    SheetColumn.KIND: _kind,
    SheetColumn.PARENT: str,
    SheetColumn.LANGUAGE: _language,
    SheetColumn.LEADER: _leaders,
    SheetColumn.INVITED: _invited,
}
