"""What researchers take home: only what the gate told the outside, under names nobody can trace."""

from reports.exports.codebook import codebook_bytes
from reports.exports.csv import csv_bytes
from reports.exports.rows import TABLES, ExportColumn, ExportTable, Kind, dimension_rows, item_rows, unit_key
from reports.exports.writers import FORMATS, write

__all__ = [
    "FORMATS",
    "TABLES",
    "ExportColumn",
    "ExportTable",
    "Kind",
    "codebook_bytes",
    "csv_bytes",
    "dimension_rows",
    "item_rows",
    "unit_key",
    "write",
]
