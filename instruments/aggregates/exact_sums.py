"""Add up answers exactly, however long a dimension is: tables of answers, and sums of persons' scores."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from instruments.model import Dimension, Version
from instruments.scoring import code_values, required_answers

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ScoreSums:
    """Hold the scores of one dimension added up over the `persons` who have one.

    A score counts as its distance from the lowest category. `total` is their sum and `squares` the sum of
    their squares, exact: a score may be a third of a point, which no decimal number is sure to hold.
    """

    persons: int
    total: Fraction
    squares: Fraction

    def __add__(self, other: "ScoreSums") -> "ScoreSums":
        """Return the sums over the persons of both."""
        return ScoreSums(self.persons + other.persons, self.total + other.total, self.squares + other.squares)

    def mean(self, lowest: int) -> float:
        """Return the mean where the scale begins at `lowest`. Raises ZeroDivisionError without a score."""
        whole = self.persons * self.total.denominator
        return (lowest * whole + self.total.numerator) / whole

    def variance(self) -> float:
        """Return the unbiased variance (n·Σx² − (Σx)²) / (n·(n − 1)). Raises ZeroDivisionError for n < 2."""
        n, total, squares = self.persons, self.total, self.squares
        # whole numbers up to the one division, and no fraction brought to its lowest terms on the way
        over = n * squares.numerator * total.denominator**2 - total.numerator**2 * squares.denominator
        return over / (squares.denominator * total.denominator**2 * n * (n - 1))


def score_sums(version: Version, dimension: Dimension, answers: NDArray[np.int8]) -> ScoreSums:
    """Return the scores of a dimension added up; `answers` is persons × items as for `scoring.score`."""
    values = dimension_values(version, dimension, answers)
    answered = (answers[:, columns(version, dimension)] < len(version.scale.categories)).sum(axis=1)
    totals, enough = values.sum(axis=1), answered >= required_answers(version, dimension)
    by_answered = {int(m): totals[enough & (answered == m)] for m in np.unique(answered[enough])}
    # who answered m items scores a whole number of mths: one fraction for each m, and not for each person
    return ScoreSums(
        int(enough.sum()),
        sum((Fraction(int(found.sum()), m) for m, found in by_answered.items()), Fraction()),
        sum((Fraction(int((found**2).sum()), m * m) for m, found in by_answered.items()), Fraction()),
    )


def dimension_values(version: Version, dimension: Dimension, answers: NDArray[np.int8]) -> Integers:
    """Return what the answers to a dimension count for, persons × its items: distances, reversed turned."""
    block = answers[:, columns(version, dimension)]
    values = [
        code_values(version, reverse=item.reverse)[block[:, place]]
        for place, item in enumerate(dimension.items)
    ]
    return np.stack(values, axis=1)


def columns(version: Version, dimension: Dimension) -> list[int]:
    """Return where the dimension's items stand in a response matrix."""
    return [version.item_columns[item.id] for item in dimension.items]


def answer_table(version: Version, answers: NDArray[np.int8]) -> Integers:
    """Return how many gave each scored answer, as it was given: items × categories."""
    categories = len(version.scale.categories)
    return np.array(
        [np.bincount(column[column < categories], minlength=categories) for column in answers.T],
        dtype=np.int64,
    ).reshape(len(version.items), categories)


def table_sums(version: Version, table: Integers) -> tuple[Integers, Integers]:
    """Return by item how many answers a table holds, and their sum: distances, reversed items turned."""
    return table.sum(axis=1), (table * _counted_values(version)).sum(axis=1)


@lru_cache(maxsize=64)
def _counted_values(version: Version) -> Integers:
    """Return what each category counts for by item: distances, turned for reversed items."""
    categories = len(version.scale.categories)
    values = {reverse: code_values(version, reverse=reverse)[:categories] for reverse in (False, True)}
    return np.array([values[item.reverse] for item in version.items])


@lru_cache(maxsize=64)
def first_columns(version: Version) -> NDArray[np.intp]:
    """Return where each dimension's items begin in a response matrix; there they stand side by side."""
    sizes = [len(dimension.items) for dimension in version]
    return np.cumsum([0, *sizes[:-1]])
