"""Read a workbook (XLSX): the values of its first visible sheet, and a refusal in each cell that has none."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, Final

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from instruments.problems import Refused, refuse
from survey.unit_import import workbook_bounds
from survey.unit_import.grid import MOST_COLUMNS, MOST_ROWS, MOST_ROWS_ABOVE, Cell, Grid, too_long, unreadable

SIGNATURE: Final = b"PK\x03\x04"  # of every ZIP file, which a workbook is
_LAST_ROW: Final = MOST_ROWS + MOST_ROWS_ABOVE


def read(content: bytes) -> Grid:
    """Return the rows of a workbook.

    Raises Refused: `sheet-format` where it is no workbook or damaged, `sheet-too-large`, `sheet-too-long`.
    """
    last_row = workbook_bounds.require_bounded(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it drops of looks and checks, which are not read
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=False, keep_links=False)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - a damaged file fails in it anywhere, with any exception
        raise unreadable() from None
    visible = [each for each in book.worksheets if each.sheet_state == "visible" and not _is_empty(each)]
    if not visible:
        return Grid((), "")
    if last_row > _LAST_ROW:
        raise too_long()
    return Grid(list(_rows(visible[0])), visible[0].title)


def is_workbook(content: bytes) -> bool:
    """Return whether a file says of itself that it is a workbook."""
    if not content.startswith(SIGNATURE):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return "xl/workbook.xml" in packed.namelist()
    # zipfile raises the last where the list of a file's parts asks for a newer version than it reads
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _is_empty(sheet: Worksheet) -> bool:
    # one that nobody wrote in
    return sheet.max_row == 1 and sheet.max_column == 1 and sheet["A1"].value is None


def _rows(sheet: Worksheet) -> Iterator[tuple[int, list[Cell]]]:
    merged = _merged(sheet)
    rows = sheet.iter_rows(max_row=min(sheet.max_row, _LAST_ROW), max_col=min(sheet.max_column, MOST_COLUMNS))
    for number, row in enumerate(rows, start=1):
        yield number, [merged.get((number, place)) or _text(cell) for place, cell in enumerate(row, start=1)]


def _merged(sheet: Worksheet) -> dict[tuple[int, int], Refused]:
    """Return the refusal of every cell that is joined with others, by its row and column."""
    found = {}
    for each in sheet.merged_cells.ranges:
        refused = refuse(
            "cell-merged",
            "The cells %(cells)s are merged, so that it is not clear which rows the value is for.",
            "Unmerge them and write the value in every row.",
            cells=each.coord,
        )
        for row in range(each.min_row, min(each.max_row, _LAST_ROW) + 1):
            for column in range(each.min_col, min(each.max_col, MOST_COLUMNS) + 1):
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
    return str(value)
