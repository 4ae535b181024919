"""A unit's own figures as files that spreadsheets open: a workbook, and CSV as the language has it."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.downloads.own_figures import OwnCell, OwnFigures
from reports.exports.csv import escaped

_NO_MOMENT: Final = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the format demands one
_LONGEST_SHEET_NAME: Final = 31  # letters, in Excel
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NARROWEST, _WIDEST = 12, 48  # letters


def workbook(figures: OwnFigures) -> bytes:
    """Return a workbook of the figures and, on a second sheet, of what each column says; no cell computes.

    The same figures give the same bytes; it names no person, no machine and no moment.
    """
    say, content = figures.locale.say, io.BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as book:
        book.set_properties({"title": figures.title, "author": "", "created": _NO_MOMENT})
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        data = book.add_worksheet(_sheet_name(say("Figures")))
        formats = {number: book.add_format({"num_format": f"0.{'0' * number}"}) for number in (1, 2, 3)}
        _write(data, [name for name, _ in figures.columns], figures.rows, heading, formats)
        for place in range(len(figures.columns)):
            data.set_column(place, place, _width(figures, place))
        data.freeze_panes(1, 1)
        described = book.add_worksheet(_sheet_name(say("Columns")))
        rows = [*figures.columns, *(("", note) for note in figures.notes)]
        _write(described, [say("Column"), say("What it says")], rows, heading, formats)
        described.set_column(0, 0, 24, wrapped)
        described.set_column(1, 1, 90, wrapped)
    return content.getvalue()


def _sheet_name(said: str) -> str:
    """Return a text as the name of a sheet may be: of so many letters, and without the signs of formulas."""
    return re.sub(r"[\[\]:*?/\\]", "", said)[:_LONGEST_SHEET_NAME]


def _write(
    sheet: Worksheet,
    headings: Sequence[str],
    rows: Sequence[Sequence[OwnCell]],
    heading: Format,
    formats: Mapping[int, Format],
) -> None:
    for place, name in enumerate(headings):
        sheet.write_string(0, place, name, heading)
    for line, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(line, place, escaped(cell))
            elif isinstance(cell, Decimal):
                sheet.write_number(line, place, float(cell), formats.get(_decimals(cell)))
            elif cell is not None:
                sheet.write_number(line, place, cell)


def _width(figures: OwnFigures, place: int) -> int:
    """Return a width at which most cells of a column are read whole."""
    longest = max((len(str(row[place] or "")) for row in figures.rows), default=0)
    return min(_WIDEST, max(_NARROWEST, longest))


def _decimals(cell: Decimal) -> int:
    return -int(cell.as_tuple().exponent)


def delimited(figures: OwnFigures) -> bytes:
    """Return the figures as CSV in UTF-8 with a byte order mark, by which spreadsheets know the letters.

    Where the language writes a decimal comma, cells are parted by semicolons, as its spreadsheets expect.
    """
    text, decimal = io.StringIO(), figures.locale.decimal
    writer = csv.writer(text, lineterminator="\r\n", delimiter=";" if decimal == "," else ",")
    writer.writerow(name for name, _ in figures.columns)
    writer.writerows([_text(cell, decimal) for cell in row] for row in figures.rows)
    return text.getvalue().encode("utf-8-sig")


def _text(cell: OwnCell, decimal: str) -> str:
    if cell is None:
        return ""
    return escaped(cell) if isinstance(cell, str) else str(cell).replace(".", decimal)
