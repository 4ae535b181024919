"""The table as an Excel workbook: data, columns and the data set on a sheet each, nothing that computes."""

import io
import json
from datetime import UTC, datetime
from typing import Final

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from instruments.languages import SOURCE
from reports.exports.columns import ExportTable, require_at_most
from reports.exports.csv import escaped
from reports.exports.dataset import Extraction, description
from reports.exports.labels import notes

_NO_MOMENT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the format demands one; it says nothing
_MOST_ROWS: Final = 1_048_575  # of a sheet, beside that of the names
_OPTIONS = {
    # a row at a time: what is written is on disk, and not in memory
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_LEFT_OUT = {"waves"}  # of the description, which is as long as the table


def xlsx_bytes(table: ExportTable, made: Extraction, language: str = SOURCE) -> bytes:
    """Return a workbook of `data`, `columns` and `about`; suppressed cells are empty, none a formula.

    Raises Refused("export-too-long") for more rows than a sheet holds.
    """
    require_at_most(_MOST_ROWS, table, "xlsx")
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as workbook:
        workbook.set_properties({"title": f"Kjennetegn: {table.name}", "author": "", "created": _NO_MOMENT})
        data = workbook.add_worksheet("data")
        for place, column in enumerate(table.columns):
            data.write_string(0, place, column.name)
            pattern = "0." + "0" * column.decimals if column.decimals else "General"
            data.set_column(place, place, None, workbook.add_format({"num_format": pattern}))
        for line, row in enumerate(table.rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    data.write_string(line, place, escaped(cell))
                elif isinstance(cell, int | float):
                    data.write_number(line, place, cell)
        data.freeze_panes(1, 1)
        columns = [(each.name, each.labels[language], each.kind.value) for each in table.columns]
        _write_texts(workbook.add_worksheet("columns"), [("name", "label", "type"), *columns])
        about = [
            (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
            for name, value in description(table, made).items()
            if name not in _LEFT_OUT
        ]
        read = [(name, held[language]) for name, held in notes(table.subject.value).items()]
        _write_texts(workbook.add_worksheet("about"), [*about, *read])
    return content.getvalue()


def _write_texts(sheet: Worksheet, lines: list[tuple[str, ...]]) -> None:
    for line, texts in enumerate(lines):
        for place, text in enumerate(texts):
            sheet.write_string(line, place, escaped(text))
