"""The table as a file of SPSS, Stata or SAS, by ReadStat: the same bytes for the same table."""

import re
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import polars as pl
import pyreadstat

from instruments.languages import SOURCE
from reports.disclosure.released import Suppressed
from reports.exports.columns import ExportColumn, ExportTable, Kind, batched, require_at_most
from reports.exports.dataframe import frame
from reports.exports.labels import texts

MOST_ROWS: Final = 300_000  # ReadStat takes a table whole: some 2 kB a row
WITHHELD: Final = -999.0  # in SPSS, where a missing value can have a name; no scale has such a code
_DIGITS: Final = 8
_LONGEST_LABEL: Final = 80  # letters of Stata's labels; those of the others are longer
# where and how each format writes the moment: it would be the only thing that differs
_SAV_MOMENT: Final = slice(92, 109)
_NO_MOMENTS: Final = (b"01 Jan 00", b"00:00:00", b"01 Jan 2000 00:00", b"01JAN00:00:00:00")
_STATA_MOMENT: Final = re.compile(rb"(?<=<timestamp>\x11).{17}", re.DOTALL)
_SAS_MOMENT: Final = re.compile(rb"\d\d[A-Z]{3}\d\d:\d\d:\d\d:\d\d")
_SAS_HEADERS: Final = 800  # bytes that come before the names of the variables


def sav_bytes(table: ExportTable, language: str = SOURCE, note: str = "") -> bytes:
    """Return an SPSS file with widths, levels of measurement, and labels of variables and values.

    A suppressed number is `WITHHELD`, which is user-missing and says so; one about nothing is system-missing,
    and a text of either kind is empty.
    """
    require_at_most(MOST_ROWS, table, "sav")
    where = _withheld(table)
    withheld = [column for column in table.columns if column.name in where.columns]
    names = {column.name: _value_labels(column, language, withheld) for column in table.columns}

    def written(path: Path) -> None:
        pyreadstat.write_sav(
            _padded(table, where),
            str(path),
            file_label=_title(table),
            note=textwrap.wrap(note, _LONGEST_LABEL - 2) or "",
            column_labels={column.name: column.labels[language] for column in table.columns},
            # its types know labels of numbers only, which texts have too
            variable_value_labels={name: held for name, held in names.items() if held},  # type: ignore[misc]
            missing_ranges={column.name: [WITHHELD] for column in withheld},
            variable_measure={column.name: column.measure.value for column in table.columns},
            variable_display_width={column.name: column.width or _DIGITS for column in table.columns},
            variable_format={
                column.name: f"F{_DIGITS}.{column.decimals}"
                for column in table.columns
                if column.kind is not Kind.TEXT
            },
        )

    content = bytearray(_made(written, "sav"))
    content[_SAV_MOMENT] = _NO_MOMENTS[0] + _NO_MOMENTS[1]
    return bytes(content)


def dta_bytes(table: ExportTable, language: str = SOURCE) -> bytes:
    """Return a Stata file (version 14 and later); what is suppressed or about nothing is missing."""
    require_at_most(MOST_ROWS, table, "dta")
    labels: dict[str, str | None] = {column.name: _short(column.labels[language]) for column in table.columns}
    names = {
        column.name: {int(code): held[language] for code, held in column.values.items()}
        for column in table.columns
        if column.kind is not Kind.TEXT and column.values
    }

    def written(path: Path) -> None:
        pyreadstat.write_dta(
            frame(table).with_columns(*_no_nulls(table), *_as_numbers(table)),
            str(path),
            file_label=_title(table),
            version=14,
            column_labels=labels,
            variable_value_labels=names,  # type: ignore[arg-type]
            variable_format={
                column.name: f"%{_DIGITS}.{column.decimals}f"
                for column in table.columns
                if column.kind is not Kind.TEXT
            },
        )

    return _STATA_MOMENT.sub(_NO_MOMENTS[2], _made(written, "dta"), count=1)


def xpt_bytes(table: ExportTable, language: str = SOURCE) -> bytes:
    """Return a SAS transport file (version 8); what is suppressed or about nothing is missing."""
    require_at_most(MOST_ROWS, table, "xpt")

    def written(path: Path) -> None:
        pyreadstat.write_xport(
            _padded(table, pl.DataFrame()),
            str(path),
            file_label=_title(table)[:40],
            table_name=table.name.upper(),
            column_labels={column.name: column.labels[language] for column in table.columns},
            file_format_version=8,
        )

    content = _made(written, "xpt")
    return _SAS_MOMENT.sub(_NO_MOMENTS[3], content[:_SAS_HEADERS]) + content[_SAS_HEADERS:]


def _made(written: Callable[[Path], None], ending: str) -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, f"export.{ending}")
        written(path)
        return path.read_bytes()


def _title(table: ExportTable) -> str:
    return f"Kjennetegn: {table.name}"


def _withheld(table: ExportTable) -> pl.DataFrame:
    """Return, for each column of numbers in which anything is withheld, where it is."""
    names = [column.name for column in table.columns]
    parts = [
        pl.DataFrame(
            {
                name: [isinstance(cell, Suppressed) for cell in cells]
                for name, cells in zip(names, zip(*some, strict=True), strict=True)
            }
        )
        for some in batched(table.rows)
    ]
    if not parts:
        return pl.DataFrame()
    where = pl.concat(parts)
    numbers = [column.name for column in table.columns if column.kind is not Kind.TEXT]
    return where.select(name for name in numbers if where[name].any())


def _padded(table: ExportTable, withheld: pl.DataFrame) -> pl.DataFrame:
    """Return the table with every text as wide as its column, which the formats take for the width."""
    wide = [
        pl.col(column.name).fill_null("").str.pad_end(column.width)
        for column in table.columns
        if column.kind is Kind.TEXT
    ]
    made = frame(table).with_columns(*wide, *_as_numbers(table))
    return made.with_columns(
        pl.when(mask).then(WITHHELD).otherwise(pl.col(mask.name)).alias(mask.name) for mask in withheld
    )


def _no_nulls(table: ExportTable) -> list[pl.Expr]:
    return [pl.col(column.name).fill_null("") for column in table.columns if column.kind is Kind.TEXT]


def _as_numbers(table: ExportTable) -> list[pl.Expr]:
    return [pl.col(each.name).cast(pl.Float64) for each in table.columns if each.kind is Kind.INTEGER]


def _value_labels(
    column: ExportColumn, language: str, withheld: Sequence[ExportColumn]
) -> dict[str | float, str]:
    is_text = column.kind is Kind.TEXT
    named: dict[str | float, str] = {
        str(code) if is_text else float(code): held.get(language, held.get(SOURCE, ""))
        for code, held in column.values.items()
    }
    if column in withheld:
        named[WITHHELD] = texts("notes", "withheld")[language]
    return named


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1].rsplit(' ', 1)[0]}…"
