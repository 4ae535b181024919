"""Mean, spread and their uncertainty, for a dimension, some of its items, or one item."""

import math
from collections.abc import Set as AbstractSet

import numpy as np
from scipy import special

from instruments.aggregates.moments import Moments
from instruments.statistics.distributions import Distribution, Summary, dimension_summary
from instruments.statistics.undefined import Figure, Interval, Reason, Undefined

LEVEL = 0.95  # of every interval, unless another is asked for


def sd(location: Summary | Undefined) -> Figure:
    """The standard deviation √s², in scale points; undefined for fewer than two persons."""
    if isinstance(location, Undefined):
        return location
    return location.variance if isinstance(location.variance, Undefined) else math.sqrt(location.variance)


def se(location: Summary | Undefined) -> Figure:
    """The standard error of the mean, s / √n, in scale points; undefined for fewer than two persons."""
    if isinstance(location, Undefined):
        return location
    if isinstance(location.variance, Undefined):
        return location.variance
    return math.sqrt(location.variance / location.n)


def interval(location: Summary | Undefined, level: float = LEVEL) -> Interval | Undefined:
    """Student's interval for the mean, x̄ ± t(n−1; (1+level)/2) · s/√n.

    Undefined for n < 2, and where all scores are equal: a width of zero would promise certainty.
    Source: Student (1908), Biometrika 6, 1–25.
    """
    error = se(location)
    if isinstance(location, Undefined) or isinstance(error, Undefined):
        return error if isinstance(error, Undefined) else Undefined(Reason.NOBODY)
    if error == 0:
        return Undefined(Reason.NO_VARIANCE)
    reach = float(special.stdtrit(location.n - 1, (1 + level) / 2)) * error
    return Interval(location.mean - reach, location.mean + reach, level)


def dimension_mean(moments: Moments, dimension_id: str, items: AbstractSet[str] | None = None) -> Figure:
    """The mean score of a dimension in scale points, on some `items` only if given (`dimension_summary`)."""
    location = dimension_summary(moments, dimension_id, items)
    return location if isinstance(location, Undefined) else location.mean


def dimension_sd(moments: Moments, dimension_id: str, items: AbstractSet[str] | None = None) -> Figure:
    """The standard deviation of a dimension's scores in scale points."""
    return sd(dimension_summary(moments, dimension_id, items))


def dimension_se(moments: Moments, dimension_id: str, items: AbstractSet[str] | None = None) -> Figure:
    """The standard error of a dimension's mean in scale points."""
    return se(dimension_summary(moments, dimension_id, items))


def dimension_interval(
    moments: Moments, dimension_id: str, items: AbstractSet[str] | None = None, level: float = LEVEL
) -> Interval | Undefined:
    """Student's interval for a dimension's mean in scale points."""
    return interval(dimension_summary(moments, dimension_id, items), level)


def percentile(distribution: Distribution, share: float) -> Figure:
    """The score below which `share` of the persons lie, interpolated as R's type 7.

    h = (n − 1)·share; the value is x[⌊h⌋] + (h − ⌊h⌋)·(x[⌊h⌋+1] − x[⌊h⌋]) of the sorted scores.
    Source: Hyndman & Fan (1996), The American Statistician 50, 361–365, definition 7.
    """
    n = int(distribution.counts.sum())
    if n == 0:
        return Undefined(Reason.NOBODY)
    place = (n - 1) * share
    below = math.floor(place)
    ends = np.cumsum(distribution.counts)
    low, high = distribution.values[np.searchsorted(ends, [below, min(below + 1, n - 1)], side="right")]
    return float(low + (place - below) * (high - low))
