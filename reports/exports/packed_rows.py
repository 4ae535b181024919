"""Rows of a large table, kept as compressed text wave by wave and made anew whenever they are read.

A country's table has more than a million rows of some forty cells: as Python's values they take gigabytes.
What follows from all waves together, such as a pooled spread, is filled in while they are read.
"""

import json
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import accumulate, islice
from typing import Any, Final, overload

from reports.disclosure.released import SUPPRESSED, Suppressed
from reports.exports.columns import NOT_APPLICABLE, NotApplicable, Row

# what is packed of a row: cells, and lists of them that `finish` spreads over columns
PackedRow = Sequence[Any]
Finish = Callable[[PackedRow], Row]

_QUICK: Final = 1  # of zlib's levels: a seventh of the size, in a third of the time of the best
# no cell is a truth value or null, so that these stand for the two kinds of empty ones
_NULL, _NOTHING = None, False


class PackedRows(Sequence[Row]):
    """Rows that are unpacked a wave at a time; `finish` makes each whole."""

    def __init__(self, packets: Sequence[tuple[bytes, int]], finish: Finish) -> None:
        self._packets = packets
        self._finish = finish
        self._ends = list(accumulate(size for _, size in packets))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[Row]:
        for packet, _ in self._packets:
            yield from self._unpacked(packet)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, slice):
            return list(islice(self, *place.indices(len(self))))
        wanted = range(len(self))[place]
        at = bisect_right(self._ends, wanted)
        packet, size = self._packets[at]
        return next(islice(self._unpacked(packet), wanted - (self._ends[at] - size), None))

    def _unpacked(self, packet: bytes) -> Iterator[Row]:
        shared, rows = json.loads(zlib.decompress(packet))
        first = _unpacked_cells(shared)
        for row in rows:
            yield self._finish([*first, *_unpacked_cells(row)])


class Packing:
    """Waves as they come, each with its place in the table and its rows as far as they are known by then."""

    def __init__(self) -> None:
        self._waves: list[tuple[tuple[str, date, str], tuple[bytes, int]]] = []

    def add(self, place: tuple[str, date, str], shared: PackedRow, rows: Sequence[PackedRow]) -> None:
        """Pack the rows of a wave: what they all begin with, and the rest of each."""
        text = json.dumps([shared, rows], default=_coded, ensure_ascii=False, separators=(",", ":"))
        self._waves.append((place, (zlib.compress(text.encode(), _QUICK), len(rows))))

    def rows(self, finish: Finish) -> PackedRows:
        """Return the rows of all waves, in the order of their places."""
        self._waves.sort(key=lambda each: each[0])
        return PackedRows([packet for _, packet in self._waves], finish)


def _coded(cell: object) -> bool | None:
    if isinstance(cell, Suppressed):
        return _NULL
    if isinstance(cell, NotApplicable):
        return _NOTHING
    raise TypeError(f"{type(cell).__name__} is no cell.")


def _unpacked_cells(packed: PackedRow) -> list[Any]:
    return [SUPPRESSED if cell is _NULL else NOT_APPLICABLE if cell is _NOTHING else cell for cell in packed]
