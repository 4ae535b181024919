"""What may be released of a pool of many units, as frozen values that only the gate can build.

Everything that is computed of a pool (reliability, factor models, differences between units) is computed from
these numbers, so that no figure can be subtracted from another.
"""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from instruments.model import Item, Version
from reports.disclosure.released import Suppressed
from reports.disclosure.seal import Seal, SealedValue, verify

Matrix = NDArray[np.float64]
Means = NDArray[np.float64]


@final
@dataclass(frozen=True, slots=True)
class PoolName:
    """Say what a pool is of: questionnaire, edition, language and half-year, and its stable key."""

    key: str
    reference: str
    edition: str
    language: str
    half: str


@final
@dataclass(frozen=True, eq=False, slots=True)
class ReleasedMatrix(SealedValue):
    """Covariances of items in squared scale points, reversed items turned, in multiples of `step`.

    `persons` is how many they are of, in steps too: those who scored every item, or, where they are pairwise,
    the fewest of any pair.
    """

    persons: int
    matrix: Matrix
    step: float
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        verify(seal)
        self.matrix.setflags(write=False)


@final
@dataclass(frozen=True, eq=False, slots=True)
class ReleasedMeans(SealedValue):
    """Means of items in scale points, reversed items turned, in multiples of `step` within the scale.

    They are of the people of `ReleasedPool.complete`, as models of means and covariances need them.
    """

    values: Means
    step: float
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        verify(seal)
        self.values.setflags(write=False)


@final
@dataclass(frozen=True, eq=False, slots=True)
class ReleasedLevels(SealedValue):
    """Covariances within units, pooled, and of units' means weighted by their persons, items × items.

    `units`, `persons` and `squares`, the sum of the units' squared sizes, are in steps too. Of few units what
    is within is what the covariances between leave of the released total.
    """

    units: int
    persons: int
    squares: int
    within: ReleasedMatrix
    between: ReleasedMatrix
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        verify(seal)


@final
@dataclass(frozen=True, eq=False, slots=True)
class ReleasedPool(SealedValue):
    """What is released of a pool to researchers and operators.

    `parts` are the pools it is of: one, or those that were merged; a unit counts in each that it is in.
    `units` is at least so many, `people` and every count a multiple of `step`. `answers` holds each item's
    answers as given: categories, unscored ones, skipped. `complete` and `pairwise` are of all items,
    `complete_means` of the people of `complete`; `dimensions` of those who scored every item of a dimension,
    `levels` the same parted, and `complete_levels` those of all items.
    """

    name: PoolName
    parts: tuple[PoolName, ...]
    version: Version
    units: int
    people: int
    step: int
    answers: Mapping[str, tuple[int, ...]]
    complete: ReleasedMatrix | Suppressed
    complete_means: ReleasedMeans | Suppressed
    pairwise: ReleasedMatrix | Suppressed
    dimensions: Mapping[str, ReleasedMatrix | Suppressed]
    levels: Mapping[str, ReleasedLevels | Suppressed]
    complete_levels: ReleasedLevels | Suppressed
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        verify(seal)

    def mean(self, item: Item) -> float | None:
        """Return an item's mean in scale points as answered, of the released counts; None of no answer."""
        categories = self.version.scale.categories
        counts = self.answers[item.id][: len(categories)]
        answered = sum(counts)
        points = sum(code * count for code, count in zip(categories, counts, strict=True))
        return points / answered if answered else None

    def turned_mean(self, item: Item) -> float | None:
        """Return an item's mean as the covariances have it: turned where the item is reversed."""
        found, categories = self.mean(item), self.version.scale.categories
        return categories[0] + categories[-1] - found if item.reverse and found is not None else found
