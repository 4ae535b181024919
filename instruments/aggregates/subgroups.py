"""Add up what may be kept of the categories of a background question: people, and means of their scores.

A category of few is not kept, nor are so many of the others that it would be what they leave over.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from instruments.aggregates.exact_sums import Integers, answer_table, columns, score_sums, table_sums
from instruments.answers import Skipped
from instruments.background import Background
from instruments.model import Dimension, Version

MEAN_PARTS: Final = 10_000  # of a scale point: ten times finer than any step in which a mean is released


@dataclass(frozen=True, slots=True)
class ScoreMean:
    """Hold the score of a category in one dimension, and how many of its people have a score there.

    `mean` is a whole number of parts of a scale point above the lowest category: the mean of the items'
    means, as a unit's score is. It is kept no finer, since an exact fraction tells who skipped what.
    """

    n: int
    mean: int

    def score(self, version: Version) -> float:
        """Return the mean in scale points."""
        return version.scale.categories[0] + self.mean / MEAN_PARTS


@dataclass(frozen=True, eq=False)
class SubgroupSums:
    """Hold the kept categories of a background question.

    `people` maps a category to how many chose it; `scores` maps a dimension's id to the means of the
    categories kept in that dimension, which are among those in `people`. What is missing was not kept.
    """

    background: Background
    # not in a log or a traceback, as with sealed moments
    people: Mapping[str, int] = field(repr=False)
    scores: Mapping[str, Mapping[str, ScoreMean]] = field(repr=False)


def tabulate_subgroups(
    version: Version,
    background: Background,
    answers: NDArray[np.int8],
    chosen: Sequence[str | Skipped],
    fewest: int,
) -> SubgroupSums:
    """Return what is kept by category of `answers`, persons × items; `chosen` holds each person's category.

    Whatever is kept is of `fewest` people or more, and so is what it leaves over of all people, unless that
    is nobody. People who would rather not say are always left over.
    """
    groups = {
        name: answers[np.array([each == name for each in chosen], dtype=bool)]
        for name in background.categories
    }
    people = {name: len(members) for name, members in groups.items()}
    kept = _select_categories(people, len(answers), fewest)
    scores = {}
    for dimension in version:
        found = {name: _score_mean(version, dimension, groups[name]) for name in kept}
        means = {name: each for name, each in found.items() if each is not None}
        sizes = {name: each.n for name, each in means.items()}
        # who skipped the dimension has no score in it, so that a kept category may be too small here
        everybody = score_sums(version, dimension, answers).persons
        kept_here = _select_categories(sizes, everybody, fewest)
        scores[dimension.id] = {name: means[name] for name in kept_here}
    return SubgroupSums(background, {name: people[name] for name in kept}, scores)


def _score_mean(version: Version, dimension: Dimension, answers: NDArray[np.int8]) -> ScoreMean | None:
    """Return the mean of the items' means of these people, exact until it is rounded to its parts.

    None where an item has no answer.
    """
    counts, sums = (found[columns(version, dimension)] for found in _item_sums(version, answers))
    if not counts.all():
        return None
    means = [Fraction(int(total), int(number)) for total, number in zip(sums, counts, strict=True)]
    whole = sum(means, Fraction()) / len(means)
    return ScoreMean(score_sums(version, dimension, answers).persons, round(whole * MEAN_PARTS))


def _item_sums(version: Version, answers: NDArray[np.int8]) -> tuple[Integers, Integers]:
    return table_sums(version, answer_table(version, answers))


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
