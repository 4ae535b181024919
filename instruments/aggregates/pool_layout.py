"""Say where each sum of a pool stands in its one vector of whole numbers: the version alone decides it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from instruments.aggregates.exact_sums import columns
from instruments.answers import answer_indices
from instruments.model import Version

HEAD = 2  # units and persons
_BLOCK_HEAD = 3  # units, persons and squared sizes of a block


@dataclass(frozen=True)
class BlockLayout:
    """Say which items a block of complete cases is of, by column, and where its sums begin.

    It holds units, persons, squared sizes, then by item the sums, and on and above the diagonal the products
    over persons and those of units' own sums.
    """

    columns: tuple[int, ...]
    start: int

    @property
    def pairs(self) -> int:
        """Return how many products are on and above the diagonal."""
        return len(self.columns) * (len(self.columns) + 1) // 2

    @property
    def width(self) -> int:
        """Return how many sums the block holds."""
        return _BLOCK_HEAD + len(self.columns) + 2 * self.pairs

    @cached_property
    def parts(self) -> Sequence[slice]:
        """Return where its head, sums, products and unit products stand."""
        ends = accumulate((_BLOCK_HEAD, len(self.columns), self.pairs, self.pairs), initial=self.start)
        return [slice(*each) for each in pairwise(ends)]


@dataclass(frozen=True)
class PoolLayout:
    """Say where the sums of a pool stand: head, answers by kind, pairs of items, blocks of complete cases.

    The first block is of all items, the others are of one dimension each, in the version's order.
    """

    items: int
    codes: int
    block_columns: tuple[tuple[int, ...], ...]

    @property
    def kinds(self) -> slice:
        """Return where the answers by kind stand, items × indices of answers."""
        return slice(HEAD, HEAD + self.items * self.codes)

    @property
    def pairs(self) -> int:
        """Return how many pairs of two items there are."""
        return self.items * (self.items - 1) // 2

    @cached_property
    def pair_parts(self) -> Sequence[slice]:
        """Return where counts, sums of the first, sums of the second, and products of the pairs stand."""
        ends = accumulate([self.pairs] * 4, initial=self.kinds.stop)
        return [slice(*each) for each in pairwise(ends)]

    @cached_property
    def blocks(self) -> tuple[BlockLayout, ...]:
        """Return the blocks of complete cases."""
        found: list[BlockLayout] = []
        start = self.pair_parts[-1].stop
        for each in self.block_columns:
            found.append(BlockLayout(each, start))
            start += found[-1].width
        return tuple(found)

    @cached_property
    def width(self) -> int:
        """Return how many whole numbers a pool is."""
        return self.blocks[-1].start + self.blocks[-1].width

    @cached_property
    def above(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the rows and columns of the pairs of two items."""
        return np.triu_indices(self.items, 1)


@lru_cache(maxsize=64)
def pool_layout(version: Version) -> PoolLayout:
    """Return where the sums of a pool of this version stand."""
    whole = tuple(range(len(version.items)))
    by_dimension = tuple(tuple(columns(version, each)) for each in version)
    return PoolLayout(len(whole), len(answer_indices(version.scale)), (whole, *by_dimension))
