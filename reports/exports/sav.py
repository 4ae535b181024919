"""The table as an SPSS file."""

import tempfile
from pathlib import Path

import polars as pl
import pyreadstat

from reports.exports.columns import ExportTable, Kind
from reports.exports.dataframe import frame


def sav_bytes(table: ExportTable) -> bytes:
    """Return an SPSS file, variables and values labelled; a suppressed cell is missing, or an empty text."""
    text = [pl.col(column.name).fill_null("") for column in table.columns if column.kind is Kind.TEXT]
    whole = [pl.col(column.name).cast(pl.Float64) for column in table.columns if column.kind is Kind.INTEGER]
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "export.sav")
        pyreadstat.write_sav(
            frame(table).with_columns(*text, *whole),
            str(path),
            file_label=f"Kjennetegn: {table.name}",
            column_labels={column.name: column.label for column in table.columns},
            # its types know labels of numbers only, which texts have too
            variable_value_labels={each.name: each.values for each in table.columns if each.values},  # type: ignore[misc]
            variable_format={
                column.name: f"F8.{column.decimals}"
                for column in table.columns
                if column.kind is not Kind.TEXT
            },
        )
        return path.read_bytes()
