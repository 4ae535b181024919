"""Open a workbook (XLSX) that somebody uploaded, and read its cells as texts.

Formulas are not computed, links not followed, and macros and looks not read. What bounds the file is in
`workbook_bounds`; every reader of workbooks comes through here.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

import openpyxl
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from instruments.formats import workbook_bounds
from instruments.formats.workbook_bounds import Unreadable
from instruments.problems import Refused, refuse

_MACROS: Final = "xl/vbaProject.bin"

Cell = str | Refused  # a text, or why there is none


@dataclass(frozen=True, slots=True)
class OpenedWorkbook:
    """A workbook that is within its bounds.

    `last_row` is the last row with a value in any of its sheets.
    """

    sheets: tuple[Worksheet, ...]
    last_row: int
    has_macros: bool


def opened(content: bytes) -> OpenedWorkbook:
    """Return the sheets of a workbook, hidden ones included. Raises TooLarge and Unreadable."""
    last_row = workbook_bounds.require_bounded(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it drops of looks and checks, which are not read
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=False, keep_links=False)
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            has_macros = _MACROS in packed.namelist()
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - a damaged file fails in it anywhere, with any exception
        raise Unreadable from None
    return OpenedWorkbook(tuple(book.worksheets), last_row, has_macros)


def is_empty(sheet: Worksheet) -> bool:
    """Return whether nobody wrote in a sheet."""
    return sheet.max_row == 1 and sheet.max_column == 1 and sheet["A1"].value is None


def rows(sheet: Worksheet, last_row: int, last_column: int) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the number and the cells of each row, up to a row and a column.

    A cell without a text of its own holds why: `cell-merged`, `cell-formula`, `cell-error`, `cell-date`.
    """
    merged = _merged(sheet, last_row, last_column)
    read = sheet.iter_rows(max_row=min(sheet.max_row, last_row), max_col=min(sheet.max_column, last_column))
    for number, row in enumerate(read, start=1):
        yield number, [merged.get((number, place)) or _text(cell) for place, cell in enumerate(row, start=1)]


def _merged(sheet: Worksheet, last_row: int, last_column: int) -> dict[tuple[int, int], Refused]:
    """Return the refusal of every cell that is joined with others, by its row and column."""
    found = {}
    for each in sheet.merged_cells.ranges:
        refused = refuse(
            "cell-merged",
            "The cells %(cells)s are merged, so that it is not clear which rows the value is for.",
            "Unmerge them and write the value in every row.",
            cells=each.coord,
        )
        for row in range(each.min_row, min(each.max_row, last_row) + 1):
            for column in range(each.min_col, min(each.max_col, last_column) + 1):
                found[row, column] = refused
    return found


def _text(cell: Any) -> Cell:  # noqa: ANN401 - openpyxl has no types
    """Return the value of a cell as text, or why it has none."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return refuse(
            "cell-formula",
            "The cell holds a formula, which is not computed here.",
            "Copy the column and paste it as values.",
        )
    if cell.data_type == "e":
        return refuse(
            "cell-error", "The cell holds the error %(value)s.", "Write the value.", value=str(value)[:40]
        )
    if isinstance(value, datetime | date | time):
        return refuse(
            "cell-date",
            "The cell holds a date or a time.",
            "Format the column as text and type the value again.",
        )
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # control characters are written as _x0007_ in the file
    return str(unescape(value)) if isinstance(value, str) else str(value)
