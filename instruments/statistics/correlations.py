"""Correlate scores with each other, dimensions above all."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import scipy
from numpy.typing import NDArray

from instruments.statistics.descriptives import LEVEL
from instruments.statistics.distributions import Floats
from instruments.statistics.factor_models import FactorModel, Sample
from instruments.statistics.reliability import Cases
from instruments.statistics.undefined import Interval, Reason, Undefined

_FEWEST = 4  # persons: the interval divides by √(n − 3)
_ROUNDING = 1e-9  # of an eigenvalue


@dataclass(frozen=True, slots=True)
class Correlation:
    """Hold a correlation, its interval, and the two-sided p of none."""

    value: float
    interval: Interval | Undefined
    p: float


def dimension_correlations(
    sample: Sample, model: FactorModel, level: float = LEVEL
) -> Mapping[tuple[str, str], Correlation | Undefined]:
    """Return (factor, factor) → the correlation of the means of their items, each pair once.

    With weights w of 1/k for a factor's k items, r = wₐᵀSw_b/√(wₐᵀSwₐ·w_bᵀSw_b). They are lower than the
    factors' own correlations, because means of items hold the items' unique variance too.
    Source: Lord & Novick (1968), Statistical Theories of Mental Test Scores, sec. 4.3; as R's `cor`.
    """
    weights = model.pattern / model.pattern.sum(axis=0)
    covariance = weights.T @ sample.covariance @ weights
    names = tuple(model.factors)
    return {
        (names[first], names[second]): correlation(
            float(covariance[first, second]),
            float(covariance[first, first]),
            float(covariance[second, second]),
            sample.n,
            level,
        )
        for first, second in combinations(range(len(names)), 2)
    }


def score_correlations(
    scores: Floats, cases: Cases = "complete", level: float = LEVEL
) -> Mapping[tuple[int, int], tuple[int, Correlation | Undefined]]:
    """Return (column, column) → persons and the correlation of their scores, each pair of columns once.

    `scores` is persons × dimensions, NaN where a person has none. `complete` takes persons with a score in
    every dimension, as R's `cor(use = "complete.obs")`; `pairwise` those with both, and all are undefined
    where the correlations are such as no complete scores could have.
    """
    known = ~np.isnan(scores)
    found: dict[tuple[int, int], tuple[int, Correlation | Undefined]] = {}
    matrix = np.eye(scores.shape[1])
    for pair in combinations(range(scores.shape[1]), 2):
        rows = scores[known.all(axis=1) if cases == "complete" else known[:, pair].all(axis=1)][:, pair]
        found[pair] = len(rows), _of_pair(rows, np.asarray(known[:, pair].any(axis=0)), level)
        each = found[pair][1]
        matrix[pair] = matrix[pair[::-1]] = 0.0 if isinstance(each, Undefined) else each.value
    if cases == "pairwise" and np.linalg.eigvalsh(matrix).min(initial=0) < -_ROUNDING:
        return {pair: (n, Undefined(Reason.NOT_POSITIVE_DEFINITE)) for pair, (n, _) in found.items()}
    return found


def _of_pair(rows: Floats, answered: NDArray[np.bool_], level: float) -> Correlation | Undefined:
    if not answered.all():
        return Undefined(Reason.NOBODY)
    if len(rows) < _FEWEST - 1:
        return Undefined(Reason.TOO_FEW)
    # equal scores leave no variance of a rounding error's size
    covariance = np.cov(np.where(np.ptp(rows, axis=0) == 0, 0.0, rows), rowvar=False)
    return correlation(
        float(covariance[0, 1]), float(covariance[0, 0]), float(covariance[1, 1]), len(rows), level
    )


def correlation(
    covariance: float, first: float, second: float, persons: int, level: float = LEVEL
) -> Correlation | Undefined:
    """Return r of a covariance and two variances, with the interval tanh(artanh r ∓ z((1+level)/2)/√(n−3)).

    p is of t = r·√((n−2)/(1−r²)) with n − 2 degrees of freedom. Undefined without variance and for fewer than
    three persons; the interval for fewer than four, and where r is 1 or −1.
    Source: Fisher (1921), Metron 1(4), 3–32; as R's `cor.test`.
    """
    if persons < _FEWEST - 1:
        return Undefined(Reason.TOO_FEW)
    if first <= 0 or second <= 0:
        return Undefined(Reason.NO_VARIANCE)
    value = max(-1.0, min(1.0, covariance / math.sqrt(first * second)))
    if 1 - abs(value) < np.finfo(float).eps * persons:
        return Correlation(value, Undefined(Reason.SINGULAR), 0.0)
    t = value * math.sqrt((persons - 2) / (1 - value**2))
    p = 2 * float(scipy.special.stdtr(persons - 2, -abs(t)))
    if persons < _FEWEST:
        return Correlation(value, Undefined(Reason.TOO_FEW), p)
    reach = float(scipy.special.ndtri((1 + level) / 2)) / math.sqrt(persons - 3)
    low, high = math.tanh(math.atanh(value) - reach), math.tanh(math.atanh(value) + reach)
    return Correlation(value, Interval(low, high, level), p)
