"""QR codes, of addresses: as a background of a page, or as what draws them in a PDF."""

from collections.abc import Iterator
from itertools import groupby

import segno

_QUIET = 2  # modules of white around; slips and posters have more white beside them
_CORRECTION = "m"  # middling, for paper that is folded


def svg_data_uri(address: str) -> str:
    """The square as an SVG in a data URI, for a background: what it says is printed beside it."""
    code = segno.make(address, error=_CORRECTION, micro=False)
    return str(code.svg_data_uri(border=_QUIET, omitsize=True, svgns=True))


def mask(address: str) -> int:
    """The mask that suits this address best; addresses that begin like it and are as long may share it.

    Choosing one takes longer than all the rest of a square.
    """
    return int(segno.make(address, error=_CORRECTION, micro=False).mask)


def pdf_operators(address: str, masked: int, left: float, top: float, side: float) -> bytes:
    """What draws the square in a PDF: in points, from the page's lower left corner to its upper left one."""
    rows = segno.make(address, error=_CORRECTION, micro=False, mask=masked).matrix
    module = side / (len(rows) + 2 * _QUIET)
    placed = b"q %.5f 0 0 %.5f %.3f %.3f cm\n" % (
        module,
        -module,
        left + _QUIET * module,
        top - _QUIET * module,
    )
    return placed + b"\n".join(_runs(rows)) + b"\nf Q\n"


def _runs(rows: tuple[bytearray, ...]) -> Iterator[bytes]:
    """The dark modules, as one rectangle for each that lie side by side."""
    for down, row in enumerate(rows):
        across = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                yield b"%d %d %d 1 re" % (across, down, length)
            across += length
