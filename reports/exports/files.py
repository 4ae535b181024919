"""Exports on disk: written beside and moved into place, so that no reader meets half a file."""

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from instruments.problems import refuse
from reports.exports.codebook import codebook_bytes
from reports.exports.table import Table
from reports.exports.text import csv_bytes
from reports.release import Policy

Contents = Mapping[Path, bytes]


def _csv(table: Table, policy: Policy, output: Path) -> Contents:
    return _with_codebook(table, policy, output, csv_bytes(table))


def _xlsx(table: Table, policy: Policy, output: Path) -> Contents:
    from reports.exports.spreadsheet import xlsx_bytes  # noqa: PLC0415 - a CSV does not pay for it

    return _with_codebook(table, policy, output, xlsx_bytes(table))


def _sav(table: Table, policy: Policy, output: Path) -> Contents:
    from reports.exports.frames import sav_bytes  # noqa: PLC0415 - likewise

    return _with_codebook(table, policy, output, sav_bytes(table))


def _parquet(table: Table, policy: Policy, output: Path) -> Contents:
    from reports.exports.frames import parquet_bytes  # noqa: PLC0415 - likewise

    return _with_codebook(table, policy, output, parquet_bytes(table))


def _ddi(table: Table, policy: Policy, output: Path) -> Contents:
    from reports.exports.ddi import ddi_bytes  # noqa: PLC0415 - likewise

    data = output.with_name(f"{output.stem}.csv")
    if data == output:
        raise refuse(
            "output-name",
            f"{output.name} is what the data beside the description is called.",
            "Give the DDI file another ending, such as .xml.",
            str(output),
        )
    return {data: csv_bytes(table), output: ddi_bytes(table, policy, data.name)}


def _datapackage(table: Table, policy: Policy, output: Path) -> Contents:
    from reports.exports.package import datapackage_bytes  # noqa: PLC0415 - likewise

    return {output: datapackage_bytes(table, policy)}


FORMATS: Final[Mapping[str, Callable[[Table, Policy, Path], Contents]]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "sav": _sav,
    "parquet": _parquet,
    "ddi": _ddi,
    "datapackage": _datapackage,
}


def write(
    table: Table, policy: Policy, kind: str, output: Path, *, replace: bool = False
) -> tuple[Path, ...]:
    """Write the table in one of `FORMATS` to `output`, what describes it beside it; returns what was written.

    Nothing is left behind where it fails. Raises Refused for a format that is none, a place that cannot be
    written, and, unless `replace`, a file that is there already.
    """
    if kind not in FORMATS:
        raise refuse(
            "format-unknown", f"There is no export as {kind}.", f"Choose one of {', '.join(FORMATS)}."
        )
    contents = FORMATS[kind](table, policy, output)
    with _unwritable(output):
        _check_places(output, contents, replace=replace)
        _write_all(contents)
    return tuple(contents)


def _check_places(output: Path, contents: Contents, *, replace: bool) -> None:
    if not output.parent.is_dir():
        fault, remedy = "The directory is not there.", "Make it, or name another."
        raise refuse("output-directory", fault, remedy, str(output.parent))
    if output.is_dir():
        raise refuse("output-directory", "This is a directory.", "Name the file to write.", str(output))
    for path in contents:
        if path.exists() and not replace:
            fault, remedy = "There is a file of that name.", "Name another, or ask to replace it."
            raise refuse("output-exists", fault, remedy, str(path))


@contextlib.contextmanager
def _unwritable(output: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise refuse(
            "output-unwritable",
            f"The export could not be written: {error.strerror}.",
            "Name a place with room that may be written.",
            str(output),
        ) from error


def _with_codebook(table: Table, policy: Policy, output: Path, content: bytes) -> Contents:
    return {output.with_name(f"{output.name}.codebook.json"): codebook_bytes(table, policy), output: content}


def _write_all(contents: Contents) -> None:
    """Every file beside its place first, then all moved into place; the data last."""
    beside = {path: path.with_name(f".{path.name}.{secrets.token_hex(4)}") for path in contents}
    try:
        for path, content in contents.items():
            with beside[path].open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for path, ready in beside.items():
            ready.replace(path)
    finally:
        for ready in beside.values():
            with contextlib.suppress(OSError):
                ready.unlink(missing_ok=True)
