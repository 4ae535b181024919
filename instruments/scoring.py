"""Score dimensions: the mean of the answered items, where enough of them are answered."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instruments.answers import Answers, response_matrix
from instruments.model import Dimension, Version


@dataclass(frozen=True, slots=True)
class Unscored:
    """Say that a person has no score in a dimension: `answered` items are scored, `required` are needed."""

    answered: int
    required: int


def required_answers(version: Version, dimension: Dimension) -> int:
    """Return how many scored answers give a score: the version's share of the items, rounded up."""
    # 0.55 × 20 is 11.000000000000002 in binary, and the rule says eleven
    wanted = math.ceil(round(version.minimum_answered * len(dimension.items), 9))
    # a share of nothing would score who answered nothing
    return max(1, wanted)


def code_values(version: Version, *, reverse: bool) -> NDArray[np.int64]:
    """Return what each index of an answer counts for, as distance from the scale's lowest category.

    Unscored answers and a skipped item count 0; whoever sums has to leave them out of n.
    """
    scale = version.scale
    scored = [scale.reversed_value(code) if reverse else code for code in scale.categories]
    unscored = [scale.categories[0]] * (len(scale.unscored) + 1)
    return np.array([*scored, *unscored], dtype=np.int64) - scale.categories[0]


def score(version: Version, answers: NDArray[np.int8]) -> NDArray[np.float64]:
    """Return every person's dimension scores in scale points: persons × dimensions.

    `answers` is persons × items as `answers.response_matrix` gives it. A score is the mean of the answered
    items, reversed ones turned, where at least `required_answers` are answered; otherwise it is NaN, which
    stays inside this package: `person_scores` says `Unscored`.
    """
    scored = answers < len(version.scale.categories)
    result = np.full((len(answers), len(version.dimensions)), np.nan)
    for column, dimension in enumerate(version):
        where = [version.item_columns[item.id] for item in dimension.items]
        # whole numbers until the one division, so that equal answers give equal scores
        total = np.zeros(len(answers), dtype=np.int64)
        for item, position in zip(dimension.items, where, strict=True):
            total += code_values(version, reverse=item.reverse)[answers[:, position]]
        answered = scored[:, where].sum(axis=1)
        enough = answered >= required_answers(version, dimension)
        result[enough, column] = version.scale.categories[0] + total[enough] / answered[enough]
    return result


def item_values(version: Version, answers: NDArray[np.int8]) -> NDArray[np.float64]:
    """Return what every answer counts for, in scale points, reversed items turned: persons × items.

    `answers` as `score` takes them, items in the order asked. What is not scored is NaN, and stays inside
    this package.
    """
    result = np.full(answers.shape, np.nan)
    scored = answers < len(version.scale.categories)
    for column, item in enumerate(version.items):
        values = code_values(version, reverse=item.reverse)[answers[:, column]] + version.scale.categories[0]
        result[scored[:, column], column] = values[scored[:, column]]
    return result


def person_scores(answers: Answers) -> Mapping[str, float | Unscored]:
    """Return one person's score in every dimension, in scale points, or why there is none."""
    version = answers.version
    row = response_matrix(version, [answers])
    result: dict[str, float | Unscored] = {}
    for dimension, value in zip(version, score(version, row)[0], strict=True):
        given = [answers[item.id] for item in dimension.items]
        answered = sum(isinstance(answer, int) for answer in given)
        unscored = Unscored(answered, required_answers(version, dimension))
        result[dimension.id] = unscored if np.isnan(value) else float(value)
    return result
