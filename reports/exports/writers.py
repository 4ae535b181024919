"""Exports on disk: written beside and moved into place, so that no reader meets half a file."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from instruments.languages import SOURCE
from instruments.problems import refuse
from reports.exports.codebook import codebook, codebook_bytes
from reports.exports.columns import ExportTable
from reports.exports.csv import PLAIN, CsvStyle, csv_bytes
from reports.exports.dataset import Extraction, checksum_of, citation, plain_csv, require_same_family
from reports.files import atomic_write

Contents = Mapping[Path, bytes]


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is wanted: the language of labels where it holds one only, and the style of a CSV.

    `data_file` is the name of the CSV that a DDI file describes.
    """

    language: str = SOURCE
    style: CsvStyle = PLAIN
    data_file: str = "data.csv"


Maker = Callable[[ExportTable, Extraction, Wish], bytes]


def _csv(table: ExportTable, made: Extraction, wish: Wish) -> bytes:  # noqa: ARG001 - as all makers are called
    return plain_csv(table) if wish.style == PLAIN else csv_bytes(table, wish.style)


def _xlsx(table: ExportTable, made: Extraction, wish: Wish) -> bytes:
    from reports.exports.xlsx import xlsx_bytes  # noqa: PLC0415 - a CSV does not pay for it

    return xlsx_bytes(table, made, wish.language)


def _sav(table: ExportTable, made: Extraction, wish: Wish) -> bytes:
    from reports.exports.readstat import sav_bytes  # noqa: PLC0415 - likewise

    return sav_bytes(table, wish.language, citation(table, made, checksum_of(table)))


def _dta(table: ExportTable, made: Extraction, wish: Wish) -> bytes:  # noqa: ARG001 - as above
    from reports.exports.readstat import dta_bytes  # noqa: PLC0415 - likewise

    return dta_bytes(table, wish.language)


def _xpt(table: ExportTable, made: Extraction, wish: Wish) -> bytes:  # noqa: ARG001 - as above
    from reports.exports.readstat import xpt_bytes  # noqa: PLC0415 - likewise

    return xpt_bytes(table, wish.language)


def _parquet(table: ExportTable, made: Extraction, wish: Wish) -> bytes:  # noqa: ARG001 - as above
    from reports.exports.dataframe import parquet_bytes  # noqa: PLC0415 - likewise

    return parquet_bytes(table, codebook(table, made))


def _ddi(table: ExportTable, made: Extraction, wish: Wish) -> bytes:
    from reports.exports.ddi import ddi_bytes  # noqa: PLC0415 - likewise

    return ddi_bytes(table, wish.data_file, made)


def _datapackage(table: ExportTable, made: Extraction, wish: Wish) -> bytes:  # noqa: ARG001 - as above
    from reports.exports.datapackage import datapackage_bytes  # noqa: PLC0415 - likewise

    return datapackage_bytes(table, made)


@dataclass(frozen=True, slots=True)
class Format:
    """One format: what makes its file, how the file's name ends, its media type, and its languages."""

    make: Maker
    ending: str
    media_type: str
    holds_every_language: bool = False


FORMATS: Final[Mapping[str, Format]] = {
    "csv": Format(_csv, "csv", "text/csv", holds_every_language=True),
    "xlsx": Format(_xlsx, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "sav": Format(_sav, "sav", "application/x-spss-sav"),
    "dta": Format(_dta, "dta", "application/x-stata-dta"),
    "xpt": Format(_xpt, "xpt", "application/x-sas-xport"),
    "parquet": Format(_parquet, "parquet", "application/vnd.apache.parquet", holds_every_language=True),
    "ddi": Format(_ddi, "xml", "application/xml", holds_every_language=True),
    "datapackage": Format(_datapackage, "zip", "application/zip", holds_every_language=True),
}
_DDI: Final = "ddi"  # describes a CSV beside it


def content(table: ExportTable, kind: str, made: Extraction, wish: Wish | None = None) -> bytes:
    """Return one file of the table in one of `FORMATS`."""
    return FORMATS[kind].make(table, made, wish or Wish())


def write(
    table: ExportTable,
    kind: str,
    output: Path,
    made: Extraction,
    *,
    wish: Wish | None = None,
    replace: bool = False,
) -> tuple[Path, ...]:
    """Write the table in one of `FORMATS` to `output`, its codebook beside it; returns what was written.

    Names of what is written beside it begin with the whole name of `output`, so that no two exports share a
    file. Nothing is left behind where it fails. Raises Refused for a format that is none, a place that cannot
    be written, and, unless `replace`, a file that is there already; and for one that is replaced by a file
    of another family.
    """
    if kind not in FORMATS:
        raise refuse(
            "format-unknown", f"There is no export as {kind}.", f"Choose one of {', '.join(FORMATS)}."
        )
    if replace and output.exists():
        require_same_family(table, described_beside(output), str(output))
    written = contents(table, kind, output.name, made, wish)
    atomic_write.write({output.with_name(name): each for name, each in written.items()}, replace=replace)
    return tuple(output.with_name(name) for name in written)


def contents(
    table: ExportTable, kind: str, name: str, made: Extraction, wish: Wish | None = None
) -> Mapping[str, bytes]:
    """Return the files of an export by their names, that of this name last: its codebook is before it."""
    wanted = wish or Wish()
    found = {codebook_name(name): codebook_bytes(table, made)}
    if kind == _DDI:
        data = f"{name}.csv"
        found[data] = plain_csv(table)
        wanted = Wish(wanted.language, data_file=data)
    found[name] = content(table, kind, made, wanted)
    return found


def told_in_name(kind: str, language: str, *, spreadsheet: bool = False) -> tuple[str, ...]:
    """Return what a file's name says beside its data, so that no two files of the same data have one name."""
    if spreadsheet:
        return "spreadsheet", language
    return () if FORMATS[kind].holds_every_language else (language,)


def codebook_name(name: str) -> str:
    """Return the name of the codebook beside an export of that name."""
    return f"{name}.codebook.json"


def described_beside(output: Path) -> Mapping[str, object]:
    """Return what the codebook beside an export says of its data set; nothing where there is none."""
    try:
        return described(output.with_name(codebook_name(output.name)).read_bytes())
    except OSError:
        return {}


def described(codebook: bytes) -> Mapping[str, object]:
    """Return what a codebook says of its data set; nothing where it says nothing that can be read."""
    try:
        found = json.loads(codebook)["data set"]
    except (ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
