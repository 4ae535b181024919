"""Read bytes as rows of cells: encodings, what separates cells, and quotes that do not close."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from instruments.problems import Refused, refuse

_SEPARATORS = (",", ";", "\t", "|")
# the first line that Excel reads, and writes on request: `sep=;`
_DECLARED = re.compile(r'\ufeff?"?sep=(.)"?[ ,;\t|]*(\r\n|\r|\n)', re.IGNORECASE)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SAVE_AS_UTF_8 = (
    "Save the file as UTF-8 (Excel: Save as, CSV UTF-8; LibreOffice: Save as, Edit filter settings, "
    "Unicode (UTF-8)), or turn it: iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW."
)

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class SeparatedText:
    """Hold the header of a file, what separates its cells, and the rows below with their lines.

    A row's line is the one it begins on, counted from 1. Rows without any character are left out, except in
    a file of one column, where they are a row of one empty cell. `rows` raises Refused where a quote is open.
    """

    line: int
    header: list[str]
    separator: str
    rows: Iterator[Row]


def separated_text(content: bytes, known: Callable[[list[str]], int]) -> SeparatedText:
    """Return the rows of a file. `known` says how many heads of a header mean something to the caller.

    UTF-8, or UTF-16 that begins with its mark. Cells are separated by what a first line `sep=;` says, or by
    that of `,` `;` tab `|` which makes the most known heads, and the most heads of equally many.
    Raises Refused for another encoding and an empty file.
    """
    text = _decoded(content)
    declared = _DECLARED.match(text)
    start = declared.end() if declared else 0
    first = 2 if declared else 1
    if not text[start:].strip('",;|\t\r\n '):
        remedy = "Give a header row of item ids and a row a person."
        raise refuse("file-empty", "The file holds nothing.", remedy)
    separator = declared[1] if declared else _likeliest(text, known)
    rows = _rows(text[start:], separator, first)
    line, header = next((line, row) for line, row in rows if any(map(str.strip, row)))
    return SeparatedText(line, header, separator, _below(header, rows))


def _below(header: list[str], rows: Iterator[Row]) -> Iterator[Row]:
    for line, row in rows:
        if row or len(header) == 1:
            yield line, row or [""]


def _decoded(content: bytes) -> str:
    try:
        # both drop the mark, which would become part of the first item's id
        text = content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        if content.startswith(_UTF_16):
            fault = "The file begins as UTF-16 and does not go on so."
            raise refuse("encoding", fault, "Save it again as CSV in UTF-8.") from error
        row = content.count(b"\n", 0, error.start) + 1
        fault = f"Byte {error.start + 1} of the file is not UTF-8; it may be Latin-1 (Windows-1252)."
        raise refuse("encoding", fault, _SAVE_AS_UTF_8, f"row {row}") from error
    if "\0" in text:
        fault = "The file holds null characters: it is a workbook, or UTF-16 without its mark."
        raise refuse("encoding", fault, "Save it as CSV in UTF-8.")
    return text


def _likeliest(text: str, known: Callable[[list[str]], int]) -> str:
    def worth(separator: str) -> tuple[int, int]:
        try:
            header = next((row for _, row in _rows(text, separator, 1) if any(row)), [])
        except Refused:
            # a quote that is open in the header is told of as it is where cells are counted
            return 0, text.lstrip().partition("\n")[0].count(separator) + 1
        return known(header), len(header)

    return max(_SEPARATORS, key=worth)


def _rows(text: str, separator: str, first: int) -> Iterator[Row]:
    """Yield every row with the line it begins on; `first` is the number of the text's first line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header: list[str] = []
    while True:
        begins = reader.line_num
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _broken(text, begins, separator, header, first) from error
        header = header or row
        yield begins + first, row


def _broken(text: str, begins: int, separator: str, header: list[str], first: int) -> Refused:
    """Return the refusal of a row that is no CSV; `begins` lines lie above it."""
    lines = list(io.StringIO(text, newline=""))[begins:]
    offset, cell, closed = _open_quote(chain.from_iterable(lines), separator)
    place = f"row {begins + offset + first}"
    if cell < len(header):
        place += f", column {header[cell].strip()}"
    if closed:
        fault = "After the quote that closes this cell more text follows, or one opened too early."
    else:
        fault = "A quote opens here that is never closed."
    remedy = 'Close it or delete it; a quote inside a cell is written twice, "".'
    return refuse("quote-unclosed", fault, remedy, place)


def _open_quote(characters: Iterator[str], separator: str) -> tuple[int, int, bool]:
    """Return where the quote opens that makes a row unreadable: lines down, cell, and whether it closes."""
    line, cell, opened, quoted, ended, starts = 0, 0, 0, False, False, True
    for character in characters:
        if quoted and ended:
            if character == '"':
                ended = False
                continue
            if character not in f"{separator}\r\n":
                return opened, cell, True
            quoted = ended = False
        if quoted:
            ended = character == '"'
        elif starts and character == '"':
            quoted, opened = True, line
        elif character == separator:
            cell += 1
        line += character == "\n"
        starts = not quoted and character == separator
    return opened, cell, False
