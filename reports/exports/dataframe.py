"""The table as a data frame, and as Apache Parquet."""

import io
import json
from collections.abc import Mapping, Sequence

import polars as pl

from reports.disclosure.released import Suppressed
from reports.exports.columns import Cell, ExportTable, Kind, NotApplicable, Row, batched

_TYPES = {Kind.TEXT: pl.String, Kind.INTEGER: pl.Int32, Kind.NUMBER: pl.Float64}


def frame(table: ExportTable) -> pl.DataFrame:
    """Return the table with one typed column each; a cell that is suppressed or about nothing is null."""
    names = [column.name for column in table.columns]
    types = [_TYPES[column.kind] for column in table.columns]
    parts = [_part(some, names, types) for some in batched(table.rows)]
    return pl.concat(parts or [_part([], names, types)], rechunk=True)


def _part(rows: Sequence[Row], names: Sequence[str], types: Sequence[type[pl.DataType]]) -> pl.DataFrame:
    held = zip(*rows, strict=True) if rows else ((),) * len(names)
    return pl.DataFrame(
        [
            pl.Series(name, [_plain(cell) for cell in cells], dtype=kind)
            for name, kind, cells in zip(names, types, held, strict=True)
        ]
    )


def parquet_bytes(table: ExportTable, description: Mapping[str, object]) -> bytes:
    """Return Apache Parquet whose metadata hold the description under `kjennetegn`, as JSON."""
    content = io.BytesIO()
    described = json.dumps(description, ensure_ascii=False)
    frame(table).write_parquet(content, statistics=False, metadata={"kjennetegn": described})
    return content.getvalue()


def _plain(cell: Cell) -> str | int | float | None:
    return None if isinstance(cell, Suppressed | NotApplicable) else cell
