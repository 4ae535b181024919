"""Add up what may be kept of the categories of a background question: people, and sums of their scores.

A category of few is not kept, nor are so many of the others that it would be what they leave over.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from instruments.aggregates.moments import Moments
from instruments.answers import Skipped
from instruments.background import Background
from instruments.model import Dimension, Version


@dataclass(frozen=True, slots=True)
class ScoreSum:
    """Hold the scores of `n` people in one dimension together: how far above the lowest category they are.

    `total` is a whole number of parts of a scale point; `_score_denominator` says of which.
    """

    n: int
    total: int


@dataclass(frozen=True, eq=False)
class SubgroupSums:
    """Hold the kept categories of a background question.

    `people` maps a category to how many chose it; `scores` maps a dimension's id to the sums of the
    categories kept in that dimension, which are among those in `people`. What is missing was not kept.
    """

    background: Background
    # not in a log or a traceback, as with sealed moments
    people: Mapping[str, int] = field(repr=False)
    scores: Mapping[str, Mapping[str, ScoreSum]] = field(repr=False)


def _score_denominator(dimension: Dimension) -> int:
    """Return the smallest number of parts of a point that every score is whole in: lcm(1, …, items)."""
    return math.lcm(*range(1, len(dimension.items) + 1))


def subgroup_mean(version: Version, dimension: Dimension, summed: ScoreSum) -> float:
    """Return the mean score in scale points."""
    return version.scale.categories[0] + summed.total / summed.n / _score_denominator(dimension)


def tabulate_subgroups(
    version: Version,
    background: Background,
    answers: NDArray[np.int8],
    chosen: Sequence[str | Skipped],
    fewest: int,
) -> SubgroupSums:
    """Return the sums by category of `answers`, persons × items; `chosen` holds each person's category.

    Whatever is kept is of `fewest` people or more, and so is what it leaves over of all people, unless that
    is nobody. People who would rather not say are always left over.
    """
    everybody = Moments.of(version, answers)
    groups = {
        name: Moments.of(version, answers[[each == name for each in chosen]])
        for name in background.categories
    }
    people = {name: moments.n for name, moments in groups.items()}
    kept = _select_categories(people, everybody.n, fewest)
    scores = {}
    for dimension in version:
        sums = {name: _score_sum(groups[name], dimension) for name in kept}
        sizes = {name: summed.n for name, summed in sums.items()}
        # who skipped the dimension is not in its sums, so that a kept category may be too small here
        kept_here = _select_categories(sizes, _score_sum(everybody, dimension).n, fewest)
        scores[dimension.id] = {name: sums[name] for name in kept_here}
    return SubgroupSums(background, {name: people[name] for name in kept}, scores)


def _score_sum(moments: Moments, dimension: Dimension) -> ScoreSum:
    """Return the scores of a dimension added up exactly, reversed items turned."""
    counts, parts = moments.score_counts[dimension.id], _score_denominator(dimension)
    answered, distance = np.indices(counts.shape)
    # nobody has a score on no answer; there the histogram is empty
    worth = distance * parts // np.maximum(answered, 1)
    return ScoreSum(int(counts.sum()), int((counts * worth).sum()))


def largest_selection(sizes: Mapping[str, int], holds: Callable[[tuple[str, ...]], bool]) -> tuple[str, ...]:
    """Return, of all sets of categories that hold, the one with most people; the first where some are equal.

    Sets are tried from large to small, in the order of `sizes`; none at all is the last.
    """
    names = tuple(sizes)
    every = [each for number in range(len(names), 0, -1) for each in combinations(names, number)]
    holding = [each for each in every if holds(each)]
    return max(holding, key=lambda each: sum(sizes[name] for name in each), default=())


def _select_categories(sizes: Mapping[str, int], everybody: int, fewest: int) -> tuple[str, ...]:
    """Return the categories to keep: each of `fewest` people or more, and the rest nobody or as many."""
    enough = {name: size for name, size in sizes.items() if size >= fewest}

    def holds(kept: tuple[str, ...]) -> bool:
        rest = everybody - sum(enough[name] for name in kept)
        return rest == 0 or rest >= fewest

    return largest_selection(enough, holds)
