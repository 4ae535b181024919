"""Measure whether the people of one unit see the same: rWG(J), the average deviation, and two camps."""

import math
from dataclasses import dataclass

import numpy as np
import scipy

from instruments.aggregates.exact_sums import columns
from instruments.aggregates.sealed_moments import AnyMoments
from instruments.model import Scale
from instruments.statistics.distributions import item_distribution, item_summary
from instruments.statistics.reliability import Cases, covariances
from instruments.statistics.undefined import Figure, Reason, Undefined


def _uniform_variance(scale: Scale) -> float:
    """Return the variance of answers spread evenly over the categories, (A² − 1)/12 for 1…A."""
    return float(np.var(scale.categories))


def rwg_j(moments: AnyMoments, dimension_id: str, cases: Cases | None = "complete") -> Figure:
    """Return r_WG(J) = J(1 − s̄²/σ²) / (J(1 − s̄²/σ²) + s̄²/σ²), s̄² the mean item variance, σ² the null's.

    J is the number of items. The null is the uniform distribution; s̄² above it counts as equal to it, so
    that the figure ends at 0. Item variances come from persons who scored every item (as
    `multilevel::rwg.j`, ranvar = σ²), or from all who scored the item with `cases=None`.
    Known faults: it grows with J whatever the agreement; the uniform null flatters a group with one habit
    of answering; two camps at the ends look like chance; below ten persons it is mostly noise. It speaks of
    agreement, never of reliability. Undefined for fewer than two persons (complete: three).
    Source: James, Demaree & Wolf (1984), Journal of Applied Psychology 69, 85–98; LeBreton &
    Senter (2008), Organizational Research Methods 11, 815–852.
    """
    variances = _item_variances(moments, dimension_id, cases)
    if isinstance(variances, Undefined):
        return variances
    items = len(variances)
    # more variance than chance is no negative agreement; the figure's users expect it to end at 0
    ratio = min(sum(variances) / items / _uniform_variance(moments.version.scale), 1.0)
    return items * (1 - ratio) / (items * (1 - ratio) + ratio)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Hold how far answers lie apart against answers at random, and whether they do so by more than chance.

    `ratio` is 0 where all answer alike, 1 where answers are spread evenly, and 2 at most of five categories:
    half at either end. `r_star` is 1 − ratio; unlike rWG(J) it goes on below 0. `p` is one-sided: small where
    people lie further apart than answers at random, as in two camps.
    """

    n: int
    ratio: float
    r_star: float
    p: float


def disagreement(
    moments: AnyMoments, dimension_id: str, cases: Cases = "complete"
) -> Disagreement | Undefined:
    """Return r*_WG(J) = 1 − s̄²/σ², s̄² the mean item variance, σ² that of the uniform null, and p of more.

    p = 1 − Φ((s̄² − σ²)/√v), v = μ₄/n − σ⁴(n − 3)/(n(n − 1)) the variance of one item's s² under the null:
    that of s̄² is as large at most, where items say the same. Undefined for fewer than three persons.
    Source: Lindell, Brandt & Whitney (1999), Applied Psychological Measurement 23, 127–135, for r*; Cramér
    (1946), Mathematical Methods of Statistics, 27.4, for v.
    """
    found = covariances(moments, dimension_id, cases)
    if isinstance(found, Undefined):
        return found
    # whoever left out an item counts in some variances only: the fewest decide
    persons = found.persons if cases == "complete" else _fewest(moments, dimension_id)
    away = np.array(moments.version.scale.categories) - np.mean(moments.version.scale.categories)
    null, fourth = float((away**2).mean()), float((away**4).mean())
    spread = fourth / persons - null**2 * (persons - 3) / (persons * (persons - 1))
    variance = float(np.diagonal(found.matrix).mean())
    p = float(scipy.special.ndtr((null - variance) / math.sqrt(spread)))
    return Disagreement(persons, variance / null, 1 - variance / null, p)


def _fewest(moments: AnyMoments, dimension_id: str) -> int:
    places = columns(moments.version, moments.version.dimension(dimension_id))
    return int(moments.item_counts[places].min())


def average_deviation(moments: AnyMoments, dimension_id: str) -> Figure:
    """Return AD_M(J), the mean over items of Σ|x − x̄|/n, in scale points; 0 is full agreement.

    Each item is taken over all who scored it; without missing answers this is `multilevel::ad.m`.
    Undefined where fewer than two persons scored some item. Values up to A/6 (0.8 on five categories) are
    commonly read as agreement.
    Source: Burke, Finkelstein & Dusig (1999), Organizational Research Methods 2, 49–68; Burke
    & Dunlap (2002), Organizational Research Methods 5, 159–172, for the bound.
    """
    deviations = []
    for item in moments.version.dimension(dimension_id).items:
        distribution = item_distribution(moments, item.id)
        if isinstance(distribution, Undefined):
            return distribution
        n = int(distribution.counts.sum())
        if n < 2:  # noqa: PLR2004 - one person agrees with nobody
            return Undefined(Reason.TOO_FEW if n else _why_nobody(moments, dimension_id))
        # about the mean and not the median, as in the source
        mean = float(distribution.counts @ distribution.values) / n
        deviations.append(float(distribution.counts @ np.abs(distribution.values - mean)) / n)
    return sum(deviations) / len(deviations)


def _why_nobody(moments: AnyMoments, dimension_id: str) -> Reason:
    places = columns(moments.version, moments.version.dimension(dimension_id))
    return Reason.UNANSWERED if moments.item_counts[places].any() else Reason.NOBODY


def _item_variances(moments: AnyMoments, dimension_id: str, cases: Cases | None) -> list[float] | Undefined:
    if cases is not None:
        found = covariances(moments, dimension_id, cases)
        return found if isinstance(found, Undefined) else np.diagonal(found.matrix).tolist()
    variances: list[float] = []
    for item in moments.version.dimension(dimension_id).items:
        summary = item_summary(moments, item.id)
        if isinstance(summary, Undefined):
            return summary
        if isinstance(summary.variance, Undefined):
            return summary.variance
        variances.append(summary.variance)
    return variances
