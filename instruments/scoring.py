"""Answers to dimension scores: the mean of the answered items, where enough of them are answered."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instruments.answers import Answers, response_matrix
from instruments.model import Dimension, Version


@dataclass(frozen=True, slots=True)
class Unscored:
    """A dimension without a score for one person: `answered` scored answers where `required` are asked."""

    answered: int
    required: int


def required_answers(version: Version, dimension: Dimension) -> int:
    """How many scored answers give a score: the version's share of the items, rounded up, at least one."""
    # 0.55 × 20 is 11.000000000000002 in binary; the rule says eleven
    return max(1, math.ceil(round(version.minimum_answered * len(dimension.items), 9)))


def code_values(version: Version, *, reverse: bool) -> NDArray[np.int64]:
    """What each code index counts for, as distance from the scale's lowest category; unscored counts 0."""
    scale = version.scale
    scored = [scale.reversed_value(code) if reverse else code for code in scale.categories]
    unscored = [scale.categories[0]] * (len(scale.unscored) + 1)
    return np.array([*scored, *unscored], dtype=np.int64) - scale.categories[0]


def score(version: Version, answers: NDArray[np.int8]) -> NDArray[np.float64]:
    """Every person's dimension scores in scale points: persons × dimensions.

    `answers` is persons × items as `answers.matrix` gives it. A score is the mean of the answered items
    (reversed items turned round) where at least `required_answers` are answered; otherwise NaN, which
    stays inside this package: `person_scores` tells it as `Unscored`.
    """
    scored = answers < len(version.scale.categories)
    result = np.full((len(answers), len(version.dimensions)), np.nan)
    for column, dimension in enumerate(version):
        where = [version.item_columns[item.id] for item in dimension.items]
        total = np.zeros(len(answers), dtype=np.int64)
        for item, position in zip(dimension.items, where, strict=True):
            total += code_values(version, reverse=item.reverse)[answers[:, position]]
        answered = scored[:, where].sum(axis=1)
        enough = answered >= required_answers(version, dimension)
        result[enough, column] = version.scale.categories[0] + total[enough] / answered[enough]
    return result


def person_scores(answers: Answers) -> Mapping[str, float | Unscored]:
    """One person's score in every dimension, in scale points, or why there is none."""
    version = answers.version
    row = response_matrix(version, [answers])
    result: dict[str, float | Unscored] = {}
    for dimension, value in zip(version, score(version, row)[0], strict=True):
        given = [answers[item.id] for item in dimension.items]
        answered = sum(isinstance(answer, int) for answer in given)
        unscored = Unscored(answered, required_answers(version, dimension))
        result[dimension.id] = unscored if np.isnan(value) else float(value)
    return result
