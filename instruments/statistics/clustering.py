"""Measure how much of the variance between persons lies between their units: intraclass correlations."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from instruments.aggregates.moments import Moments, score_histograms
from instruments.statistics.distributions import Floats
from instruments.statistics.undefined import Figure, Reason, Undefined

_NEGLIGIBLE = 1e-20  # squared scale points: what rounding leaves of a variance that is none


@dataclass(frozen=True, slots=True)
class IntraclassCorrelations:
    """Hold ICC(1), the share of variance between groups, and ICC(2), the reliability of a group's mean.

    `icc1` uses the group size n₀ that is right for unequal groups; `icc1_mean_size` the plain mean size, as
    `multilevel::ICC1`. Equal where groups are. Either can be negative, where groups differ less than
    chance would have it: read that as none. `size` is n₀, `groups` counts those with a score.
    """

    icc1: float
    icc1_mean_size: float
    icc2: Figure
    size: float
    groups: int


def intraclass_correlations(
    units: Iterable[Moments], dimension_id: str
) -> IntraclassCorrelations | Undefined:
    """Return ICC(1) = (MSB − MSW)/(MSB + (n₀−1)·MSW) and ICC(2) = (MSB − MSW)/MSB of a dimension's scores.

    n₀ = (N − Σnᵍ²/N)/(G − 1). Mean squares of a one-way analysis of variance with G groups, N persons.
    Undefined for fewer than two groups, for no group with two persons, and without any variance.
    Source: Shrout & Fleiss (1979), Psychological Bulletin 86, 420–428; Bliese (2000), in Klein & Kozlowski,
    Multilevel Theory, ch. 8; n₀ from Searle, Casella & McCulloch (1992), Variance Components, ch. 3.
    """
    scored = _scored(list(units), dimension_id)
    if scored is None:
        return Undefined(Reason.ONE_GROUP)
    sizes, totals, squares = scored
    groups, persons = len(sizes), int(sizes.sum())
    if persons == groups:
        return Undefined(Reason.TOO_FEW)
    between = float((totals**2 / sizes).sum()) / (groups - 1)
    # rounding can leave a negative rest where nobody in any group differs
    within = max(0.0, float((squares - totals**2 / sizes).sum())) / (persons - groups)
    if between + within <= _NEGLIGIBLE:
        return Undefined(Reason.NO_VARIANCE)
    size = (persons - float((sizes**2).sum()) / persons) / (groups - 1)
    return IntraclassCorrelations(
        _icc1(between, within, size),
        _icc1(between, within, persons / groups),
        (between - within) / between if between > _NEGLIGIBLE else Undefined(Reason.NO_VARIANCE),
        size,
        groups,
    )


def _scored(units: list[Moments], dimension_id: str) -> tuple[Floats, Floats, Floats] | None:
    """Return, by group with a score, persons and the sums of their scores and squares about the overall mean.

    None where fewer than two groups have one.
    """
    if not units:
        return None
    histograms = score_histograms(units, dimension_id)
    answered, total = np.nonzero(histograms.sum(axis=0))
    people = histograms[:, answered, total].astype(np.float64)
    people = people[people.sum(axis=1) > 0]
    if len(people) < 2:  # noqa: PLR2004 - nothing to differ from
        return None
    scores = total / answered
    # about the mean, so that the squares do not lose their digits to it
    away = scores - people.sum(axis=0) @ scores / people.sum()
    return people.sum(axis=1), people @ away, people @ away**2


def _icc1(between: float, within: float, size: float) -> float:
    return (between - within) / (between + (size - 1) * within)
