"""Say before a survey how many answers it needs to see a change."""

import math

import scipy

from instruments.statistics.descriptives import LEVEL
from instruments.statistics.undefined import Figure, Reason, Undefined

_MOST = 10_000_000  # answers; nobody plans for more
_POWER = 0.8  # the chance to see a true difference that is commonly planned for


def power(difference: float, sd: float, answers: int, level: float = LEVEL) -> Figure:
    """Return the chance that two waves of so many answers each show a true difference in a two-sided t test.

    P(|t| > t(2n−2; (1+level)/2)), t noncentral with 2n − 2 degrees of freedom about difference·√(n/2)/sd;
    both directions count. `difference` and `sd` in scale points. Undefined for fewer than two answers.
    Source: Cohen (1988), Statistical Power Analysis, ch. 2; as R's `power.t.test(strict = TRUE)`.
    """
    if answers < 2:  # noqa: PLR2004 - one answer does not vary
        return Undefined(Reason.TOO_FEW)
    df = 2 * answers - 2
    shift = abs(difference) / sd * math.sqrt(answers / 2)
    bound = float(scipy.special.stdtrit(df, (1 + level) / 2))
    # the lower tail of the noncentral distribution has no digits left where it is nearly none
    below = float(scipy.special.nctdtr(df, shift, -bound)) if shift < bound else 0.0
    return 1 - float(scipy.special.nctdtr(df, shift, bound)) + below


def answers_needed(
    difference: float, sd: float, chance: float = _POWER, level: float = LEVEL, tests: int = 1
) -> int | Undefined:
    """Return how many answers each of two waves needs to show a true difference with the given chance.

    The smallest n with `power` ≥ `chance`. `tests` > 1 holds the chance of any false alarm in so many tests,
    each at 1 − (1 − level)/tests: Bonferroni, which is what Holm's first step asks. Undefined for a
    difference of 0, and for one so small that ten million answers would not do.
    """
    each = 1 - (1 - level) / tests
    if difference == 0:
        return Undefined(Reason.OUT_OF_REACH)
    low, high = 1, 2
    while not _suffices(difference, sd, high, each, chance):
        low, high = high, high * 2
        if high > _MOST:
            return Undefined(Reason.OUT_OF_REACH)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _suffices(difference, sd, middle, each, chance) else (middle, high)
    return high


def _suffices(difference: float, sd: float, answers: int, level: float, chance: float) -> bool:
    found = power(difference, sd, answers, level)
    return not isinstance(found, Undefined) and found >= chance
