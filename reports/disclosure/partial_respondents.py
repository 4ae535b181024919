"""People who skipped some items: what stands between a dimension's mean and the sums of its items.

A mean weighs people alike, items weigh answers alike. Times its items, the mean less the items' own sums is
made of the answers of those alone who skipped some: of one person, it is that person's score.
"""

import math
from dataclasses import dataclass

import numpy as np

from instruments.model import Dimension
from instruments.scoring import required_answers
from reports.disclosure.policy import Audience
from reports.disclosure.request import Request


@dataclass(frozen=True, slots=True)
class _PartialRespondents:
    """`people` (at least) who skipped some of the items, and their weight in the difference, in answers."""

    people: int
    weight: int


def widened_step(request: Request, dimension: Dimension, n: int, step: float) -> float:
    """Return the step for a mean of `n` scores, coarser where too few people stand in the difference.

    The weighted mean of those people must not be bounded to within the unanimity width by the rounding of
    the released mean; twice that, because at an end of the scale half of the room lies outside.
    """
    policy, items = request.policy, len(request.chosen(dimension))
    # below this, the sums that the mean could be subtracted from are released to nobody
    if n < min(policy.thresholds[audience].histogram for audience in Audience):
        return step
    found = partial_respondents(request, dimension, n)
    if not 0 < found.people < request.thresholds.mean:
        return step
    steps = [each for each in policy.rounding.coarse_steps if each > step]
    wide = [each for each in (step, *steps) if each * n * items > 2 * policy.unanimity_width * found.weight]
    return wide[0] if wide else max(step, policy.rounding.coarse_steps[-1])


def partial_respondents(request: Request, dimension: Dimension, n: int) -> _PartialRespondents:
    """Return those who skipped some of the chosen items but not all; `n` people have a score on these."""
    chosen, moments = request.chosen(dimension), request.sealed.moments
    given, items = int(request.counts(chosen).sum()), len(chosen)
    if items < len(dimension.items):
        # a part rests on those who answered every item of the dimension
        beyond = given - n * items
        return _PartialRespondents(math.ceil(beyond / items), beyond)
    by_answers = moments.score_counts[dimension.id].sum(axis=1)
    answered = np.arange(len(by_answers))
    unscored = given - int(by_answers @ answered)
    most_each = max(1, required_answers(request.sealed.version, dimension) - 1)
    people = int(by_answers[1:items].sum()) + math.ceil(unscored / most_each)
    return _PartialRespondents(people, int(by_answers @ (items - answered)) + unscored)
