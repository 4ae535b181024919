"""The table as an Excel workbook: data and columns on a sheet each, nothing that computes."""

import io
from datetime import UTC, datetime

import xlsxwriter

from reports.disclosure.released import Suppressed
from reports.exports.codebook import EMPTY_CELLS
from reports.exports.columns import ExportTable
from reports.exports.csv import escaped

_NO_MOMENT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the format demands one; it says nothing
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def xlsx_bytes(table: ExportTable) -> bytes:
    """Return a workbook of `data` and `columns`; suppressed cells are empty, and no cell is a formula."""
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
                elif not isinstance(cell, Suppressed):
                    data.write_number(line, place, cell)
        data.freeze_panes(1, 1)
        columns = workbook.add_worksheet("columns")
        for place, title in enumerate(("name", "label", "type")):
            columns.write_string(0, place, title)
        for line, column in enumerate(table.columns, start=1):
            for place, text in enumerate((column.name, column.label, column.kind.value)):
                columns.write_string(line, place, escaped(text))
        columns.write_string(len(table.columns) + 2, 0, EMPTY_CELLS)
    return content.getvalue()
