"""The unanimity rule: no released figure implies that all, or all but one, of the answers agree.

Agree means to fall into one category, or on one side of the middle of the scale. Every rule here leaves
possible that `dissenters` people stand outside: two of them, and one more where the reader may be one of
those who answered. What the rules change depends on released figures and on n only, so that the change
itself says nothing (docs/decisions/0099).
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from instruments.model import Scale
from reports.disclosure import rounding

_PEOPLE_OUTSIDE: Final = 2  # one alone would know what everybody else answered
_SLACK: Final = 1e-9

Counts = NDArray[np.int64]


def dissenters(*, reader_answered: bool) -> int:
    """Return how many people must be able to stand outside whatever the others agree on."""
    return _PEOPLE_OUTSIDE + reader_answered


def shown_ends(n: int, step: float, scale: Scale, outside: int) -> tuple[float, float]:
    """Return the lowest and the highest mean that is shown as it is; what lies beyond is coded.

    With `outside` people on the middle and all others at the top, the mean is highest − outside·(range/2)/n:
    that one is still among those that are coded, so that being coded does not imply more.
    """
    low, high = float(scale.categories[0]), float(scale.categories[-1])
    room = outside * (high - low) / 2 / n
    # halves are rounded upwards: the highest coded mean must round to more than the last one shown
    highest = rounding.round_down(high - room - step / 2, step)
    lowest = rounding.round_down(low + room + step / 2, step) + step
    return round(lowest, rounding.decimals(step)), highest


@dataclass(frozen=True, slots=True)
class SpreadRules:
    """What an interval must leave open: `outside` dissenters, and no score bounded to within `width` points.

    `quantile` is that of the interval, `items` how many the dimension has.
    """

    scale: Scale
    items: int
    outside: int
    width: float
    quantile: float

    def least_half_width(self, mean: float, step: float, n: int) -> float:
        """Return the smallest half width of an interval about a released mean that implies no agreement.

        k people on the middle, while the mean m lies off it, need a sum of squares of
        k·(m − middle)²·n / (n − k), and n/(2·items)² more because the others' scores lie 1/items apart. And
        one person is at most sd·(n − 1)/√n from the mean.
        """
        low, high = float(self.scale.categories[0]), float(self.scale.categories[-1])
        off = abs(mean - (low + high) / 2) + step / 2
        beyond = self.outside * off**2 * n / (n - self.outside) + n / (2 * self.items) ** 2
        nearest_end = min(mean - low, high - mean) - step / 2
        reach = max(self.width / 2, self.width - nearest_end)
        squares = max(beyond, reach**2 * n / (n - 1))
        return self.quantile * math.sqrt(squares / (n - 1) / n)


def protected_tables(counts: Counts, outside: int) -> NDArray[np.bool_]:
    """Return by item whether its table (of items × categories, turned) may be released.

    In it more than `outside` people stand outside each category and each side: as many as
    `outside` are refused as well, so that a dimension without tables may still have these.
    """
    return np.asarray((outside_agreement(counts) > outside).all(axis=1))


def outside_agreement(counts: Counts) -> NDArray[np.int64]:
    """Return how many of those who answered each item stand outside each category, and outside each side.

    `counts` is items × categories; the result is items × (categories + 2).
    """
    below, above = sides(counts.shape[1])
    groups = np.column_stack([counts, counts[:, below].sum(axis=1), counts[:, above].sum(axis=1)])
    return np.asarray(counts.sum(axis=1)[:, np.newaxis] - groups)


def three_way(counts: Counts) -> Counts:
    """Return each row's sums below, on and above the middle of an odd number of categories."""
    below, above = sides(counts.shape[1])
    return np.column_stack(
        [counts[:, below].sum(axis=1), counts[:, below.stop], counts[:, above].sum(axis=1)]
    )


def groups_are_protected(people: tuple[float, ...], outside: int) -> bool:
    """Return whether each of three groups holds the answers of `outside` people or more.

    Which of the three did not stays open where they are withheld.
    """
    return all(group >= outside - _SLACK for group in people)


def sides(categories: int) -> tuple[slice, slice]:
    """Return the categories below and above the middle of a scale."""
    return slice(0, categories // 2), slice((categories + 1) // 2, categories)
