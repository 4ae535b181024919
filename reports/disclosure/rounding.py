"""Rounding: numbers leave rounded, so that no file holds the digits behind them."""

import math

from reports.disclosure.policy import Policy

_SLACK = 1e-9  # of a step: what binary fractions leave behind
_MOST_DECIMALS = 3


def mean_step(n: int, items: int, item_minimum: int, policy: Policy) -> float:
    """Return the step a mean of `n` scores on `items` items is released in, in scale points.

    Under the minimum for item figures every step holds at least two sums that the answers may have
    (a sum moves the mean by 1/(n·items)), so that the exact mean cannot be read off its rounding.
    """
    rounding = policy.rounding
    if n >= rounding.fine_from:
        return rounding.fine_step
    if n >= item_minimum:
        return rounding.coarse_steps[0]
    wide = [step for step in rounding.coarse_steps if step * n * items >= 2 - _SLACK]
    return wide[0] if wide else rounding.coarse_steps[-1]


def share_step(n: int, policy: Policy) -> int:
    """Return the step that shares of `n` answers are released in, in percent."""
    return policy.rounding.fine_share if n >= policy.rounding.fine_from else policy.rounding.coarse_share


def decimals(step: float) -> int:
    """Return how many decimals a multiple of `step` needs: three at most, in any policy."""
    return next((places for places in range(_MOST_DECIMALS) if _whole(step * 10**places)), _MOST_DECIMALS)


def round_to(value: float, step: float) -> float:
    """Return the multiple of `step` nearest to `value`, halves upwards."""
    return round(math.floor(value / step + 0.5 + _SLACK) * step, decimals(step))


def round_up(length: float, step: float) -> float:
    """Return the smallest multiple of `step` that is not shorter than `length`."""
    return round(math.ceil(length / step - _SLACK) * step, decimals(step))


def percent(part: int, whole: int, step: int) -> int:
    """Return the share of `part` in `whole` in percent, to the nearest multiple of `step`, halves upwards."""
    return (200 * part + step * whole) // (2 * step * whole) * step


def round_down(count: int, step: int) -> int:
    """Return the largest multiple of `step` that is not above `count`."""
    return count - count % step


def _whole(value: float) -> bool:
    return math.isclose(value, round(value), abs_tol=_SLACK)
