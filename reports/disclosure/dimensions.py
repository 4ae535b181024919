"""What may be told of one dimension, figure by figure."""

import math
from types import MappingProxyType

from instruments import statistics
from instruments.model import Dimension, Levels
from instruments.statistics import Undefined
from reports.disclosure import rounding, unanimity
from reports.disclosure.items import releasable_items, rest_is_protected
from reports.disclosure.means import half_width, interval_about, quantile, unrounded_mean
from reports.disclosure.released import (
    SUPPRESSED,
    Between,
    ReleasedDimension,
    ReleasedHistogram,
    ReleasedInterval,
    ReleasedReliability,
    ReleasedShares,
    Suppressed,
)
from reports.disclosure.request import Request
from reports.disclosure.seal import SEAL


def suppress_dimension(question: Request, dimension: Dimension) -> ReleasedDimension:
    """The dimension with nothing told of it; its n is the wave's, which is told already."""
    n = question.rounded(question.sealed.moments.n)
    return ReleasedDimension(dimension.id, n, *(SUPPRESSED,) * 8, SEAL)


def release_dimension(question: Request, dimension: Dimension) -> ReleasedDimension:
    """Every figure of the dimension that its own n and room for doubt allow."""
    figure = unrounded_mean(question, dimension)
    if figure is None:
        return suppress_dimension(question, dimension)
    half = half_width(question, dimension, figure)
    interval = interval_about(question, figure.mean, half)
    n = question.released_n(figure.location.n)
    se: float | Suppressed = SUPPRESSED
    if not isinstance(half, Suppressed):
        se = round(half / quantile(n, question.policy.confidence), 4)
    return ReleasedDimension(
        dimension.id,
        n,
        figure.mean,
        interval,
        SUPPRESSED if isinstance(se, Suppressed) else round(se * math.sqrt(n), 3),
        se,
        _level(question.sealed.version.levels, interval),
        _shares(question, dimension, figure.location.n),
        _histogram(question, dimension, figure.location.n),
        _reliability(question, dimension),
        SEAL,
    )


def _level(levels: Levels, interval: ReleasedInterval | Suppressed) -> str | Between | Suppressed:
    """The level the whole told interval lies in; without an interval none, for it would claim too much."""
    if isinstance(interval, Suppressed):
        return SUPPRESSED
    low, high = levels.level_at(interval.low), levels.level_at(interval.high)
    return low if low == high else Between(low, high, SEAL)


def _distribution(question: Request, dimension: Dimension) -> unanimity.Counts | None:
    """Items × categories of the answers, or None where they would give a withheld item away."""
    if len(question.chosen(dimension)) < len(dimension.items):
        return None
    if not question.may_release_distribution(dimension):
        return None
    if not rest_is_protected(question, dimension, releasable_items(question, dimension)):
        return None
    return question.counts(question.chosen(dimension))


def _shares(question: Request, dimension: Dimension, n: int) -> ReleasedShares | Suppressed:
    counts = _distribution(question, dimension)
    if counts is None or n < question.fewest(dimension, question.thresholds.shares):
        return SUPPRESSED
    # where the histogram is told, the three shares can be added up from it
    follows = counts.shape[1] % 2 and not isinstance(_histogram(question, dimension, n), Suppressed)
    if not follows and not unanimity.shares_are_protected(counts, question.thresholds.own_answers):
        return SUPPRESSED
    step, whole = rounding.share_step(n, question.policy), int(counts.sum())
    below, above = unanimity.categories_about_middle(counts.shape[1])
    groups = counts[:, below], counts[:, below.stop : above.start], counts[:, above]
    low, middle, high = (rounding.percent(int(group.sum()), whole, step) for group in groups)
    return ReleasedShares(low, middle, high, step, SEAL)


def _histogram(question: Request, dimension: Dimension, n: int) -> ReleasedHistogram | Suppressed:
    counts = _distribution(question, dimension)
    enough = n >= question.fewest(dimension, question.thresholds.histogram)
    if (
        counts is None
        or not enough
        or not unanimity.distribution_is_protected(counts, question.thresholds.own_answers)
    ):
        return SUPPRESSED
    step, whole = rounding.share_step(n, question.policy), int(counts.sum())
    shares = {
        category: rounding.percent(int(count), whole, step)
        for category, count in zip(
            question.sealed.version.scale.categories, counts.sum(axis=0).tolist(), strict=True
        )
    }
    return ReleasedHistogram(MappingProxyType(shares), step, SEAL)


def _reliability(question: Request, dimension: Dimension) -> ReleasedReliability | Suppressed:
    """Alpha where those who answered every item are enough; one that rounds to 1 says they answered alike."""
    moments, chosen = question.sealed.moments, question.chosen(dimension)
    if not question.may_release_distribution(dimension):
        return SUPPRESSED
    found = statistics.covariances(moments, dimension.id)
    if isinstance(found, Undefined) or found.persons < question.thresholds.reliability:
        return SUPPRESSED
    value = statistics.alpha(moments, dimension.id)
    interval = statistics.alpha_interval(moments, dimension.id, level=question.policy.confidence)
    if isinstance(value, Undefined) or isinstance(interval, Undefined) or len(chosen) < len(dimension.items):
        return SUPPRESSED
    step = question.policy.rounding.fine_step
    shown = rounding.round_to(value, step)
    if shown >= 1:
        return SUPPRESSED
    low, high = rounding.round_to(interval.low, step), rounding.round_to(interval.high, step)
    return ReleasedReliability(shown, low, high, question.policy.confidence, rounding.decimals(step), SEAL)
