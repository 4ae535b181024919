"""The table as a data frame, and as Apache Parquet."""

import io

import polars as pl

from reports.disclosure.released import Suppressed
from reports.exports.columns import Cell, ExportTable, Kind

_TYPES = {Kind.TEXT: pl.String, Kind.INTEGER: pl.Int32, Kind.NUMBER: pl.Float64}


def frame(table: ExportTable) -> pl.DataFrame:
    """Return the table with one typed column each; a suppressed cell is null."""
    return pl.DataFrame(
        {
            column.name: pl.Series([_plain(row[place]) for row in table.rows], dtype=_TYPES[column.kind])
            for place, column in enumerate(table.columns)
        },
    )


def parquet_bytes(table: ExportTable) -> bytes:
    """Return Apache Parquet; a suppressed cell is null."""
    content = io.BytesIO()
    frame(table).write_parquet(content, statistics=False)
    return content.getvalue()


def _plain(cell: Cell) -> str | int | float | None:
    return None if isinstance(cell, Suppressed) else cell
