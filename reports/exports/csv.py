"""The table as text: CSV, in which no cell is a formula."""

import csv
import io

from reports.disclosure.released import Suppressed
from reports.exports.columns import Cell, ExportColumn, ExportTable

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")  # what spreadsheets take for a formula or a command


def escaped(text: str) -> str:
    """Return the text, behind an apostrophe where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def shown(cell: Cell, column: ExportColumn) -> str:
    """Return the cell as text: empty if it is suppressed, numbers with the column's decimals and a point."""
    if isinstance(cell, Suppressed):
        return ""
    if isinstance(cell, str):
        return escaped(cell)
    return f"{cell:.{column.decimals}f}" if isinstance(cell, float) else str(cell)


def csv_bytes(table: ExportTable) -> bytes:
    """Return RFC 4180 in UTF-8 with a header line. An empty cell is one that is not released."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows(
        [shown(cell, column) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows
    )
    return text.getvalue().encode()
