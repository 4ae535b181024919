"""What figures say of a part when they are released beside each other: its mean, the others', the whole's.

A part is a category of people, or the rest that the released categories leave of the whole.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reports.disclosure.protection import Counts
from reports.disclosure.unanimity import ALONE, EPSILON, MeanBounds


@dataclass(frozen=True, eq=False)
class AnswerCounts:
    """What is released of everybody's answers: every item's, reversed items turned, in ascending order.

    `known` of the answers to each item are the reader's own.
    """

    items: tuple[NDArray[np.float64], ...]
    known: int

    @classmethod
    def of(cls, counts: Counts, values: NDArray[np.float64], known: int) -> "AnswerCounts":
        """Return the answers counted in items × categories of those values."""
        return cls(tuple(np.repeat(values, item) for item in counts), known)

    @cached_property
    def mirrored(self) -> "AnswerCounts":
        """Return the same seen from the other end of the scale, with every sign turned."""
        return AnswerCounts(tuple(-item[::-1] for item in self.items), self.known)

    def least(self, people: int) -> float:
        """Return the least that the scores of so many other people than the reader may sum to."""
        means = [_mean(item[self.known : self.known + people]) for item in self.items]
        return people * sum(means) / len(means)

    def most(self, people: int) -> float:
        """Return the most that they may sum to."""
        return -self.mirrored.least(people)


def bounds_of_parts(whole: MeanBounds, parts: Sequence[MeanBounds]) -> tuple[MeanBounds, ...]:
    """Return what all means together say of each part, and of the rest of the whole if there is one.

    Each range is cut to what the whole and the others leave of it.
    """
    rest = whole.n - sum(part.n for part in parts)
    atoms = [*parts, MeanBounds(rest, whole.lowest, whole.highest, whole.lowest, whole.highest)]
    atoms = [atom for atom in atoms if atom.n]
    least, most = (sum(atom.n * atom.low for atom in atoms), sum(atom.n * atom.high for atom in atoms))
    cut = []
    for atom in atoms:
        low = max(atom.low, atom.high - (most - whole.n * whole.low) / atom.n)
        high = min(atom.high, atom.low + (whole.n * whole.high - least) / atom.n)
        cut.append(MeanBounds(atom.n, low, high, atom.lowest, atom.highest))
    return tuple(cut)


@dataclass(frozen=True, eq=False)
class ReaderKnowledge:
    """What a reader knows beside the means.

    `squares` is the sum of squares left inside the parts where an interval is released, else infinite;
    `answered` what is released of everybody's answers, if anything is; `own` the scores that may be the
    reader's, empty for one who did not answer.
    """

    squares: float
    answered: AnswerCounts | None
    own: tuple[float, ...]


def mean_is_unbounded(bounds: MeanBounds, people: int, width: float, known: ReaderKnowledge) -> bool:
    """Return whether the mean of any `people` of the part is nowhere bounded to within `width` points.

    Nor by a reader who is one of the others.
    """
    center, share = (bounds.low + bounds.high) / 2, bounds.n / (bounds.n - 1)
    views = [(bounds.without(own), known.squares - (own - center) ** 2 * share) for own in known.own]
    return _has_room([(bounds, known.squares)], people, width, known.answered) and _has_room(
        views, people, width, known.answered
    )


def _has_room(
    views: Sequence[tuple[MeanBounds, float]], people: int, width: float, answered: AnswerCounts | None
) -> bool:
    """Return whether in each view, a mean with its sum of squares, the sum of `people` may lie widely enough.

    All views are of equally many.
    """
    if not views:
        return True
    first = views[0][0]
    others = first.n - people
    if others <= 0:
        return False
    theirs, rest = (_reach(first, number, answered) for number in (people, others))
    # sums of answers are whole: either end may lie nearly one answer further in
    needed = width * people + (2 / len(answered.items) if answered else 0.0) + EPSILON
    for bounds, squares in views:
        most = min(theirs[1], bounds.n * bounds.high - rest[0])
        least = max(theirs[0], bounds.n * bounds.low - rest[1])
        # k of n people lie at most √(squares · (n − k) / (n · k)) from the mean of all of them
        far = math.sqrt(max(0.0, squares) * others / (bounds.n * people))
        if min(most - least, people * (2 * far + bounds.high - bounds.low)) <= needed:
            return False
    return True


def _reach(bounds: MeanBounds, people: int, answered: AnswerCounts | None) -> tuple[float, float]:
    """Return the least and the most that the scores of so many may sum to, whatever the others' are."""
    if answered is None:
        return people * bounds.lowest, people * bounds.highest
    return answered.least(people), answered.most(people)


def part_is_protected(bounds: MeanBounds, answered: AnswerCounts) -> bool:
    """Return whether a part's mean beside the whole's distribution allows people on both sides of the rest.

    From either end one person, the reader and one more may have scores on or beyond the middle, and the
    others' answers, which are some of the whole's, make the mean what is released.
    """
    mirrored = MeanBounds(bounds.n, -bounds.high, -bounds.low, -bounds.highest, -bounds.lowest)
    return _from_below(bounds, answered) and _from_below(mirrored, answered.mirrored)


def _from_below(bounds: MeanBounds, answered: AnswerCounts) -> bool:
    """Return whether people of the part may have scores on or below the middle at the mean that is released.

    Two such worlds are tried: they gave, in each item, the answers nearest to the middle, or the lowest.
    From the highest to the lowest mean of a world others are reached by exchanging one answer for the next,
    so that one of them lies in the released range if no gap between answers is wider than that.
    """
    people, items = ALONE + 1 + answered.known, answered.items
    gap = max(float(np.diff(item).max(initial=0)) for item in items)
    if gap > (bounds.high - bounds.low) * bounds.n * len(items):
        return False
    lowest = [item[:people] for item in items]
    below = [item[item <= bounds.middle][-people:] for item in items]
    nearest = [near if len(near) == people else low for near, low in zip(below, lowest, strict=True)]
    return any(_may_be(bounds, answered, chosen) for chosen in (nearest, lowest))


def _may_be(bounds: MeanBounds, answered: AnswerCounts, chosen: Sequence[NDArray[np.float64]]) -> bool:
    """Return whether people with the chosen answers may be in the part, on or below the middle."""
    if sum(float(each[-1]) for each in chosen) > bounds.middle * len(chosen) + EPSILON:
        return False
    least, most = [], []
    for item, theirs in zip(answered.items, chosen, strict=True):
        start = int(np.searchsorted(item, theirs[-1], side="right")) - len(theirs)
        others = np.r_[item[:start], item[start + len(theirs) :]]
        number = bounds.n - len(theirs)
        least.append(_mean(np.r_[theirs, others[:number]]))
        most.append(_mean(np.r_[theirs, others[len(others) - min(number, len(others)) :]]))
    low, high = bounds.low * len(chosen), bounds.high * len(chosen)
    return sum(least) <= high + EPSILON and sum(most) >= low - EPSILON


def _mean(answers: NDArray[np.float64]) -> float:
    return float(answers.mean()) if len(answers) else -math.inf
