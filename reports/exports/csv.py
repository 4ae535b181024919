"""The table as text: CSV, in which no cell is a formula."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from babel.numbers import get_decimal_symbol

from instruments.languages import LANGUAGES
from reports.exports.columns import Cell, ExportColumn, ExportTable, Kind, Row, batched

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
    # most texts begin with a letter, and need no closer look
    return f"'{text}" if not text[:1].isalnum() and _ESCAPABLE.match(text) else text


def unescaped(text: str) -> str:
    """Return the text that `escaped` made this of."""
    return text[1:] if text.startswith("'") and _ESCAPABLE.match(text) else text


def csv_bytes(table: ExportTable, style: CsvStyle = PLAIN) -> bytes:
    """Return RFC 4180 in UTF-8 with a header line. An empty cell is one that is not released."""
    content = io.BytesIO(codecs.BOM_UTF8 if style.mark else b"")
    content.seek(0, io.SEEK_END)
    content.write(csv_head(table, style))
    for some in batched(table.rows):
        content.write(csv_lines(table, some, style))
    # the buffer itself: joined from parts it would be in memory twice
    return content.getvalue()


def csv_head(table: ExportTable, style: CsvStyle = PLAIN) -> bytes:
    """Return the line of the columns' names."""
    return _written([[column.name for column in table.columns]], style)


def csv_lines(table: ExportTable, rows: Iterable[Row], style: CsvStyle = PLAIN) -> bytes:
    """Return the lines of some of the table's rows: numbers with their columns' decimals."""
    # column by column: what is asked of a cell depends on its column, of which there are millions of cells
    held = zip(table.columns, zip(*rows, strict=True), strict=False)
    return _written(zip(*(_texts(column, cells, style) for column, cells in held), strict=True), style)


def _texts(column: ExportColumn, cells: Iterable[Cell], style: CsvStyle) -> list[str]:
    """Return a column's cells as text: empty where one is suppressed or about nothing."""
    if column.kind is Kind.TEXT:
        return [escaped(cell) if isinstance(cell, str) else "" for cell in cells]
    if column.kind is Kind.INTEGER:
        return [str(cell) if isinstance(cell, int) else "" for cell in cells]
    form = f"%.{column.decimals}f"
    texts = [
        form % cell if isinstance(cell, float) else str(cell) if isinstance(cell, int) else ""
        for cell in cells
    ]
    if style.decimal == PLAIN.decimal:
        return texts
    return [text.replace(PLAIN.decimal, style.decimal) for text in texts]


def _written(lines: Iterable[Sequence[str]], style: CsvStyle) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n", delimiter=style.separator).writerows(lines)
    return text.getvalue().encode()
