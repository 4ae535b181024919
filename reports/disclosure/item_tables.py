"""Round the tables of a wave's items as they are released, all at once, and add up what follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from instruments.model import Version
from instruments.statistics import Undefined
from reports.disclosure import protection, rounding
from reports.disclosure.policy import Policy
from reports.disclosure.sealed_wave import SealedWave

PERCENT = 100


@dataclass(frozen=True, slots=True)
class ItemTable:
    """Hold the percentages p of an item's answers x as they were given, low to high.

    `total` is Σ p·x, 100 times their mean, and `spread` 100·Σ p·x² − (Σ p·x)², 100² times their variance.
    """

    percentages: tuple[int, ...]
    total: int
    spread: int


@dataclass(frozen=True, eq=False, slots=True)
class DimensionTables:
    """Hold the tables of a dimension's items, and of all their answers together, reversed items turned.

    `given`, `totals` and `spreads` are those of `ItemTable`, for one item after the other. `mean` and
    `percentages` follow from the items' tables, and so do `sides`: the percentages below, on and above the
    middle, empty on a scale of an even number of categories, which has none.
    """

    given: rounding.Integers
    totals: rounding.Integers
    spreads: rounding.Integers
    mean: float
    percentages: tuple[int, ...]
    sides: tuple[int, ...]

    @property
    def items(self) -> tuple[ItemTable, ...]:
        """Return the table of each item."""
        return tuple(map(ItemTable, _rows(self.given), self.totals.tolist(), self.spreads.tolist()))


def released_tables(sealed: SealedWave, policy: Policy) -> Mapping[str, DimensionTables]:
    """Return the tables of every dimension by its id; none where the answers by category were not kept.

    Whether they may be released is not asked here.
    """
    counts, version = sealed.item_table, sealed.version
    if isinstance(counts, Undefined):
        return {}
    step = rounding.share_step(sealed.moments.n, policy)
    belongs, is_reversed = _layout(version)
    turned, values = rounding.percentages(counts, step), np.array(version.scale.categories, dtype=np.int64)
    given, together = np.where(is_reversed, turned[:, ::-1], turned), belongs @ turned
    sums = given @ values
    spreads = PERCENT * (given @ values**2) - sums**2
    sizes = belongs.sum(axis=1)
    means = ((together @ values) / (PERCENT * sizes)).tolist()
    sides = _rows(rounding.percentages(protection.three_way(together), step)) if len(values) % 2 else None
    shares = _rows(rounding.percentages(together, step))
    ends = np.cumsum(sizes).tolist()
    own = [slice(start, end) for start, end in pairwise([0, *ends])]
    return {
        dimension.id: DimensionTables(
            given[own[place]],
            sums[own[place]],
            spreads[own[place]],
            means[place],
            shares[place],
            sides[place] if sides else (),
        )
        for place, dimension in enumerate(version)
    }


@lru_cache(maxsize=64)
def _layout(version: Version) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return which items belong to a dimension, dimensions × items of 0 and 1, and which are reversed."""
    belongs = [[int(item in each.items) for item in version.items] for each in version]
    return np.array(belongs), np.array([[item.reverse] for item in version.items])


def _rows(table: rounding.Integers) -> list[tuple[int, ...]]:
    return [tuple(row) for row in table.tolist()]
