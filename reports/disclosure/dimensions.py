"""What may be released of one dimension, figure by figure."""

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


def suppress_dimension(request: Request, dimension: Dimension) -> ReleasedDimension:
    """Return the dimension with nothing released of it; its n is the wave's, which is released already."""
    n = request.rounded(request.sealed.moments.n)
    return ReleasedDimension(dimension.id, n, *(SUPPRESSED,) * 8, SEAL)


def release_dimension(request: Request, dimension: Dimension) -> ReleasedDimension:
    """Return every figure of the dimension that its own n and the unanimity rule allow."""
    figure = unrounded_mean(request, dimension)
    if figure is None:
        return suppress_dimension(request, dimension)
    half = half_width(request, dimension, figure)
    interval = interval_about(request, figure.mean, half)
    n = request.released_n(figure.location.n)
    se: float | Suppressed = SUPPRESSED
    if not isinstance(half, Suppressed):
        se = round(half / quantile(n, request.policy.confidence), 4)
    return ReleasedDimension(
        dimension.id,
        n,
        figure.mean,
        interval,
        SUPPRESSED if isinstance(se, Suppressed) else round(se * math.sqrt(n), 3),
        se,
        _level(request.sealed.version.levels, interval),
        _shares(request, dimension, figure.location.n),
        _histogram(request, dimension, figure.location.n),
        _reliability(request, dimension),
        SEAL,
    )


def _level(levels: Levels, interval: ReleasedInterval | Suppressed) -> str | Between | Suppressed:
    """Return the level the whole released interval lies in; without one none, which would claim too much."""
    if isinstance(interval, Suppressed):
        return SUPPRESSED
    low, high = levels.level_at(interval.low), levels.level_at(interval.high)
    return low if low == high else Between(low, high, SEAL)


def _distribution(request: Request, dimension: Dimension) -> unanimity.Counts | None:
    """Return items × categories of the answers, or None where they would give a withheld item away."""
    if len(request.chosen(dimension)) < len(dimension.items):
        return None
    if not request.may_release_distribution(dimension):
        return None
    if not rest_is_protected(request, dimension, releasable_items(request, dimension)):
        return None
    return request.counts(request.chosen(dimension))


def _shares(request: Request, dimension: Dimension, n: int) -> ReleasedShares | Suppressed:
    counts = _distribution(request, dimension)
    if counts is None or n < request.fewest(dimension, request.thresholds.shares):
        return SUPPRESSED
    # where the histogram is released, the three shares can be added up from it
    follows = counts.shape[1] % 2 and not isinstance(_histogram(request, dimension, n), Suppressed)
    if not follows and not unanimity.shares_are_protected(counts, request.thresholds.own_answers):
        return SUPPRESSED
    step, whole = rounding.share_step(n, request.policy), int(counts.sum())
    below, above = unanimity.categories_about_middle(counts.shape[1])
    groups = counts[:, below], counts[:, below.stop : above.start], counts[:, above]
    low, middle, high = (rounding.percent(int(group.sum()), whole, step) for group in groups)
    return ReleasedShares(low, middle, high, step, SEAL)


def _histogram(request: Request, dimension: Dimension, n: int) -> ReleasedHistogram | Suppressed:
    counts = _distribution(request, dimension)
    enough = n >= request.fewest(dimension, request.thresholds.histogram)
    if (
        counts is None
        or not enough
        or not unanimity.distribution_is_protected(counts, request.thresholds.own_answers)
    ):
        return SUPPRESSED
    step, whole = rounding.share_step(n, request.policy), int(counts.sum())
    shares = {
        category: rounding.percent(int(count), whole, step)
        for category, count in zip(
            request.sealed.version.scale.categories, counts.sum(axis=0).tolist(), strict=True
        )
    }
    return ReleasedHistogram(MappingProxyType(shares), step, SEAL)


def _reliability(request: Request, dimension: Dimension) -> ReleasedReliability | Suppressed:
    """Return alpha where enough answered every item; one that rounds to 1 says that they answered alike."""
    moments, chosen = request.sealed.moments, request.chosen(dimension)
    if not request.may_release_distribution(dimension):
        return SUPPRESSED
    found = statistics.covariances(moments, dimension.id)
    if isinstance(found, Undefined) or found.persons < request.thresholds.reliability:
        return SUPPRESSED
    value = statistics.alpha(moments, dimension.id)
    interval = statistics.alpha_interval(moments, dimension.id, level=request.policy.confidence)
    if isinstance(value, Undefined) or isinstance(interval, Undefined) or len(chosen) < len(dimension.items):
        return SUPPRESSED
    step = request.policy.rounding.fine_step
    shown = rounding.round_to(value, step)
    if shown >= 1:
        return SUPPRESSED
    low, high = rounding.round_to(interval.low, step), rounding.round_to(interval.high, step)
    return ReleasedReliability(shown, low, high, request.policy.confidence, rounding.decimals(step), SEAL)
