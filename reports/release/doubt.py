"""Room for doubt: what is told must leave open how any single person answered.

One sentence behind every rule: after reading, it is still possible that two people other than the reader
stand on either side of the others. Each rule depends on what would be told, so that a reader who repeats
it learns nothing more from its outcome. The exception is the reader's own answer, which only the reader
knows: there every answer that was given is tried as the reader's own. See docs/decisions (0052).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ALONE = 1  # "all but one" is as good as all: the one knows what everybody else answered
EPSILON = 1e-9

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Told:
    """A mean of `n` scores between `lowest` and `highest` as the reader sees it: in `low` to `high`."""

    n: int
    low: float
    high: float
    lowest: float
    highest: float

    @property
    def middle(self) -> float:
        """The middle of the scale, which parts its two sides."""
        return (self.lowest + self.highest) / 2

    def without(self, score: float) -> "Told":
        """What is told of the others to a reader whose own score is known."""
        rest = self.n - 1
        return Told(
            rest,
            (self.n * self.low - score) / rest,
            (self.n * self.high - score) / rest,
            self.lowest,
            self.highest,
        )


def mean_leaves_doubt(told: Told, own: Sequence[float] = ()) -> bool:
    """Whether two people may stand on or beyond the middle, seen from either end of the scale.

    n·low ≤ 2·middle + (n − 2)·highest, and the same from below. `own` are the scores that may be the
    reader's: the rule must hold for the others, whichever it is.
    """
    return all(_mean_leaves_doubt(view) for view in ([told.without(score) for score in own] or [told]))


def _mean_leaves_doubt(told: Told) -> bool:
    two, rest = 2 * told.middle, told.n - 2
    below = two + rest * told.highest >= told.n * told.low - EPSILON
    above = two + rest * told.lowest <= told.n * told.high + EPSILON
    return below and above


def spread_leaves_doubt(told: Told, sd: float, width: float, own: Sequence[float] = ()) -> bool:
    """The same where the spread is told too: `sd` is the largest that what is told allows.

    Two people on the middle while the mean m lies off it need a sum of squares of at least
    2·(m − middle)²·n / (n − 2). And no score may be bounded to within `width` scale points: one person is
    at most sd·(n − 1)/√n from the mean.
    """
    squares = sd**2 * (told.n - 1)
    center = (told.low + told.high) / 2
    views = [
        (told.without(score), squares - (score - center) ** 2 * told.n / (told.n - 1)) for score in own
    ] or [(told, squares)]
    return all(_spread_leaves_doubt(view, left, width) for view, left in views)


def _spread_leaves_doubt(told: Told, squares: float, width: float) -> bool:
    off = max(told.low - told.middle, told.middle - told.high, 0.0)
    if squares + EPSILON < 2 * off**2 * told.n / (told.n - 2):
        return False
    reach = math.sqrt(max(squares, 0.0) * (told.n - 1) / told.n)
    nearest, farthest = max(told.lowest, told.low - reach), min(told.highest, told.high + reach)
    return farthest - nearest > width


def sides(categories: int) -> tuple[slice, slice]:
    """The categories below and above the middle of a scale."""
    return slice(0, categories // 2), slice((categories + 1) // 2, categories)


def distribution_leaves_doubt(counts: Counts, known: int) -> bool:
    """Whether answers (items × categories, turned) are not unanimous: nowhere all, or all but one.

    An item's answers come from as many people, so the item with most dissent says how many people at
    least stand outside a category, or outside one side of the scale. `known` of them may be the reader.
    """
    answered = counts.sum(axis=1)
    groups = [counts[:, category] for category in range(counts.shape[1])]
    groups += [counts[:, side].sum(axis=1) for side in sides(counts.shape[1])]
    return all(int((answered - group).max()) > ALONE + known for group in groups)


def shares_leave_doubt(counts: Counts, known: int) -> bool:
    """Whether below, on and above the middle there are each time more people than one and the reader.

    `counts` as above. A scale with an even number of categories has no middle, and no three-way shares.
    """
    below, above = sides(counts.shape[1])
    middle = counts[:, below.stop : above.start]
    groups = [counts[:, below].sum(axis=1), middle.sum(axis=1), counts[:, above].sum(axis=1)]
    return all(int(group.max()) > ALONE + known for group in groups)


def remainder_leaves_doubt(counts: Counts, values: NDArray[np.float64], width: float, known: int) -> bool:
    """Whether withheld items (items × categories) stay hidden when their sum is known by subtraction.

    At least two of them, not unanimous together, and the mean of none bounded to within `width` points:
    item i's sum lies between S − Σⱼ nⱼ·highest and S − Σⱼ nⱼ·lowest over the other items j.
    """
    if len(counts) <= ALONE or not distribution_leaves_doubt(counts, known):
        return False
    answered = counts.sum(axis=1)
    total = float((counts @ values).sum())
    lowest, highest = float(values[0]), float(values[-1])
    for n in answered[answered > 0].tolist():
        others = int(answered.sum()) - n
        least = max(n * lowest, total - others * highest)
        most = min(n * highest, total - others * lowest)
        if most - least <= width * n:
            return False
    return True
