"""The kinds of files that researchers choose among: each format, and a CSV as spreadsheets read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from flask_babel import LazyString, lazy_gettext

from reports.exports import FORMATS, CsvStyle, spreadsheet_style

PLAIN: Final = "csv"


@dataclass(frozen=True, slots=True)
class FileChoice:
    """A kind of file: the name its buttons have, its format, and whether it is a CSV for spreadsheets."""

    label: str | LazyString
    kind: str
    spreadsheet: bool = False

    @property
    def ending(self) -> str:
        """Return what its files' names end with."""
        return FORMATS[self.kind].ending

    @property
    def media_type(self) -> str:
        """Return the media type of its files."""
        return FORMATS[self.kind].media_type

    def style(self, language: str) -> CsvStyle:
        """Return how a CSV of it separates cells and decimals."""
        return spreadsheet_style(language) if self.spreadsheet else CsvStyle()


FILE_CHOICES: Final[Mapping[str, FileChoice]] = MappingProxyType(
    {
        PLAIN: FileChoice("CSV", "csv"),
        "csv_spreadsheet": FileChoice(lazy_gettext("CSV for a spreadsheet"), "csv", spreadsheet=True),
        "xlsx": FileChoice("Excel", "xlsx"),
        "sav": FileChoice("SPSS", "sav"),
        "dta": FileChoice("Stata", "dta"),
        "xpt": FileChoice("SAS", "xpt"),
        "parquet": FileChoice("Parquet", "parquet"),
        "ddi": FileChoice("DDI-Codebook", "ddi"),
        "datapackage": FileChoice("Data Package", "datapackage"),
    }
)


def label_of(kind: str, *, spreadsheet: bool) -> str:
    """Return the name of a kind of file, as its buttons have it."""
    return str(
        next(
            each.label
            for each in FILE_CHOICES.values()
            if (each.kind, each.spreadsheet) == (kind, spreadsheet)
        )
    )
