"""A dimension's mean and interval, as they may be released."""

import math
from dataclasses import dataclass

from scipy import special

from instruments import statistics
from instruments.model import Dimension
from instruments.statistics import Summary, Undefined
from reports.disclosure import rounding, unanimity
from reports.disclosure.items import releasable_items
from reports.disclosure.partial_respondents import widened_step
from reports.disclosure.released import SUPPRESSED, ReleasedInterval, ReleasedMean, Suppressed
from reports.disclosure.request import Request
from reports.disclosure.seal import SEAL
from reports.disclosure.unanimity import MeanBounds


@dataclass(frozen=True, slots=True)
class UnroundedMean:
    """A mean that may be released, what a reader sees in it, and the exact one it was rounded from."""

    location: Summary
    mean: ReleasedMean
    bounds: MeanBounds


def unrounded_mean(request: Request, dimension: Dimension) -> UnroundedMean | None:
    """Return the mean of the dimension, or None where it may not be released."""
    location = _location(request, dimension)
    if location is None:
        return None
    mean, bounds = _mean(request, dimension, location)
    if not unanimity.mean_is_protected(bounds, reader_answered=request.thresholds.own_answers > 0):
        return None
    every_item_open = len(releasable_items(request, dimension)) == len(dimension.items)
    if not every_item_open and not unanimity.item_means_are_protected(
        bounds, len(dimension.items), request.policy.unanimity_width
    ):
        return None
    return UnroundedMean(location, mean, bounds)


def _location(request: Request, dimension: Dimension) -> Summary | None:
    """Return where the scores lie, or None where too few answered, or too few items are asked."""
    chosen = request.chosen(dimension)
    location = statistics.dimension_summary(request.sealed.moments, dimension.id, request.items)
    if isinstance(location, Undefined):
        return None
    if len(chosen) == len(dimension.items):
        return location if location.n >= request.thresholds.mean else None
    # a part beside the whole discloses the rest by subtraction, so it is released as items are, all or none
    every_item_open = len(releasable_items(request, dimension)) == len(dimension.items)
    return location if every_item_open and location.n >= request.thresholds.item else None


def own_scores(request: Request, dimension: Dimension) -> tuple[float, ...]:
    """Return the scores that may be the reader's own: those given, or the ends where they are not kept."""
    if not request.thresholds.own_answers:
        return ()
    moments = request.sealed.moments
    chosen = request.chosen(dimension)
    if len(chosen) == len(dimension.items):
        return tuple(statistics.score_distribution(moments, dimension.id).values.tolist())
    categories = moments.version.scale.categories
    return (float(categories[0]), float(categories[-1]))


def _mean(request: Request, dimension: Dimension, location: Summary) -> tuple[ReleasedMean, MeanBounds]:
    asked = len(request.chosen(dimension))
    finest = rounding.mean_step(location.n, asked, request.thresholds.item, request.policy)
    step = widened_step(request, dimension, location.n, finest)
    value = rounding.round_to(location.mean, step)
    categories = request.sealed.version.scale.categories
    bounds = MeanBounds(
        location.n, value - step / 2, value + step / 2, float(categories[0]), float(categories[-1])
    )
    return ReleasedMean(value, rounding.decimals(step), step, SEAL), bounds


def quantile(n: int, confidence: float) -> float:
    """Return Student's t for a two-sided interval about the mean of n scores."""
    return float(special.stdtrit(n - 1, (1 + confidence) / 2))


def half_width(request: Request, dimension: Dimension, figure: UnroundedMean) -> float | Suppressed:
    """Return half the interval about the released mean, rounded outwards to cover the exact interval."""
    location, mean, policy = figure.location, figure.mean, request.policy
    exact = statistics.interval(location, policy.confidence)
    enough = location.n >= request.fewest(dimension, request.thresholds.interval)
    if isinstance(exact, Undefined) or not enough or not request.may_release_distribution(dimension):
        return SUPPRESSED
    half = rounding.round_up((exact.high - exact.low) / 2 + abs(mean.value - location.mean), mean.step)
    own, asked = own_scores(request, dimension), len(request.chosen(dimension))
    sd = least_sd(half, figure, policy.confidence)
    return (
        half
        if unanimity.interval_is_protected(figure.bounds, sd, policy.unanimity_width, asked, own)
        else SUPPRESSED
    )


def least_sd(half: float, figure: UnroundedMean, confidence: float) -> float:
    """Return the smallest standard deviation that a released half width allows.

    A mean at the edge of its rounding leaves half a step less of the width for the spread.
    """
    n = figure.location.n
    return (half - figure.mean.step / 2) / quantile(n, confidence) * math.sqrt(n)


def interval_about(
    request: Request, mean: ReleasedMean, half: float | Suppressed
) -> ReleasedInterval | Suppressed:
    """Return the interval as it is released, cut at the ends of the scale."""
    if isinstance(half, Suppressed):
        return SUPPRESSED
    categories = request.sealed.version.scale.categories
    low = max(float(categories[0]), round(mean.value - half, mean.decimals))
    high = min(float(categories[-1]), round(mean.value + half, mean.decimals))
    return ReleasedInterval(low, high, request.policy.confidence, mean.decimals, SEAL)
