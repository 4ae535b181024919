"""Write the units there are as a sheet that can be imported again and then changes nothing."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from reports.exports.csv import escaped
from survey.store.database import Database
from survey.store.repositories import accounts, units
from survey.store.repositories.units import Unit
from survey.unit_import import columns
from survey.unit_import.columns import SheetColumn


def csv_bytes(database: Database, language: str) -> bytes:
    """Return all units as CSV with `;`, parents first, in UTF-8 with the mark by which Excel knows it."""
    every = units.every(database)
    # a sheet is about units in which people are asked
    found = [each for each in every if each.closed_on is None]
    names = counted_names(every)
    leaders = accounts.leaders_by_unit(database)
    by_id = {each.id: each for each in found}
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns.heading(column, language) for column in SheetColumn)
    for each in found:
        parent = by_id.get(each.parent_id) if each.parent_id is not None else None
        row = _row(each, reference(parent, names) if parent else "", leaders.get(each.key, ()), language)
        writer.writerow(escaped(row[column]) for column in SheetColumn)
    return text.getvalue().encode("utf-8-sig")


def _row(unit: Unit, parent: str, leaders: Sequence[str], language: str) -> Mapping[SheetColumn, str]:
    return {
        SheetColumn.ORGANISATION_NUMBER: unit.organisation_number or "",
        SheetColumn.NAME: unit.name,
        SheetColumn.KIND: columns.kind_name(unit.kind, language),
        SheetColumn.EDITION: unit.edition or "",
        SheetColumn.PARENT: parent,
        SheetColumn.LANGUAGE: unit.language or "",
        SheetColumn.LEADER: ", ".join(leaders),
        SheetColumn.INVITED: "" if unit.invited is None else str(unit.invited),
    }


def counted_names(every: Iterable[Unit]) -> Mapping[str, int]:
    """Return how many units have each name, in small letters, for `reference`."""
    return Counter(each.name.casefold() for each in every)


def reference(parent: Unit, names: Mapping[str, int]) -> str:
    """Return what names a parent and no other unit: its number, its name, or its key."""
    if parent.organisation_number:
        return parent.organisation_number
    return parent.name if names[parent.name.casefold()] == 1 else parent.key
