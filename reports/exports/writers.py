"""Exports on disk: written beside and moved into place, so that no reader meets half a file."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from instruments.problems import refuse
from reports.exports.codebook import codebook_bytes
from reports.exports.columns import ExportTable
from reports.exports.csv import csv_bytes
from reports.files import atomic_write

Contents = Mapping[Path, bytes]


def _csv(table: ExportTable, output: Path) -> Contents:
    return _with_codebook(table, output, csv_bytes(table))


def _xlsx(table: ExportTable, output: Path) -> Contents:
    from reports.exports.xlsx import xlsx_bytes  # noqa: PLC0415 - a CSV does not pay for it

    return _with_codebook(table, output, xlsx_bytes(table))


def _sav(table: ExportTable, output: Path) -> Contents:
    from reports.exports.sav import sav_bytes  # noqa: PLC0415 - likewise

    return _with_codebook(table, output, sav_bytes(table))


def _parquet(table: ExportTable, output: Path) -> Contents:
    from reports.exports.dataframe import parquet_bytes  # noqa: PLC0415 - likewise

    return _with_codebook(table, output, parquet_bytes(table))


def _ddi(table: ExportTable, output: Path) -> Contents:
    from reports.exports.ddi import ddi_bytes  # noqa: PLC0415 - likewise

    data = output.with_name(f"{output.stem}.csv")
    if data == output:
        raise refuse(
            "output-name",
            f"{output.name} is what the data beside the description is called.",
            "Give the DDI file another ending, such as .xml.",
            str(output),
        )
    return {data: csv_bytes(table), output: ddi_bytes(table, data.name)}


def _datapackage(table: ExportTable, output: Path) -> Contents:
    from reports.exports.datapackage import datapackage_bytes  # noqa: PLC0415 - likewise

    return {output: datapackage_bytes(table)}


FORMATS: Final[Mapping[str, Callable[[ExportTable, Path], Contents]]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "sav": _sav,
    "parquet": _parquet,
    "ddi": _ddi,
    "datapackage": _datapackage,
}


def write(table: ExportTable, kind: str, output: Path, *, replace: bool = False) -> tuple[Path, ...]:
    """Write the table in one of `FORMATS` to `output`, what describes it beside it; returns what was written.

    Nothing is left behind where it fails. Raises Refused for a format that is none, a place that cannot be
    written, and, unless `replace`, a file that is there already.
    """
    if kind not in FORMATS:
        raise refuse(
            "format-unknown", f"There is no export as {kind}.", f"Choose one of {', '.join(FORMATS)}."
        )
    contents = FORMATS[kind](table, output)
    atomic_write.write(contents, replace=replace)
    return tuple(contents)


def _with_codebook(table: ExportTable, output: Path, content: bytes) -> Contents:
    return {output.with_name(f"{output.name}.codebook.json"): codebook_bytes(table), output: content}
