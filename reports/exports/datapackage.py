"""The table as a data package (Data Package 2.0): data, schema, codebook and citation in one archive."""

import io
import json
import zipfile
from typing import Final

from instruments.languages import SOURCE
from reports.exports.codebook import codebook_bytes, main_note
from reports.exports.columns import ExportColumn, ExportTable, Kind
from reports.exports.dataset import (
    CREATOR,
    Extraction,
    checksum_of,
    citation_file,
    description,
    plain_csv,
)
from reports.exports.labels import texts

_NO_MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest an archive can name; the export's own time says nothing
_TYPES = {Kind.TEXT: "string", Kind.INTEGER: "integer", Kind.NUMBER: "number"}
_PROFILE: Final = "https://datapackage.org/profiles/2.0/{}.json"


def datapackage_bytes(table: ExportTable, made: Extraction) -> bytes:
    """Return a zip archive of datapackage.json, CSV, codebook and CITATION.cff: same table, same bytes."""
    data = plain_csv(table)
    members = {
        "datapackage.json": (
            json.dumps(_descriptor(table, made, data), ensure_ascii=False, indent=2) + "\n"
        ).encode(),
        f"{table.name}.csv": data,
        "codebook.json": codebook_bytes(table, made),
        "CITATION.cff": citation_file(table, made),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, member in members.items():
            described = zipfile.ZipInfo(name, _NO_MOMENT)
            described.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(described, member)
    return content.getvalue()


def _descriptor(table: ExportTable, made: Extraction, data: bytes) -> dict[str, object]:
    about = description(table, made)
    descriptor: dict[str, object] = {
        "$schema": _PROFILE.format("datapackage"),
        "name": "kjennetegn",
        "title": about["title"],
        "description": main_note(table),
        "version": about["version"],
        "created": f"{made.day.isoformat()}T00:00:00Z",
        "contributors": [{"title": CREATOR, "roles": ["creator"]}],
        "sources": [
            {"title": f"Answers to {version.reference} (content sha-256 {version.content_hash})"}
            for version in table.versions
        ],
        "resources": [
            {
                "$schema": _PROFILE.format("dataresource"),
                "name": table.name,
                "type": "table",
                "path": f"{table.name}.csv",
                "scheme": "file",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(data),
                "hash": f"sha256:{checksum_of(table)}",
                "schema": _schema(table),
            },
        ],
    }
    if made.licence:
        address = f"https://spdx.org/licenses/{made.licence}.html"
        descriptor["licenses"] = [{"name": made.licence, "path": address}]
    # a list of none is not allowed
    return {name: value for name, value in descriptor.items() if value != []}


def _schema(table: ExportTable) -> dict[str, object]:
    withheld = {"value": "", "label": texts("notes", "withheld")[SOURCE]}
    return {
        "$schema": _PROFILE.format("tableschema"),
        "fields": [_field(column) for column in table.columns],
        "primaryKey": list(table.key),
        "missingValues": [withheld],
    }


def _field(column: ExportColumn) -> dict[str, object]:
    described: dict[str, object] = {
        "name": column.name,
        "title": column.label,
        "description": " / ".join(dict.fromkeys(column.labels.values())),
        "type": _TYPES[column.kind],
    }
    if column.values:
        described["categories"] = [
            {"value": code, "label": held.get(SOURCE, str(code))} for code, held in column.values.items()
        ]
        described["categoriesOrdered"] = False
    return described
