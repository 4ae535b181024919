"""Cells as a file holds them, whatever its format: texts in numbered rows, and why one cannot be read."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from instruments.problems import Refused, refuse

MOST_ROWS: Final = 5000  # of units, below the row of headings
MOST_ROWS_ABOVE: Final = 20  # the row of headings, its own title and what else stands above the units
MOST_COLUMNS: Final = 60
MOST_BYTES: Final = 4 * 1024 * 1024

Cell = str | Refused  # a text, or why there is none


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a sheet, each with its number in the file, and what the reader is told of where they are.

    `source` is the name of the workbook's sheet, or the encoding of the text.
    """

    rows: Sequence[tuple[int, Sequence[Cell]]]
    source: str


def tidy(text: str) -> str:
    """Return a text of one line, its letters composed, with single spaces and none at its ends."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def too_long() -> Refused:
    """Return the refusal of a sheet with more rows than are read."""
    return refuse(
        "sheet-too-long",
        "The sheet has more than %(most)s rows.",
        "Divide it, with what units lie in first: what is stored already is not needed again.",
        most=MOST_ROWS,
    )


def too_large() -> Refused:
    """Return the refusal of a file that unpacks to more than any list of units holds."""
    return refuse(
        "sheet-too-large",
        "The file is larger than any list of units.",
        "Copy the cells with values to a new sheet, and save that.",
    )


def unreadable() -> Refused:
    """Return the refusal of a file that is neither of the formats, or damaged."""
    return refuse(
        "sheet-format",
        "The file is neither a workbook (.xlsx) nor a text of columns (.csv), or it is damaged.",
        "Open it in your spreadsheet program and save it as a workbook (.xlsx) or as CSV.",
    )
