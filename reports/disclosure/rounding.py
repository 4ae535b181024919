"""Round what is released: means in steps that depend on n alone, shares so that they sum to 100."""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from instruments.model import Scale
from reports.disclosure.policy import Policy

_SLACK = 1e-9  # of a step: what binary fractions leave behind
_MOST_DECIMALS = 3
_PERCENT = 100

Integers = NDArray[np.int64]


def scale_range(scale: Scale) -> float:
    """Return how far the ends of the scale lie apart, in scale points."""
    return float(scale.categories[-1] - scale.categories[0])


def mean_step(n: int, scale: Scale, policy: Policy) -> float:
    """Return the step that every mean of a wave of `n` answers is released in, in scale points.

    It is the policy's share of the scale's range, or the next larger of 1, 2 and 5 times a power of ten.
    """
    rounding = policy.rounding
    share = rounding.fine_step if n >= rounding.fine_from else rounding.coarse_step
    return _readable(share * scale_range(scale))


def share_step(n: int, policy: Policy) -> int:
    """Return the step that shares of `n` answers are released in, in percent."""
    return policy.rounding.fine_share if n >= policy.rounding.fine_from else policy.rounding.coarse_share


@cache
def decimals(step: float) -> int:
    """Return how many decimals a multiple of `step` needs: three at most, in any policy."""
    return next((places for places in range(_MOST_DECIMALS) if _whole(step * 10**places)), _MOST_DECIMALS)


def round_to(value: float, step: float) -> float:
    """Return the multiple of `step` nearest to `value`, halves upwards."""
    return round(math.floor(value / step + 0.5 + _SLACK) * step, decimals(step))


def round_up(length: float, step: float) -> float:
    """Return the smallest multiple of `step` that is not below `length`."""
    return round(math.ceil(length / step - _SLACK) * step, decimals(step))


def round_down(length: float, step: float) -> float:
    """Return the largest multiple of `step` that is not above `length`."""
    return round(math.floor(length / step + _SLACK) * step, decimals(step))


def percentages(counts: Integers, step: int) -> Integers:
    """Return the shares of a row's counts in their sum, in percent, as multiples of `step` that sum to 100.

    Counts and shares are rows × categories. Every share is rounded down, and what is missing goes to those
    that lost most, the first of equals: the method of largest remainders. All of a row are 0 where there is
    nothing to share.
    """
    whole = counts.sum(axis=1, keepdims=True)
    # in whole numbers: equal remainders are equal, on every machine
    lower, left = np.divmod(_PERCENT * counts, np.maximum(whole, 1) * step)
    missing = np.where(whole, _PERCENT // step - lower.sum(axis=1, keepdims=True), 0)
    places = np.argsort(-left, axis=1, kind="stable").argsort(axis=1)
    return np.asarray((lower + (places < missing)) * step)


@cache
def _readable(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step) + _SLACK)
    factor = next(each for each in (1, 2, 5, 10) if each * power >= step * (1 - _SLACK))
    return round(max(factor * power, 10.0**-_MOST_DECIMALS), _MOST_DECIMALS)


def _whole(value: float) -> bool:
    return math.isclose(value, round(value), abs_tol=_SLACK)
