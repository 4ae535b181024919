"""How high a dimension lies, and how surely: its mean and interval, as they may be told."""

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
    """A mean that may be told, what a reader sees in it, and the exact one it was rounded from."""

    location: Summary
    mean: ReleasedMean
    bounds: MeanBounds


def unrounded_mean(question: Request, dimension: Dimension) -> UnroundedMean | None:
    """The mean of the dimension, or None where it may not be told."""
    location = _location(question, dimension)
    if location is None:
        return None
    mean, bounds = _mean(question, dimension, location)
    if not unanimity.mean_is_protected(bounds, reader_answered=question.thresholds.own_answers > 0):
        return None
    every_item_open = len(releasable_items(question, dimension)) == len(dimension.items)
    if not every_item_open and not unanimity.item_means_are_protected(
        bounds, len(dimension.items), question.policy.unanimity_width
    ):
        return None
    return UnroundedMean(location, mean, bounds)


def _location(question: Request, dimension: Dimension) -> Summary | None:
    """Where the scores lie, or None where too few answered, or too few items are asked, to tell."""
    chosen = question.chosen(dimension)
    location = statistics.dimension_summary(question.sealed.moments, dimension.id, question.items)
    if isinstance(location, Undefined):
        return None
    if len(chosen) == len(dimension.items):
        return location if location.n >= question.thresholds.mean else None
    # a part beside the whole tells of the rest by subtraction, so it is told as items are, all or none
    every_item_open = len(releasable_items(question, dimension)) == len(dimension.items)
    return location if every_item_open and location.n >= question.thresholds.item else None


def own_scores(question: Request, dimension: Dimension) -> tuple[float, ...]:
    """The scores that may be the reader's own: those that were given, or the ends where they are not kept."""
    if not question.thresholds.own_answers:
        return ()
    moments = question.sealed.moments
    chosen = question.chosen(dimension)
    if len(chosen) == len(dimension.items):
        return tuple(statistics.score_distribution(moments, dimension.id).values.tolist())
    categories = moments.version.scale.categories
    return (float(categories[0]), float(categories[-1]))


def _mean(question: Request, dimension: Dimension, location: Summary) -> tuple[ReleasedMean, MeanBounds]:
    asked = len(question.chosen(dimension))
    finest = rounding.mean_step(location.n, asked, question.thresholds.item, question.policy)
    step = widened_step(question, dimension, location.n, finest)
    value = rounding.round_to(location.mean, step)
    categories = question.sealed.version.scale.categories
    bounds = MeanBounds(
        location.n, value - step / 2, value + step / 2, float(categories[0]), float(categories[-1])
    )
    return ReleasedMean(value, rounding.decimals(step), step, SEAL), bounds


def quantile(n: int, confidence: float) -> float:
    """Student's t for a two-sided interval about the mean of n scores."""
    return float(special.stdtrit(n - 1, (1 + confidence) / 2))


def half_width(question: Request, dimension: Dimension, figure: UnroundedMean) -> float | Suppressed:
    """Half the interval about the told mean, rounded outwards so that it covers the exact interval."""
    location, mean, policy = figure.location, figure.mean, question.policy
    exact = statistics.interval(location, policy.confidence)
    enough = location.n >= question.fewest(dimension, question.thresholds.interval)
    if isinstance(exact, Undefined) or not enough or not question.may_release_distribution(dimension):
        return SUPPRESSED
    half = rounding.round_up((exact.high - exact.low) / 2 + abs(mean.value - location.mean), mean.step)
    own, asked = own_scores(question, dimension), len(question.chosen(dimension))
    sd = least_sd(half, figure, policy.confidence)
    return (
        half
        if unanimity.interval_is_protected(figure.bounds, sd, policy.unanimity_width, asked, own)
        else SUPPRESSED
    )


def least_sd(half: float, figure: UnroundedMean, confidence: float) -> float:
    """The smallest standard deviation that a told half width allows.

    A mean at the edge of its rounding leaves half a step less of the width for the spread.
    """
    n = figure.location.n
    return (half - figure.mean.step / 2) / quantile(n, confidence) * math.sqrt(n)


def interval_about(
    question: Request, mean: ReleasedMean, half: float | Suppressed
) -> ReleasedInterval | Suppressed:
    """The interval as it is told, cut at the ends of the scale."""
    if isinstance(half, Suppressed):
        return SUPPRESSED
    categories = question.sealed.version.scale.categories
    low = max(float(categories[0]), round(mean.value - half, mean.decimals))
    high = min(float(categories[-1]), round(mean.value + half, mean.decimals))
    return ReleasedInterval(low, high, question.policy.confidence, mean.decimals, SEAL)
