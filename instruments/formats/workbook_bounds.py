"""Bound what people upload: a workbook that unpacks to too much, and XML that declares entities.

Both are found before anything is built in memory. Who reads says in its own words what was uploaded.
"""

import contextlib
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
_SHEET: Final = "worksheet"  # the outermost element of one
_XML: Final = (".xml", ".rels")
# as the reader of workbooks takes it: small letters and signs of absolute places as well
_REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")

_SIGNATURE: Final = b"PK\x03\x04"  # of every ZIP file, which a workbook is


class TooLarge(Exception):
    """What was uploaded is larger than anybody's table."""


class Unreadable(Exception):
    """What was uploaded is not of its format, or damaged."""


@dataclass(slots=True)
class _Counted:
    """What was counted so far: cells, cells that are merged, and the last row with a value.

    In every part, since a workbook may call a sheet whatever it likes; rows in those that are sheets.
    """

    cells: int = 0
    merged: int = 0
    last_row: int = 0
    row: int = 0
    outermost: str = ""

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Count one element. Raises TooLarge, and ValueError for merged cells that are no range."""
        plain = name.rpartition(":")[2]
        self.outermost = self.outermost or plain
        if plain == "row":
            self.row = int(attributes["r"]) if attributes.get("r", "").isdecimal() else self.row + 1
        elif plain == "c":
            self.cells += 1
        elif plain in _VALUES and self.outermost == _SHEET:
            self.last_row = max(self.last_row, self.row)
        elif plain == "mergeCell":
            self.merged += _area(attributes.get("ref", ""))
        if self.cells > _MOST_CELLS or self.merged > _MOST_CELLS:
            raise TooLarge


def is_workbook(content: bytes) -> bool:
    """Return whether a file says of itself that it is a workbook."""
    if not content.startswith(_SIGNATURE):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return "xl/workbook.xml" in packed.namelist()
    # zipfile raises the last where the list of a file's parts asks for a newer version than it reads
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


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
                # no more than its declared size is ever unpacked
                _count(part.filename, packed.read(part), counted)
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
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse_document_type
        _parse(parser, xml)
    except (expat.ExpatError, LookupError, ValueError):
        raise Unreadable from None


def _count(name: str, content: bytes, counted: _Counted) -> None:
    counted.row, counted.outermost = 0, ""
    parser = expat.ParserCreate()
    parser.StartElementHandler = counted.begin
    if name.endswith(_XML):
        parser.StartDoctypeDeclHandler = _refuse_document_type
        _parse(parser, content)
        return
    # a picture or the like; but whatever it is called, a workbook can name it as a sheet
    with contextlib.suppress(expat.ExpatError):
        _parse(parser, content)


def _parse(parser: expat.XMLParserType, xml: bytes) -> None:
    parser.Parse(xml, True)  # noqa: FBT003 - expat's own way to say that it is all


def _refuse_document_type(*_: object) -> None:
    raise Unreadable


def _area(reference: str) -> int:
    """Return how many cells lie in a range such as A1:B9. Raises ValueError where it is no range."""
    places = [_place(each) for each in reference.split(":")]
    # a cell by itself is a range as well
    if len(places) > 2:  # noqa: PLR2004 - a range has two corners
        raise ValueError(reference)
    (first, last) = (places[0], places[-1])
    return (abs(last[0] - first[0]) + 1) * (abs(last[1] - first[1]) + 1)


def _place(reference: str) -> tuple[int, int]:
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError(reference)
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, int(found[2])
