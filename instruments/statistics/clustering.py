"""Measure how much of the variance between persons lies between their units: intraclass correlations."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from instruments.aggregates.moments import Moments, score_histograms
from instruments.statistics.descriptives import LEVEL
from instruments.statistics.distributions import Floats
from instruments.statistics.undefined import Figure, Interval, Reason, Undefined

_NEGLIGIBLE = 1e-20  # squared scale points: what rounding leaves of a variance that is none


@dataclass(frozen=True, slots=True)
class IntraclassCorrelations:
    """Hold ICC(1), the share of variance between groups, and ICC(2), the reliability of a group's mean.

    `icc1` uses the group size n₀ that is right for unequal groups; `icc1_mean_size` the plain mean size, as
    `multilevel::ICC1`. Equal where groups are. Either can be negative, where groups differ less than
    chance would have it: read that as none. `size` is n₀, `groups` counts those with a score. The intervals
    are exact for groups of one size, and undefined where nobody differs within a group.
    """

    icc1: float
    icc1_mean_size: float
    icc2: Figure
    size: float
    groups: int
    icc1_interval: Interval | Undefined
    icc2_interval: Interval | Undefined


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
    return Undefined(Reason.ONE_GROUP) if scored is None else _of_sums(*scored)


def intraclass_correlations_of(
    scores: Floats, groups: NDArray[np.integer]
) -> IntraclassCorrelations | Undefined:
    """Return the same as `intraclass_correlations` of persons' scores, and the number of each one's group.

    A person without a score (NaN) is left out. It takes no more memory for many groups.
    """
    known = ~np.isnan(scores)
    _, places = np.unique(groups[known], return_inverse=True)
    if not places.any():
        return Undefined(Reason.ONE_GROUP)
    # about the mean, so that the squares do not lose their digits to it
    away = scores[known] - scores[known].mean()
    weights: tuple[Floats, ...] = (np.ones(len(away)), away, away**2)
    return _of_sums(*(np.bincount(places, each).astype(np.float64) for each in weights))


def _of_sums(sizes: Floats, totals: Floats, squares: Floats) -> IntraclassCorrelations | Undefined:
    groups, persons = len(sizes), int(sizes.sum())
    if persons == groups:
        return Undefined(Reason.SINGLE_PERSONS)
    between = float((totals**2 / sizes).sum()) / (groups - 1)
    # rounding can leave a negative rest where nobody in any group differs
    within = max(0.0, float((squares - totals**2 / sizes).sum())) / (persons - groups)
    return from_mean_squares(between, within, GroupSizes(groups, persons, float((sizes**2).sum())))


@dataclass(frozen=True, slots=True)
class GroupSizes:
    """Hold how many groups and persons there are, and the sum of the groups' squared sizes."""

    groups: int
    persons: int
    squares: float

    @property
    def effective(self) -> float:
        """Return n₀, the size that equal groups would have to tell as much of differences between them."""
        return (self.persons - self.squares / self.persons) / (self.groups - 1)


def from_mean_squares(
    between: float, within: float, sizes: GroupSizes, level: float = LEVEL
) -> IntraclassCorrelations | Undefined:
    """Return the intraclass correlations of mean squares, with intervals from F = MSB/MSW.

    With Fₗ = F/F((1+level)/2; G−1, N−G) and Fᵤ = F·F((1+level)/2; N−G, G−1) the bounds of ICC(1) are
    (F − 1)/(F + n₀ − 1) at Fₗ and Fᵤ, and those of ICC(2) 1 − 1/F. Exact where groups are of one size;
    close with n₀ where they are not very unequal. Undefined without any variance.
    Source: Shrout & Fleiss (1979), p. 424; McGraw & Wong (1996), Psychological Methods 1, 30–46; Donner &
    Wells (1986), Biometrics 42, 401–412, for unequal groups; as `psych::ICC` (ICC1, ICC1k).
    """
    if between + within <= _NEGLIGIBLE:
        return Undefined(Reason.NO_VARIANCE)
    size = sizes.effective
    first: Interval | Undefined = Undefined(Reason.ALIKE_WITHIN)
    second = first
    if within > _NEGLIGIBLE:
        df, rest, share = sizes.groups - 1, sizes.persons - sizes.groups, (1 + level) / 2
        ratio = between / within
        low, high = ratio / scipy.special.fdtri(df, rest, share), ratio * scipy.special.fdtri(rest, df, share)
        first = Interval(float((low - 1) / (low + size - 1)), float((high - 1) / (high + size - 1)), level)
        # groups whose means agree to the last digit have a reliability of minus infinity
        second = (
            Interval(float(1 - 1 / low), float(1 - 1 / high), level)
            if low > 0
            else Undefined(Reason.NO_DIFFERENCE)
        )
    return IntraclassCorrelations(
        _icc1(between, within, size),
        _icc1(between, within, sizes.persons / sizes.groups),
        (between - within) / between if between > _NEGLIGIBLE else Undefined(Reason.NO_DIFFERENCE),
        size,
        sizes.groups,
        first,
        second,
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
