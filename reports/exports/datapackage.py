"""The table as a data package (Frictionless): data, schema and codebook in one archive."""

import io
import json
import zipfile

from reports.exports.codebook import EMPTY_CELLS, codebook_bytes
from reports.exports.columns import ExportColumn, ExportTable, Kind
from reports.exports.csv import csv_bytes

_NO_MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest an archive can name; the export's own time says nothing
_TYPES = {Kind.TEXT: "string", Kind.INTEGER: "integer", Kind.NUMBER: "number"}


def datapackage_bytes(table: ExportTable) -> bytes:
    """Return a zip archive of datapackage.json, CSV and codebook: the same bytes for the same table."""
    members = {
        "datapackage.json": (json.dumps(_descriptor(table), ensure_ascii=False, indent=2) + "\n").encode(),
        f"{table.name}.csv": csv_bytes(table),
        "codebook.json": codebook_bytes(table),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, member in members.items():
            described = zipfile.ZipInfo(name, _NO_MOMENT)
            described.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(described, member)
    return content.getvalue()


def _descriptor(table: ExportTable) -> dict[str, object]:
    return {
        "name": "kjennetegn",
        "title": "Kjennetegn: learning communities, aggregated",
        "description": EMPTY_CELLS,
        "resources": [
            {
                "name": table.name,
                "type": "table",
                "path": f"{table.name}.csv",
                "scheme": "file",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {"fields": [_field(column) for column in table.columns], "missingValues": [""]},
            },
        ],
    }


def _field(column: ExportColumn) -> dict[str, object]:
    return {"name": column.name, "title": column.label, "type": _TYPES[column.kind]}
