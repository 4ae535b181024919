"""What one person adds to the moments of a dimension, looked up by the pattern of their answers.

Four items that can each hold eight things have 4,096 patterns: counting patterns and multiplying the counts
with a table costs less than multiplying the answers themselves, and stays exact in integers.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

ENUMERABLE = 2**16  # more patterns than this are found in the data instead of written out

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Shape:
    """What of a version decides the moments of one dimension.

    `values[item][code]` is what a code counts for, as distance from the lowest category; `categories` is
    the number of scored codes and `codes` that of all; `required` answers give a score.
    """

    values: tuple[tuple[int, ...], ...]
    categories: int
    required: int

    @property
    def items(self) -> int:
        """How many items the dimension holds."""
        return len(self.values)

    @property
    def codes(self) -> int:
        """How many things one item can hold."""
        return len(self.values[0])

    @property
    def top(self) -> int:
        """The largest distance from the lowest category."""
        return max(max(values) for values in self.values)

    @property
    def patterns(self) -> int:
        """How many different patterns of answers there are."""
        return int(self.codes**self.items)

    @property
    def score_shape(self) -> tuple[int, int]:
        """The score histogram: scored answers 0…items × sum of distances 0…items·top."""
        return self.items + 1, self.items * self.top + 1

    @property
    def score_cells(self) -> int:
        """The size of the score histogram, laid flat."""
        return self.score_shape[0] * self.score_shape[1]

    @property
    def triangle(self) -> int:
        """The number of unordered pairs of items, an item with itself included."""
        return self.items * (self.items + 1) // 2

    @property
    def product_width(self) -> int:
        """The numbers the cross-products take: see `contributions`."""
        return self.items**2 + 3 * self.triangle + 1 + self.items


@dataclass(frozen=True)
class Contributions:
    """One row a pattern: what a person with it adds.

    `answers`: patterns × (items·codes), one for each item's code. `cells`: patterns, the flat place in the
    score histogram, 0 for the unscored (no score has 0 answers), which
    has `score_cells`. `products`: patterns × product_width,
    in order: pairs both scored (triangle), value of i where j is scored (items²), products of pairs
    (triangle); then the same for persons who scored every item: 1, values (items), products (triangle).
    """

    answers: NDArray[np.float64]
    cells: Integers
    products: NDArray[np.float64]
    score_cells: int


def contributions(shape: Shape, rows: Integers) -> Contributions:
    """What each of `rows` (patterns × items of code indices) adds to the moments of the dimension."""
    upper = np.triu_indices(shape.items)
    values = np.stack(
        [np.array(codes)[rows[:, item]] for item, codes in enumerate(shape.values)], axis=1
    ).astype(np.float64)
    scored = (rows < shape.categories).astype(np.float64)
    complete = scored.min(axis=1, keepdims=True)
    pairs = values[:, upper[0]] * values[:, upper[1]]
    conditional = (values[:, :, np.newaxis] * scored[:, np.newaxis, :]).reshape(len(rows), -1)
    products = np.hstack(
        [
            scored[:, upper[0]] * scored[:, upper[1]],
            conditional,
            pairs,
            complete,
            complete * values,
            complete * pairs,
        ]
    )
    answered = scored.sum(axis=1).astype(np.int64)
    cells = answered * shape.score_shape[1] + values.sum(axis=1).astype(np.int64)
    cells[answered < shape.required] = 0
    answers = np.equal(rows[:, :, np.newaxis], np.arange(shape.codes)).reshape(len(rows), -1)
    return Contributions(answers.astype(np.float64), cells, products, shape.score_cells)


@lru_cache(maxsize=64)
def every_contribution(shape: Shape) -> Contributions:
    """The table of all patterns, in the order of their numbers: the first item counts most."""
    rows = np.array(list(product(range(shape.codes), repeat=shape.items)), dtype=np.int64)
    return contributions(shape, rows)
