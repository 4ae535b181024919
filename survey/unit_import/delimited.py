"""Read text of columns: CSV with `;`, `,` or tab, in the encodings that spreadsheet programs write."""

import csv
import io
import itertools
import re
from collections.abc import Iterator
from typing import Final

from reports.exports.csv import unescaped
from survey.unit_import import columns
from survey.unit_import.grid import MOST_COLUMNS, MOST_ROWS, MOST_ROWS_ABOVE, Grid, too_long, unreadable

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS: Final = (";", ",", "\t")
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # Excel's hint, which it shows as no row


def read(content: bytes) -> Grid:
    """Return the rows of a text. Raises Refused: `sheet-format`, `sheet-too-long`."""
    text, encoding = _decoded(content)
    if "\0" in text:
        raise unreadable()
    hinted = _SEPARATOR_LINE.match(text)
    if hinted:
        text = text[hinted.end() :]
    try:
        rows = list(_rows(text, hinted[1] if hinted else _delimiter(text)))
    except csv.Error:
        raise unreadable() from None
    if len(rows) > MOST_ROWS + MOST_ROWS_ABOVE:
        raise too_long()
    return Grid(rows, encoding)


def _decoded(content: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding."""
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        try:
            return content.decode(encoding), encoding.removesuffix("-sig").upper().replace("CP", "Windows-")
        except UnicodeDecodeError:
            continue
    if marked:
        raise unreadable()
    return content.decode("latin-1"), "Latin-1"


def _delimiter(text: str) -> str:
    """Return the sign by which most of a row near the top are headings."""

    def headings(delimiter: str) -> int:
        lines = itertools.islice(_rows(text, delimiter), MOST_ROWS_ABOVE)
        return max((sum(columns.column_of(cell) is not None for cell in row) for _, row in lines), default=0)

    return max(_DELIMITERS, key=headings)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    # at most one row more than is read, so that a long file is known for one
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for number, row in enumerate(itertools.islice(lines, MOST_ROWS + MOST_ROWS_ABOVE + 1), start=1):
        yield number, [unescaped(cell) for cell in row[:MOST_COLUMNS]]
