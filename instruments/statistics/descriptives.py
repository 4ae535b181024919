"""Describe scores: spread, uncertainty of the mean, percentiles."""

import math

import numpy as np
import scipy

from instruments.statistics.distributions import Distribution, Summary
from instruments.statistics.undefined import Figure, Interval, Reason, Undefined

LEVEL = 0.95  # of every interval, unless another is asked for


def sd(summary: Summary | Undefined) -> Figure:
    """Return the standard deviation √s², in scale points; undefined for n < 2."""
    if isinstance(summary, Undefined):
        return summary
    return summary.variance if isinstance(summary.variance, Undefined) else math.sqrt(summary.variance)


def se(summary: Summary | Undefined) -> Figure:
    """Return the standard error of the mean, s / √n, in scale points; undefined for n < 2."""
    if isinstance(summary, Undefined):
        return summary
    if isinstance(summary.variance, Undefined):
        return summary.variance
    return math.sqrt(summary.variance / summary.n)


def interval(summary: Summary | Undefined, level: float = LEVEL) -> Interval | Undefined:
    """Return Student's interval for the mean, x̄ ± t(n−1; (1+level)/2) · s/√n, in scale points.

    Undefined for n < 2, and where all scores are equal: a width of zero would promise certainty.
    Source: Student (1908), Biometrika 6, 1–25.
    """
    error = se(summary)
    if isinstance(summary, Undefined) or isinstance(error, Undefined):
        return error if isinstance(error, Undefined) else Undefined(Reason.NOBODY)
    if error == 0:
        return Undefined(Reason.NO_VARIANCE)
    reach = float(scipy.special.stdtrit(summary.n - 1, (1 + level) / 2)) * error
    return Interval(summary.mean - reach, summary.mean + reach, level)


def percentile(distribution: Distribution, share: float) -> Figure:
    """Return the score below which `share` of the persons lie, interpolated as R's type 7.

    h = (n − 1)·share; the value is x[⌊h⌋] + (h − ⌊h⌋)·(x[⌊h⌋+1] − x[⌊h⌋]) of the sorted scores.
    Source: Hyndman & Fan (1996), The American Statistician 50, 361–365, definition 7.
    """
    n = int(distribution.counts.sum())
    if n == 0:
        return Undefined(Reason.NOBODY)
    # of the sorted scores only the two around the place are needed, and cumulated counts find them
    place = (n - 1) * share
    below = math.floor(place)
    ends = np.cumsum(distribution.counts)
    low, high = distribution.values[np.searchsorted(ends, [below, min(below + 1, n - 1)], side="right")]
    return float(low + (place - below) * (high - low))
