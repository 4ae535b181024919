"""The table as text: CSV, in which no cell is a formula."""

import csv
import io
import re
from dataclasses import dataclass
from typing import Final

from babel.numbers import get_decimal_symbol

from instruments.languages import LANGUAGES
from reports.disclosure.released import Suppressed
from reports.exports.columns import Cell, ExportColumn, ExportTable, NotApplicable

# what spreadsheets take for a formula or a command, and the same behind apostrophes of its own: with one more
# before every such text, whoever reads it back takes away that one and no other
_ESCAPABLE = re.compile(r"'*[=+\-@\t\r\n]")


@dataclass(frozen=True, slots=True)
class CsvStyle:
    """How cells and decimals are separated, and whether a mark says that the file is UTF-8.

    Spreadsheets take a file for what their country's comma makes of it; programs want the plain one.
    """

    separator: str = ","
    decimal: str = "."
    mark: bool = False


PLAIN: Final = CsvStyle()


def spreadsheet_style(language: str) -> CsvStyle:
    """Return what spreadsheets of the language's country open as a table: its decimal sign, and a mark."""
    decimal = get_decimal_symbol(LANGUAGES[language].locale)
    return CsvStyle(";" if decimal == "," else ",", decimal, mark=True)


def escaped(text: str) -> str:
    """Return the text, behind one more apostrophe where a spreadsheet would run it without any."""
    return f"'{text}" if _ESCAPABLE.match(text) else text


def unescaped(text: str) -> str:
    """Return the text that `escaped` made this of."""
    return text[1:] if text.startswith("'") and _ESCAPABLE.match(text) else text


def shown(cell: Cell, column: ExportColumn, decimal: str = ".") -> str:
    """Return the cell as text: empty if it is suppressed, numbers with the column's decimals."""
    if isinstance(cell, str):
        return escaped(cell)
    if isinstance(cell, float):
        text = f"{cell:.{column.decimals}f}"
        return text if decimal == "." else text.replace(".", decimal)
    return "" if isinstance(cell, Suppressed | NotApplicable) else str(cell)


def csv_bytes(table: ExportTable, style: CsvStyle = PLAIN) -> bytes:
    """Return RFC 4180 in UTF-8 with a header line. An empty cell is one that is not released."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n", delimiter=style.separator)
    writer.writerow(column.name for column in table.columns)
    columns, decimal = table.columns, style.decimal
    writer.writerows(
        [shown(cell, column, decimal) for cell, column in zip(row, columns, strict=True)]
        for row in table.rows
    )
    return text.getvalue().encode("utf-8-sig" if style.mark else "utf-8")
