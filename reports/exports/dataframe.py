"""The table as a data frame, and the two formats that are written from one: Parquet and SPSS."""

import io
import tempfile
from pathlib import Path

import polars as pl
import pyreadstat

from reports.disclosure import Suppressed
from reports.exports.rows import Cell, ExportTable, Kind

_TYPES = {Kind.TEXT: pl.String, Kind.INTEGER: pl.Int32, Kind.NUMBER: pl.Float64}


def frame(table: ExportTable) -> pl.DataFrame:
    """The table with one typed column each; a withheld cell is null."""
    return pl.DataFrame(
        {
            column.name: pl.Series([_plain(row[place]) for row in table.rows], dtype=_TYPES[column.kind])
            for place, column in enumerate(table.columns)
        },
    )


def parquet_bytes(table: ExportTable) -> bytes:
    """Apache Parquet; a withheld cell is null."""
    content = io.BytesIO()
    frame(table).write_parquet(content, statistics=False)
    return content.getvalue()


def sav_bytes(table: ExportTable) -> bytes:
    """An SPSS file with variable labels; a withheld cell is system-missing, or an empty text."""
    text = [pl.col(column.name).fill_null("") for column in table.columns if column.kind is Kind.TEXT]
    whole = [pl.col(column.name).cast(pl.Float64) for column in table.columns if column.kind is Kind.INTEGER]
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "export.sav")
        pyreadstat.write_sav(
            frame(table).with_columns(*text, *whole),
            str(path),
            file_label=f"Kjennetegn: {table.name}",
            column_labels={column.name: column.label for column in table.columns},
            variable_format={
                column.name: f"F8.{column.decimals}"
                for column in table.columns
                if column.kind is not Kind.TEXT
            },
        )
        return path.read_bytes()


def _plain(cell: Cell) -> str | int | float | None:
    return None if isinstance(cell, Suppressed) else cell
