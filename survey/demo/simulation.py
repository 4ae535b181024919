"""Simulate plausible answers, for the demonstration and for trials; never mixed with real ones.

The model is the usual one for staff surveys. The latent agreement of person p with item i of
dimension d is

    y = level[d] + general[p] + particular[p, d] + difficulty[i] + noise[p, i]

with independent normal parts, so that items correlate within a person (about 0.25) and more within a
dimension (about 0.45). The answer is y rounded to the nearest category, turned where the item is
reversed. An item is left unanswered, not known or not applicable at the rates below, and some persons
leave out more than others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instruments.answers import SKIPPED, Answer, Answers
from instruments.model import Version


@dataclass(frozen=True, slots=True)
class VarianceComponents:
    """Standard deviations of the model's parts in scale points, and the rates of unscored answers."""

    general: float = 0.45
    particular: float = 0.40
    difficulty: float = 0.25
    noise: float = 0.65
    skipped: float = 0.02
    unscored: float = 0.04


def difficulties(version: Version, spread: VarianceComponents, seed: int) -> Mapping[str, float]:
    """Draw each item's difficulty in scale points, the same for all units and waves of that seed."""
    # by name: versions of a questionnaire share the difficulty of items, two questionnaires do not
    random = np.random.default_rng([seed, *map(ord, version.name)])
    return {item.id: float(random.normal(0, spread.difficulty)) for item in version.items}


def simulate(
    version: Version,
    persons: int,
    levels: Mapping[str, float],
    ease: Mapping[str, float],
    *,
    random: np.random.Generator,
    spread: VarianceComponents | None = None,
) -> Sequence[Answers]:
    """Simulate the answers of so many persons to every item of the version.

    `levels` holds the unit's latent level per dimension, `ease` each item's shift, both in scale
    points. Items no person answered are `SKIPPED`.
    """
    spread = spread or VarianceComponents()
    columns = [
        (item, levels[dimension.id] + ease[item.id], position)
        for position, dimension in enumerate(version.dimensions)
        for item in dimension.items
    ]
    general = random.normal(0, spread.general, (persons, 1))
    particular = random.normal(0, spread.particular, (persons, len(version.dimensions)))
    noise = random.normal(0, spread.noise, (persons, len(columns)))
    expected = np.array([level for _, level, _ in columns])
    agreement = expected + general + particular[:, [position for *_, position in columns]] + noise
    return [
        Answers(version, _answers_of_one(version, row, random, spread, random.gamma(1.0)))
        for row in agreement
    ]


def _answers_of_one(
    version: Version,
    agreement: NDArray[np.float64],
    random: np.random.Generator,
    spread: VarianceComponents,
    reluctance: float,
) -> dict[str, Answer]:
    scale = version.scale
    answers: dict[str, Answer] = {}
    for item, latent in zip(version.items, agreement, strict=True):
        # one draw decides between skipped, unscored and answered, so that the rates add up
        draw = random.random()
        if draw < spread.skipped * reluctance:
            answers[item.id] = SKIPPED
        elif draw < (spread.skipped + spread.unscored) * reluctance and scale.unscored:
            answers[item.id] = str(random.choice(scale.unscored))
        else:
            code = min(scale.categories, key=lambda category: abs(category - latent))
            answers[item.id] = scale.reversed_value(code) if item.reverse else code
    return answers
