"""What researchers take home: only what the gate told the outside, under names nobody can trace."""

from reports.exports.codebook import codebook_bytes
from reports.exports.files import FORMATS, write
from reports.exports.table import TABLES, Column, Kind, Table, community_key, dimensions, items
from reports.exports.text import csv_bytes

__all__ = [
    "FORMATS",
    "TABLES",
    "Column",
    "Kind",
    "Table",
    "codebook_bytes",
    "community_key",
    "csv_bytes",
    "dimensions",
    "items",
    "write",
]
