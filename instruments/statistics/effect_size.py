"""Measure how far two groups lie apart: Welch's difference, Hedges' g, Cliff's delta."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from instruments.statistics.descriptives import LEVEL
from instruments.statistics.distributions import Distribution, Summary
from instruments.statistics.undefined import Interval, Reason, Undefined

_POWER = 0.8  # with which a change of the minimum detectable size would have been seen


@dataclass(frozen=True, slots=True)
class GroupMean:
    """Hold what a comparison needs of one group: persons, mean and the standard error of the mean."""

    n: int
    mean: float
    se: float

    @classmethod
    def of(cls, summary: Summary | Undefined) -> "GroupMean | Undefined":
        """Return the mean of a summary and its standard error; undefined for fewer than two persons."""
        if isinstance(summary, Undefined):
            return summary
        if isinstance(summary.variance, Undefined):
            return summary.variance
        return cls(summary.n, summary.mean, math.sqrt(summary.variance / summary.n))


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """Hold a difference or slope in scale points, with standard error, degrees of freedom and two-sided p."""

    estimate: float
    se: float
    df: float
    p: float

    def interval(self, level: float = LEVEL) -> Interval:
        """Return estimate ± t(df; (1+level)/2)·se."""
        reach = float(scipy.special.stdtrit(self.df, (1 + level) / 2)) * self.se
        return Interval(self.estimate - reach, self.estimate + reach, level)

    def detectable(self, level: float = LEVEL, power: float = _POWER) -> float:
        """Return the minimum detectable effect, (t((1+level)/2) + t(power))·se.

        It is the smallest true difference that a test at `level` would find with the chance `power`.

        Source: Bloom (1995), Evaluation Review 19, 547–556.
        """
        quantiles = scipy.special.stdtrit(self.df, [(1 + level) / 2, power])
        return float(quantiles.sum()) * self.se


@dataclass(frozen=True, slots=True)
class Effect:
    """Hold the size of an effect and its interval."""

    value: float
    interval: Interval | Undefined


def welch(later: GroupMean, earlier: GroupMean) -> MeanDifference | Undefined:
    """Return the difference later − earlier of two means whose variances may differ.

    It is `linear_contrast` with the weights 1 and −1; undefined where that is.
    Source: Welch (1947), Biometrika 34, 28–35; as R's `t.test`.
    """
    return linear_contrast([later, earlier], [1.0, -1.0])


def linear_contrast(groups: Sequence[GroupMean], weights: Sequence[float]) -> MeanDifference | Undefined:
    """Return Σ wᵢ·x̄ᵢ of independent groups whose variances may differ.

    se = √Σ(wᵢ·seᵢ)², df = se⁴ / Σ((wᵢ·seᵢ)⁴/(nᵢ−1)). Undefined where a group is of one person, and where none
    that counts varies.
    Source: Satterthwaite (1946), Biometrics Bulletin 2, 110–114; Welch (1947), as above.
    """
    squares = [(weight * group.se) ** 2 for group, weight in zip(groups, weights, strict=True)]
    if min(group.n for group in groups) < 2:  # noqa: PLR2004 - one person does not vary
        return Undefined(Reason.TOO_FEW)
    variance = math.fsum(squares)
    if variance == 0:
        return Undefined(Reason.NO_VARIANCE)
    df = variance**2 / math.fsum(each**2 / (group.n - 1) for each, group in zip(squares, groups, strict=True))
    estimate = math.fsum(weight * group.mean for group, weight in zip(groups, weights, strict=True))
    error = math.sqrt(variance)
    return MeanDifference(estimate, error, df, 2 * float(scipy.special.stdtr(df, -abs(estimate) / error)))


def hedges_g(later: Summary, earlier: Summary, level: float = LEVEL) -> Effect | Undefined:
    """Return Hedges' g = J·d, d the difference in pooled standard deviations, with the interval for δ.

    J = Γ(m/2) / (√(m/2)·Γ((m−1)/2)), m = n₁ + n₂ − 2, exactly. The interval inverts the noncentral t: all
    true δ for which the observed t lies inside the middle `level` of t(m; δ·√(n₁n₂/(n₁+n₂))).
    Undefined where neither group varies or m < 2.
    Source: Hedges (1981), Journal of Educational Statistics 6, 107–128; Cumming & Finch (2001),
    Educational and Psychological Measurement 61, 532–574.
    """
    df = later.n + earlier.n - 2
    if df < 2 or isinstance(later.variance, Undefined) or isinstance(earlier.variance, Undefined):  # noqa: PLR2004
        return Undefined(Reason.TOO_FEW)
    pooled = ((later.n - 1) * later.variance + (earlier.n - 1) * earlier.variance) / df
    if pooled == 0:
        return Undefined(Reason.NO_VARIANCE)
    d = (later.mean - earlier.mean) / math.sqrt(pooled)
    # logarithms of the gamma function: the function itself overflows from 172 on
    correction = math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)
    scale = math.sqrt(later.n * earlier.n / (later.n + earlier.n))
    tail = (1 - level) / 2
    low, high = (_noncentrality(d * scale, df, share) / scale for share in (1 - tail, tail))
    return Effect(correction * d, Interval(low, high, level))


def _noncentrality(t: float, df: int, share: float) -> float:
    """Return the noncentrality for which `share` of the noncentral t distribution lies below t."""
    from scipy.optimize import brentq  # noqa: PLC0415 - most reports never ask, and start sooner

    def excess(shift: float) -> float:
        return float(scipy.special.nctdtr(df, shift, t)) - share

    # step outwards: far from t the distribution function has no digits left
    step = math.sqrt(1 + t**2 / (2 * df))
    low, high = t - step, t + step
    while excess(low) < 0:
        low -= step
    while excess(high) > 0:
        high += step
    return float(brentq(excess, low, high, xtol=1e-12))


def cliffs_delta(later: Distribution, earlier: Distribution, level: float = LEVEL) -> Effect | Undefined:
    """Return Cliff's δ = P(later > earlier) − P(later < earlier), with the asymmetric interval.

    s² = (n₂²Σ(dᵢ.−δ)² + n₁²Σ(d.ⱼ−δ)² − ΣΣ(dᵢⱼ−δ)²) / (n₁n₂(n₁−1)(n₂−1)), dᵢⱼ the sign of each pair; the
    interval is (δ − δ³ ∓ t·s·√((1−δ²)² + t²s²)) / (1 − δ² + t²s²), t on n₁ + n₂ − 2 degrees of freedom.
    Undefined for fewer than two persons in a group. The interval is, where no two pairs differ, and where
    the groups do not overlap: δ is 1 or −1 then, with no spread to make an interval of.
    Source: Cliff (1996), Ordinal Methods for Behavioral Data Analysis, ch. 5; Feng & Cliff (2004), Journal
    of Modern Applied Statistical Methods 3, 322–332.
    """
    n1, n2 = int(later.counts.sum()), int(earlier.counts.sum())
    if min(n1, n2) < 2:  # noqa: PLR2004 - the variance divides by n − 1
        return Undefined(Reason.TOO_FEW if min(n1, n2) else Reason.NOBODY)
    # distinct values against each other, weighted by their counts: no pair of persons is written out
    signs = np.sign(later.values[:, np.newaxis] - earlier.values)
    rows, columns = signs @ earlier.counts / n2, later.counts @ signs / n1
    delta = float(later.counts @ rows) / n1
    squares = (
        n2**2 * float(later.counts @ (rows - delta) ** 2)
        + n1**2 * float(earlier.counts @ (columns - delta) ** 2)
        - float(later.counts @ (signs - delta) ** 2 @ earlier.counts)
    ) / (n1 * n2 * (n1 - 1) * (n2 - 1))
    if abs(delta) == 1:
        return Effect(delta, Undefined(Reason.SEPARATED))
    if squares <= 0:
        return Effect(delta, Undefined(Reason.NO_VARIANCE))
    t2 = float(scipy.special.stdtrit(n1 + n2 - 2, (1 + level) / 2)) ** 2
    centre, width = delta - delta**3, math.sqrt(t2 * squares * ((1 - delta**2) ** 2 + t2 * squares))
    share = 1 - delta**2 + t2 * squares
    return Effect(delta, Interval((centre - width) / share, (centre + width) / share, level))
