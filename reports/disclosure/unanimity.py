"""The unanimity rule for parts of a wave, whose means are read beside each other (`subgroups`).

After reading, it is still possible that two people of a part stand on either side of the others; to a reader
who answered and counts the own answer out, that one other person does. The rules depend on what would be
released only, so that a reader who repeats them learns nothing from their outcome. See docs/decisions (0052)
for what is assumed, and for what was tried and leaked.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

ALONE = 1  # "all but one" is as good as all: the one knows what everybody else answered
EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class MeanBounds:
    """A mean of `n` scores between `lowest` and `highest` as the reader sees it: in `low` to `high`."""

    n: int
    low: float
    high: float
    lowest: float
    highest: float

    @property
    def middle(self) -> float:
        """Return the middle of the scale, which parts its two sides."""
        return (self.lowest + self.highest) / 2

    def without(self, score: float) -> "MeanBounds":
        """Return the bounds of the others' mean for a reader whose own score is known."""
        rest = self.n - 1
        low, high = ((self.n * end - score) / rest for end in (self.low, self.high))
        return MeanBounds(rest, low, high, self.lowest, self.highest)


def mean_is_protected(bounds: MeanBounds, *, reader_answered: bool) -> bool:
    """Return whether people may stand on or beyond the middle, seen from either end of the scale.

    k people on the middle need n·low ≤ k·middle + (n − k)·highest, and the same from below: two of them,
    or one of the others whatever the reader answered. There a score at either end is the worst.
    """
    if not _people_beyond(bounds, ALONE + 1):
        return False
    ends = (bounds.lowest, bounds.highest) if reader_answered else ()
    return all(_people_beyond(bounds.without(own), ALONE) for own in ends)


def _people_beyond(bounds: MeanBounds, people: int) -> bool:
    on_middle, rest = people * bounds.middle, bounds.n - people
    below = on_middle + rest * bounds.highest >= bounds.n * bounds.low - EPSILON
    # halves are rounded upwards, so that the upper end itself is not what is released
    above = on_middle + rest * bounds.lowest < bounds.n * bounds.high - EPSILON
    return below and above


def interval_is_protected(
    bounds: MeanBounds, sd: float, width: float, items: int, own: Sequence[float] = ()
) -> bool:
    """Return whether the same holds beside the spread: `sd` is the least that the released interval allows.

    k people on the middle while the mean m lies off it need a sum of squares of k·(m − middle)²·n / (n − k),
    and n/(2·items)² more, because the others' scores lie 1/items apart. And no score may be bounded to
    within `width` scale points: one person is at most sd·(n − 1)/√n from the mean. `own` are the scores
    that may be the reader's.
    """
    squares = sd**2 * (bounds.n - 1)
    if not (_spread_beyond(bounds, squares, ALONE + 1, items) and _wide(bounds, squares, width)):
        return False
    center, share = (bounds.low + bounds.high) / 2, bounds.n / (bounds.n - 1)
    others = [(bounds.without(score), squares - (score - center) ** 2 * share) for score in own]
    return all(_spread_beyond(view, left, ALONE, items) for view, left in others)


def _spread_beyond(bounds: MeanBounds, squares: float, people: int, items: int) -> bool:
    off = max(abs(bounds.low - bounds.middle), abs(bounds.high - bounds.middle))
    needed = people * off**2 * bounds.n / (bounds.n - people) + bounds.n / (2 * items) ** 2
    return squares + EPSILON >= needed


def _wide(bounds: MeanBounds, squares: float, width: float) -> bool:
    reach = math.sqrt(squares * (bounds.n - 1) / bounds.n)
    nearest, farthest = max(bounds.lowest, bounds.low - reach), min(bounds.highest, bounds.high + reach)
    return farthest - nearest > width


def item_means_are_protected(bounds: MeanBounds, items: int, width: float) -> bool:
    """Return whether a mean over `items` items bounds no item's mean to within `width` scale points."""
    room = min(bounds.highest - bounds.low, bounds.high - bounds.lowest) * items
    return items == 1 or room > width
