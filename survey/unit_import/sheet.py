"""Find the row of headings in a file and bring every row below it into columns with names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from instruments.formats import workbook_bounds
from instruments.problems import Problem, Refused, refuse
from survey.unit_import import columns, delimited
from survey.unit_import.columns import SheetColumn
from survey.unit_import.grid import (
    MOST_BYTES,
    MOST_ROWS,
    MOST_ROWS_ABOVE,
    Cell,
    Grid,
    tidy,
    too_large,
    too_long,
    unreadable,
)

# how files begin that are often taken for a workbook: the old format, and a document for printing
_OTHER_FORMATS = (b"\xd0\xcf\x11\xe0", b"%PDF", b"PK")


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in one row of a sheet, in one of its columns or, where that is None, in the whole row.

    `row` is the row's number in the file.
    """

    row: int
    column: SheetColumn | None
    problem: Problem


@dataclass(frozen=True, slots=True)
class SheetRow:
    """The cells of one row that are not empty, as tidy texts, and its number in the file."""

    number: int
    cells: Mapping[SheetColumn, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of units as it was read, with the cells that could not be.

    `source` is the name of the workbook's sheet or the encoding of the text, `unread` the headings that no
    column of ours has.
    """

    rows: Sequence[SheetRow]
    faults: Sequence[RowFault]
    source: str
    unread: Sequence[str]


def read(content: bytes) -> Sheet:
    """Return what stands in a file of CSV or XLSX.

    Raises Refused: `sheet-format`, `sheet-too-large`, `sheet-too-long`, `sheet-empty`, `sheet-headings`,
    `heading-repeated`.
    """
    if len(content) > MOST_BYTES:
        raise too_large()
    grid = _grid(content)
    place, known = _headings(grid)
    unread = [each for each in _texts(grid.rows[place][1]) if each and columns.column_of(each) is None]
    below = [(number, cells) for number, cells in grid.rows[place + 1 :] if any(map(_is_filled, cells))]
    width = max(at for at, each in enumerate(grid.rows[place][1]) if _is_filled(each)) + 1
    if not below:
        raise _empty()
    if len(below) > MOST_ROWS:
        raise too_long()
    rows, faults = [], []
    for number, cells in below:
        found = {column: cells[at] for column, at in known.items() if at < len(cells)}
        if any(map(_is_filled, cells[width:])):
            faults.append(RowFault(number, None, _longer().problems[0]))
        faults += [
            RowFault(number, column, each.problems[0])
            for column, each in found.items()
            if isinstance(each, Refused)
        ]
        texts = {column: tidy(each) for column, each in found.items() if isinstance(each, str)}
        rows.append(
            SheetRow(number, MappingProxyType({column: each for column, each in texts.items() if each}))
        )
    return Sheet(rows, faults, grid.source, unread)


def _grid(content: bytes) -> Grid:
    if workbook_bounds.is_workbook(content):
        from survey.unit_import import workbook  # noqa: PLC0415 - only a workbook pays for openpyxl

        return workbook.read(content)
    if content.startswith(_OTHER_FORMATS):
        raise unreadable()
    return delimited.read(content)


def _headings(grid: Grid) -> tuple[int, Mapping[SheetColumn, int]]:
    """Return the place of the row of headings among the rows, and the place of each column in a row."""
    for place, (number, cells) in enumerate(grid.rows[:MOST_ROWS_ABOVE]):
        named = [(columns.column_of(each), at) for at, each in enumerate(_texts(cells)) if each]
        known = [(column, at) for column, at in named if column is not None]
        if SheetColumn.NAME in {column for column, _ in known}:
            _require_once([(column, _texts(cells)[at]) for column, at in known], number)
            return place, dict(known)
    if not any(_is_filled(cell) for _, cells in grid.rows for cell in cells):
        raise _empty()
    raise refuse(
        "sheet-headings",
        "None of the first rows holds the headings of the columns: one for the name of the unit is needed.",
        "Write the headings in one row, as in the list of present units.",
    )


def _require_once(found: Sequence[tuple[SheetColumn, str]], number: int) -> None:
    of_columns = [column for column, _ in found]
    twice = [typed for column, typed in found if of_columns.count(column) > 1]
    if twice:
        raise refuse(
            "heading-repeated",
            "Columns with these headings in row %(row)s are read as the same one: %(names)s.",
            "Remove all but one of them, or give them other headings.",
            row=number,
            names=", ".join(twice),
        )


def _longer() -> Refused:
    return refuse(
        "row-longer",
        "The row has more cells than there are headings.",
        "Put a cell with the sign that divides columns in quotation marks, or empty what is too much.",
    )


def _empty() -> Refused:
    return refuse(
        "sheet-empty", "There is no unit in the sheet.", "Write one unit in each row below the headings."
    )


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [tidy(each) if isinstance(each, str) else "" for each in cells]


def _is_filled(cell: Cell) -> bool:
    return isinstance(cell, Refused) or bool(tidy(cell))
