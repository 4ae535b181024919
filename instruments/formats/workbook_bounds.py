"""Bound what people upload: a workbook that unpacks to too much, and XML that declares entities.

Both are found before anything is built in memory. Who reads says in its own words what was uploaded.
"""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

_MOST_UNPACKED: Final = 24 * 1024 * 1024  # bytes
_MOST_PARTS: Final = 500
_MOST_CELLS: Final = 200_000
_VALUES: Final = frozenset({"v", "is", "f"})  # what a cell with a value holds
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class TooLarge(Exception):
    """What was uploaded is larger than anybody's table."""


class Unreadable(Exception):
    """What was uploaded is not of its format, or damaged."""


@dataclass(slots=True)
class _Counted:
    """What was counted in the sheets so far: cells, cells that are merged, and the last row with a value."""

    cells: int = 0
    merged: int = 0
    last_row: int = 0
    row: int = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Count one element. Raises TooLarge."""
        plain = name.rpartition(":")[2]
        if plain == "row":
            self.row = int(attributes["r"]) if attributes.get("r", "").isdecimal() else self.row + 1
        elif plain == "c":
            self.cells += 1
        elif plain in _VALUES:
            self.last_row = max(self.last_row, self.row)
        elif plain == "mergeCell":
            self.merged += _area(attributes.get("ref", ""))
        if self.cells > _MOST_CELLS or self.merged > _MOST_CELLS:
            raise TooLarge


def require_bounded(content: bytes) -> int:
    """Return the number of the last row with a value, in whichever sheet of a workbook it is.

    Raises TooLarge, and Unreadable for what is no ZIP file or holds XML with a document type, which no
    spreadsheet program writes.
    """
    counted = _Counted()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > _MOST_PARTS or sum(each.file_size for each in parts) > _MOST_UNPACKED:
                raise TooLarge
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    # no more than its declared size is ever unpacked
                    _scan(packed.read(part), counted if _SHEET.fullmatch(part.filename) else None)
    except (
        zipfile.BadZipFile,
        expat.ExpatError,
        zlib.error,
        OSError,
        ValueError,
        NotImplementedError,  # a part is packed in a way that zipfile does not unpack
        RuntimeError,  # a part is locked with a password
    ):
        raise Unreadable from None
    return counted.last_row


def require_no_document_type(xml: bytes) -> None:
    """Raise Unreadable where XML is not well formed, or has a document type, which declares entities."""
    try:
        _scan(xml, None)
    except (expat.ExpatError, LookupError, ValueError):
        raise Unreadable from None


def _scan(xml: bytes, counted: _Counted | None) -> None:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    if counted is not None:
        counted.row = 0
        parser.StartElementHandler = counted.begin
    parser.Parse(xml, True)  # noqa: FBT003 - expat's own way to say that it is all


def _refuse_document_type(*_: object) -> None:
    raise Unreadable


def _area(reference: str) -> int:
    """Return how many cells lie in a range such as A1:B9; none where it is no range."""
    corners = [_REFERENCE.fullmatch(each) for each in reference.split(":")]
    if len(corners) != 2 or not all(corners):  # noqa: PLR2004 - a range has two
        return 0
    (first, last) = (_place(each) for each in reference.split(":"))
    return (abs(last[0] - first[0]) + 1) * (abs(last[1] - first[1]) + 1)


def _place(reference: str) -> tuple[int, int]:
    letters, digits = re.findall(r"[A-Z]+|[0-9]+", reference)
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, int(digits)
