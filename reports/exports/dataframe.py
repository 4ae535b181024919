"""The table as a data frame, and as Apache Parquet."""

import io
import json
from collections.abc import Mapping

import polars as pl

from reports.disclosure.released import Suppressed
from reports.exports.columns import Cell, ExportTable, Kind, NotApplicable

_TYPES = {Kind.TEXT: pl.String, Kind.INTEGER: pl.Int32, Kind.NUMBER: pl.Float64}


def frame(table: ExportTable) -> pl.DataFrame:
    """Return the table with one typed column each; a cell that is suppressed or about nothing is null."""
    return pl.DataFrame(
        {
            column.name: pl.Series([_plain(row[place]) for row in table.rows], dtype=_TYPES[column.kind])
            for place, column in enumerate(table.columns)
        },
    )


def parquet_bytes(table: ExportTable, description: Mapping[str, object]) -> bytes:
    """Return Apache Parquet whose metadata hold the description under `kjennetegn`, as JSON."""
    content = io.BytesIO()
    described = json.dumps(description, ensure_ascii=False)
    frame(table).write_parquet(content, statistics=False, metadata={"kjennetegn": described})
    return content.getvalue()


def _plain(cell: Cell) -> str | int | float | None:
    return None if isinstance(cell, Suppressed | NotApplicable) else cell
