"""Look up what one person adds to the moments of a dimension by the pattern of their answers.

Four items with eight possible answers each have 4,096 patterns: counting patterns and multiplying the counts
with a table costs less than multiplying the answers themselves, and stays exact in integers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

CHUNK_ROWS = 2**15  # rows worked on at a time: bounds the memory, and stays inside the processor's cache
_CHUNK_NUMBERS = 2**22  # the most numbers of what these rows add, where dimensions are too long to tabulate
_LANES = 8  # 16-bit integers a processor adds at once: rows of a multiple are added a third faster
_NARROW_TOP = 100  # products up to this are added up as 16-bit integers: a quarter of the bytes to move
MOST_TABULATED_PATTERNS = 2**16  # more patterns than this are found in the data instead of written out

Integers = NDArray[np.int64]
Sums = NDArray[np.signedinteger[Any]]  # as narrow as the largest sum allows


@dataclass(frozen=True)
class DimensionShape:
    """Hold what of a version decides the moments of one dimension.

    `values[item][index]` is what an answer counts for, as distance from the lowest category; `categories` is
    the number of scored answers and `codes` that of all; `required` answers give a score.
    """

    values: tuple[tuple[int, ...], ...]
    categories: int
    required: int

    @property
    def items(self) -> int:
        """Return how many items the dimension has."""
        return len(self.values)

    @property
    def codes(self) -> int:
        """Return how many answers are possible to one item, skipping it included."""
        return len(self.values[0])

    @property
    def top(self) -> int:
        """Return the largest distance from the lowest category."""
        return max(max(values) for values in self.values)

    @property
    def largest(self) -> int:
        """Return the most that one person can add to any one sum."""
        return max(1, self.top**2)

    @property
    def patterns(self) -> int:
        """Return how many different patterns of answers there are."""
        return int(self.codes**self.items)

    @property
    def score_shape(self) -> tuple[int, int]:
        """Return the shape of the score histogram: scored answers 0…items × sum of distances 0…items·top."""
        return self.items + 1, self.items * self.top + 1

    @property
    def score_cells(self) -> int:
        """Return the number of cells of the score histogram."""
        return self.score_shape[0] * self.score_shape[1]

    @property
    def pairs(self) -> int:
        """Return the number of unordered pairs of different items."""
        return self.items * (self.items - 1) // 2

    @property
    def product_width(self) -> int:
        """Return how many numbers the cross-products take: see `Contributions`."""
        return 5 * self.pairs + 2 * self.items + 1

    @property
    def answer_width(self) -> int:
        """Return how many numbers the item histograms take."""
        return self.items * self.codes

    @property
    def width(self) -> int:
        """Return the columns of a table of contributions: answers, products, and a fill up to `_LANES`."""
        wanted = self.answer_width + self.product_width
        return wanted + -wanted % _LANES


@dataclass(frozen=True)
class Contributions:
    """Hold what a person adds, one row for each pattern of answers.

    `sums`: patterns × the shape's `width`. The first items·codes columns are one for each item's code; then,
    over pairs i < j of items, both scored, value of i where j is scored and the other way, product (pairs
    each); then for persons who scored every item 1, values (items), products of pairs (pairs) and squares
    (items): in all `product_width`. The rest is zeros. At most `run` rows may be added in the type of `sums`.
    `cells`: patterns, the flat place in the score histogram, 0 for the unscored (no score has 0 answers).
    """

    sums: Sums
    run: int
    cells: Integers


def chunk_rows(shapes: Iterable[DimensionShape]) -> int:
    """Return how many rows are worked on at a time: fewer where each adds many numbers of its own."""
    widest = max((shape.width for shape in shapes if shape.patterns > MOST_TABULATED_PATTERNS), default=1)
    return max(1, min(CHUNK_ROWS, _CHUNK_NUMBERS // widest))


def contributions(shape: DimensionShape, rows: Integers) -> Contributions:
    """Return what each of `rows`, patterns × items, adds to the moments of the dimension."""
    first, second = np.triu_indices(shape.items, 1)
    values = np.stack([np.array(codes)[rows[:, item]] for item, codes in enumerate(shape.values)], axis=1)
    scored = (rows < shape.categories).astype(np.int64)
    complete = scored.min(axis=1, keepdims=True)
    products = values[:, first] * values[:, second]
    answered = scored.sum(axis=1)
    cells = answered * shape.score_shape[1] + values.sum(axis=1)
    cells[answered < shape.required] = 0
    parts = [
        np.equal(rows[:, :, np.newaxis], np.arange(shape.codes)).reshape(len(rows), -1),
        scored[:, first] * scored[:, second],
        values[:, first] * scored[:, second],
        values[:, second] * scored[:, first],
        products,
        complete,
        complete * values,
        complete * products,
        complete * values**2,
    ]
    # the order of these parts is the format of stored moments
    fill = shape.width - shape.answer_width - shape.product_width
    parts.append(np.zeros((len(rows), fill), dtype=np.int64))
    narrow = shape.largest <= _NARROW_TOP
    wide: Integers = np.hstack(parts).astype(np.int64)
    sums = wide.astype(np.int16) if narrow else wide
    run = np.iinfo(np.int16).max // shape.largest if narrow else CHUNK_ROWS
    return Contributions(sums, run, cells)


@lru_cache(maxsize=64)
def all_contributions(shape: DimensionShape) -> Contributions:
    """Return the table of all patterns, in the order of their numbers: the first item counts most."""
    rows = np.indices((shape.codes,) * shape.items).reshape(shape.items, -1).T
    return contributions(shape, rows)
