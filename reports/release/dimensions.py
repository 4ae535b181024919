"""What may be told of one dimension, figure by figure."""

import math
from types import MappingProxyType

from scipy import special

from instruments import statistics
from instruments.model import Dimension, Levels
from instruments.statistics import Location, Undefined
from reports.release import doubt, rounding
from reports.release.doubt import Told
from reports.release.figures import (
    SUPPRESSED,
    Between,
    Histogram,
    Interval,
    Mean,
    ReleasedDimension,
    Shares,
    Suppressed,
)
from reports.release.items import open_items
from reports.release.question import Question
from reports.release.seal import SEAL


def withhold_dimension(question: Question, dimension: Dimension) -> ReleasedDimension:
    """The dimension with nothing told of it; its n is the wave's, which is told already."""
    n = rounding.downwards(question.sealed.moments.n, question.thresholds.count_step)
    return ReleasedDimension(dimension.id, n, *(SUPPRESSED,) * 8, SEAL)


def tell_dimension(question: Question, dimension: Dimension) -> ReleasedDimension:
    """Every figure of the dimension that its own n and room for doubt allow."""
    location = _location(question, dimension)
    if location is None:
        return withhold_dimension(question, dimension)
    mean, told = _mean(question, dimension, location)
    own = _own_scores(question, dimension)
    if not doubt.mean_leaves_doubt(told, own):
        return withhold_dimension(question, dimension)
    n = question.told_n(location.n)
    half = _half_width(question, location, mean, told, own)
    se: float | Suppressed = SUPPRESSED
    if not isinstance(half, Suppressed):
        se = round(half / _quantile(n, question.policy.confidence), 4)
    interval = _interval(question, mean, half)
    return ReleasedDimension(
        dimension.id,
        n,
        mean,
        interval,
        SUPPRESSED if isinstance(se, Suppressed) else round(se * math.sqrt(n), 3),
        se,
        _level(question.sealed.version.levels, interval),
        _shares(question, dimension, location.n),
        _histogram(question, dimension, location.n),
        SUPPRESSED,
        SEAL,
    )


def _location(question: Question, dimension: Dimension) -> Location | None:
    """Where the scores lie, or None where too few answered, or too few items are asked, to tell."""
    chosen = question.chosen(dimension)
    location = statistics.dimension_location(question.sealed.moments, dimension.id, question.items)
    if isinstance(location, Undefined):
        return None
    if len(chosen) == len(dimension.items):
        return location if location.n >= question.thresholds.mean else None
    # a part beside the whole tells of the rest by subtraction, so it is told as items are, all or none
    every_item_open = len(open_items(question, dimension)) == len(dimension.items)
    return location if every_item_open and location.n >= question.thresholds.item else None


def _own_scores(question: Question, dimension: Dimension) -> tuple[float, ...]:
    """The scores that may be the reader's own: those that were given, or the ends where they are not kept."""
    if not question.thresholds.known:
        return ()
    moments = question.sealed.moments
    chosen = question.chosen(dimension)
    if len(chosen) == len(dimension.items):
        return tuple(statistics.score_distribution(moments, dimension.id).values.tolist())
    categories = moments.version.scale.categories
    return (float(categories[0]), float(categories[-1]))


def _mean(question: Question, dimension: Dimension, location: Location) -> tuple[Mean, Told]:
    asked = len(question.chosen(dimension))
    step = rounding.mean_step(location.n, asked, question.thresholds.item, question.policy)
    value = rounding.nearest(location.mean, step)
    categories = question.sealed.version.scale.categories
    told = Told(location.n, value - step / 2, value + step / 2, float(categories[0]), float(categories[-1]))
    return Mean(value, rounding.decimals(step), step, SEAL), told


def _quantile(n: int, confidence: float) -> float:
    return float(special.stdtrit(n - 1, (1 + confidence) / 2))


def _half_width(
    question: Question, location: Location, mean: Mean, told: Told, own: tuple[float, ...]
) -> float | Suppressed:
    """Half the interval about the told mean, rounded outwards so that it covers the exact interval."""
    if location.n < question.thresholds.interval:
        return SUPPRESSED
    exact = statistics.interval(location, question.policy.confidence)
    if isinstance(exact, Undefined):
        return SUPPRESSED
    half = rounding.outwards((exact.high - exact.low) / 2 + abs(mean.value - location.mean), mean.step)
    sd = half / _quantile(location.n, question.policy.confidence) * math.sqrt(location.n)
    return half if doubt.spread_leaves_doubt(told, sd, question.policy.doubt, own) else SUPPRESSED


def _interval(question: Question, mean: Mean, half: float | Suppressed) -> Interval | Suppressed:
    if isinstance(half, Suppressed):
        return SUPPRESSED
    categories = question.sealed.version.scale.categories
    low = max(float(categories[0]), round(mean.value - half, mean.decimals))
    high = min(float(categories[-1]), round(mean.value + half, mean.decimals))
    return Interval(low, high, question.policy.confidence, mean.decimals, SEAL)


def _level(levels: Levels, interval: Interval | Suppressed) -> str | Between | Suppressed:
    """The level the whole told interval lies in; without an interval none, for it would claim too much."""
    if isinstance(interval, Suppressed):
        return SUPPRESSED
    low, high = levels.at(interval.low), levels.at(interval.high)
    return low if low == high else Between(low, high, SEAL)


def _share_step(question: Question, n: int) -> int:
    return 1 if n >= question.policy.fine else question.policy.coarse_share


def _shares(question: Question, dimension: Dimension, n: int) -> Shares | Suppressed:
    chosen = question.chosen(dimension)
    counts = question.counts(chosen)
    if n < question.thresholds.shares or len(chosen) < len(dimension.items):
        return SUPPRESSED
    if not doubt.shares_leave_doubt(counts, question.thresholds.known):
        return SUPPRESSED
    step, whole = _share_step(question, n), int(counts.sum())
    below, above = doubt.sides(counts.shape[1])
    groups = counts[:, below], counts[:, below.stop : above.start], counts[:, above]
    low, middle, high = (rounding.percent(int(group.sum()), whole, step) for group in groups)
    return Shares(low, middle, high, step, SEAL)


def _histogram(question: Question, dimension: Dimension, n: int) -> Histogram | Suppressed:
    chosen = question.chosen(dimension)
    counts = question.counts(chosen)
    if n < question.thresholds.histogram or len(chosen) < len(dimension.items):
        return SUPPRESSED
    if not doubt.distribution_leaves_doubt(counts, question.thresholds.known):
        return SUPPRESSED
    step, whole = _share_step(question, n), int(counts.sum())
    shares = {
        category: rounding.percent(int(count), whole, step)
        for category, count in zip(
            question.sealed.version.scale.categories, counts.sum(axis=0).tolist(), strict=True
        )
    }
    return Histogram(MappingProxyType(shares), step, SEAL)
