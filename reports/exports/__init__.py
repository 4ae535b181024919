"""Exports for research: only what the gate released to the outside, under names that nobody can trace."""

from reports.exports.codebook import codebook_bytes
from reports.exports.columns import ExportColumn, ExportTable, Kind
from reports.exports.csv import csv_bytes
from reports.exports.rows import TABLES, dimension_rows, item_rows, unit_key
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
