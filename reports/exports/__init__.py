"""Exports for research: only what the gate released to the outside, under names that nobody can trace."""

from reports.exports.codebook import codebook_bytes
from reports.exports.columns import ExportColumn, ExportTable, Kind
from reports.exports.csv import CsvStyle, csv_bytes, spreadsheet_style
from reports.exports.dataset import Extraction
from reports.exports.keys import unit_key, wave_key
from reports.exports.pool_rows import POOL_TABLES, answer_rows, covariance_rows
from reports.exports.rows import TABLES, dimension_rows, item_rows
from reports.exports.selection import ALL, Selection
from reports.exports.waves import CommonMeans, ExportedWave, WaveBefore
from reports.exports.writers import (
    FORMATS,
    Wish,
    codebook_name,
    content,
    contents,
    described,
    described_beside,
    told_in_name,
    write,
)

__all__ = [
    "ALL",
    "FORMATS",
    "POOL_TABLES",
    "TABLES",
    "CommonMeans",
    "CsvStyle",
    "ExportColumn",
    "ExportTable",
    "ExportedWave",
    "Extraction",
    "Kind",
    "Selection",
    "WaveBefore",
    "Wish",
    "answer_rows",
    "codebook_bytes",
    "codebook_name",
    "content",
    "contents",
    "covariance_rows",
    "csv_bytes",
    "described",
    "described_beside",
    "dimension_rows",
    "item_rows",
    "spreadsheet_style",
    "told_in_name",
    "unit_key",
    "wave_key",
    "write",
]
