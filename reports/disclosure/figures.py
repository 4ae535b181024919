"""Compute the figures of one dimension at the level in which it is released, from the sealed statistics.

Where items are released, everything else about the answers is computed from their released tables, so that
nothing can be subtracted from anything. Persons' scores serve the interval and reliability only.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType

import numpy as np
import scipy

from instruments import statistics
from instruments.aggregates.moments import WITHHELD
from instruments.model import Dimension, Levels, Scale
from instruments.statistics import Undefined
from reports.disclosure import protection, rounding
from reports.disclosure.item_tables import PERCENT, DimensionTables, ItemTable
from reports.disclosure.policy import Audience, DetailLevel, Policy
from reports.disclosure.released import (
    SUPPRESSED,
    Between,
    Coding,
    ReleasedDimension,
    ReleasedHistogram,
    ReleasedInterval,
    ReleasedItem,
    ReleasedMean,
    ReleasedReliability,
    ReleasedShares,
    Suppressed,
)
from reports.disclosure.seal import SEAL
from reports.disclosure.sealed_wave import SealedWave

_TOO_ALIKE = 3  # items: beside the tables of two, their joint spread gives who answered both
_ALPHA_STEP = 0.01
_FINER = 5  # than a fine mean: rounding a half width up may not add much to the standard error of many


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """The released tables of a dimension's items, from which each item's figures are built when asked for.

    `answered` says how many answered each, of `everybody`; `fewest` is what a group is of at least; and
    `step` and `share_step` are what they are released in.
    """

    dimension: Dimension
    tables: DimensionTables
    answered: Sequence[int]
    everybody: int
    fewest: int
    categories: tuple[int, ...]
    step: float
    share_step: int

    def build(self) -> Iterator[ReleasedItem]:
        """Yield the items as they were answered, not turned: people read these figures beside their text."""
        for item, answered, table in zip(self.dimension.items, self.answered, self.tables.items, strict=True):
            n = _people(answered, self.everybody, self.fewest)
            yield ReleasedItem(
                item.id,
                n,
                _shown_mean(table.total / PERCENT, self.step),
                _histogram(self.categories, table.percentages, self.share_step),
                round(math.sqrt(table.spread * n / (PERCENT**2 * (n - 1))), 2),
                SEAL,
            )


@dataclass(frozen=True, slots=True)
class DimensionFigures:
    """One dimension with all that is released of it to anybody, and its items where they are."""

    dimension: ReleasedDimension
    items: ItemFigures | None = None


@cache
def quantile(n: int, confidence: float) -> float:
    """Return Student's t for a two-sided interval about the mean of n scores."""
    return float(scipy.special.stdtrit(n - 1, (1 + confidence) / 2))


def turned_mean(item: ReleasedItem, scale: Scale, *, reverse: bool) -> float:
    """Return the mean of a released item table, not rounded, with a reversed item turned."""
    mean = sum(category * share for category, share in item.histogram.shares.items()) / PERCENT
    return scale.categories[0] + scale.categories[-1] - mean if reverse else mean


def suppressed_dimension(dimension_id: str, n: int) -> ReleasedDimension:
    """Return a dimension of which nothing is released; its n is the wave's, which is released already."""
    return ReleasedDimension(dimension_id, n, *(SUPPRESSED,) * 8, SEAL)


class WaveFigures:
    """Computes the figures of a wave's dimensions; what all of them go by is found once."""

    def __init__(self, sealed: SealedWave, policy: Policy) -> None:
        self.sealed, self.policy, self.moments = sealed, policy, sealed.moments
        self.scale, n = sealed.version.scale, sealed.moments.n
        self.step = rounding.mean_step(n, self.scale, policy)
        self.share_step = rounding.share_step(n, policy)
        self.dissenters = sealed.dissenters
        self.answered: list[int] = self.moments.item_counts.tolist()
        self.fewest = policy.minimum(Audience.LEADER)
        self.fewest_for_reliability = policy.fewest_for_reliability
        fine = rounding.mean_step(policy.rounding.fine_from, self.scale, policy) / _FINER
        self.half_step = self.step / _FINER if n >= policy.rounding.fine_from else self.step
        # sd and se are of a half width in fine steps where anybody outside has them
        self.se_step = fine if n >= policy.thresholds[Audience.OUTSIDE].interval else self.step

    def of(
        self, dimension: Dimension, level: DetailLevel, tables: DimensionTables | None
    ) -> DimensionFigures:
        """Return every figure of a dimension at that level; the same for all readers.

        `tables` are the dimension's own of `released_tables`; without them no items are released.
        """
        if level is DetailLevel.NOTHING:
            return DimensionFigures(suppressed_dimension(dimension.id, self.moments.n))
        build = _Builder(self, dimension)
        return (
            build.with_items(tables) if level is DetailLevel.ITEMS and tables else build.without_items(level)
        )

    def mean_of(
        self, dimension: Dimension, level: DetailLevel, tables: DimensionTables | None
    ) -> tuple[int, ReleasedMean | Suppressed]:
        """Return n and mean of the same dimension at that level, at a third of what all its figures cost."""
        if level is DetailLevel.NOTHING:
            return self.moments.n, SUPPRESSED
        build = _Builder(self, dimension)
        return build.n, build.mean(tables if level is DetailLevel.ITEMS else None)


class _Builder:
    """Builds the figures of one dimension of one wave."""

    def __init__(self, wave: WaveFigures, dimension: Dimension) -> None:
        self.wave, self.dimension = wave, dimension
        self.scored = statistics.dimension_summary(wave.moments, dimension.id)
        answered = 0 if isinstance(self.scored, Undefined) else self.scored.n
        self.n = _people(answered, wave.moments.n, wave.fewest)

    def without_items(self, level: DetailLevel) -> DimensionFigures:
        """Return the mean of the items' means, and from that level on its interval and three-way shares."""
        mean = self.mean(None)
        if level is DetailLevel.INTERVAL:
            figures = self._dimension(mean, self._exact_half(), self._three_way(), SUPPRESSED, SUPPRESSED)
        else:
            figures = self._dimension(mean, None, SUPPRESSED, SUPPRESSED, SUPPRESSED)
        return DimensionFigures(figures)

    def with_items(self, tables: DimensionTables) -> DimensionFigures:
        """Return the tables of all items, and the figures that follow from them."""
        mean, number = self.mean(tables), len(self.dimension.items)
        exact_half: float | None = None
        reliability: ReleasedReliability | Suppressed = SUPPRESSED
        if number == 1:
            exact_half = self._item_half(tables.items[0])
        elif number >= _TOO_ALIKE:
            exact_half, reliability = self._exact_half(), self._reliability()
        shares = self._three(tables.sides) if tables.sides else SUPPRESSED
        histogram = _histogram(self.wave.scale.categories, tables.percentages, self.wave.share_step)
        dimension = self._dimension(mean, exact_half, shares, histogram, reliability)
        return DimensionFigures(dimension, self._items(tables))

    def mean(self, tables: DimensionTables | None) -> ReleasedMean:
        """Return the mean of the items' means, which follows from their tables where these are released."""
        if tables is not None:
            return _shown_mean(tables.mean, self.wave.step)
        return self._coded(float(statistics.mean_of_items(self.wave.moments, self.dimension.id)))

    def _dimension(
        self,
        mean: ReleasedMean,
        exact_half: float | None,
        shares: ReleasedShares | Suppressed,
        histogram: ReleasedHistogram | Suppressed,
        reliability: ReleasedReliability | Suppressed,
    ) -> ReleasedDimension:
        interval: ReleasedInterval | Suppressed = SUPPRESSED
        sd: float | Suppressed = SUPPRESSED
        se: float | Suppressed = SUPPRESSED
        # beside a coded mean an interval would say how far beyond it lies
        if exact_half is not None and mean.coding is Coding.EXACT:
            least = max(exact_half, self._least_half(mean))
            interval = self._interval(mean, least)
            half = rounding.round_up(least, self.wave.se_step)
            se = round(half / quantile(self.n, self.wave.policy.confidence), 4)
            sd = round(se * math.sqrt(self.n), 3)
        level = _level(self.wave.sealed.version.levels, interval)
        return ReleasedDimension(
            self.dimension.id, self.n, mean, interval, sd, se, level, shares, histogram, reliability, SEAL
        )

    def _coded(self, exact: float) -> ReleasedMean:
        step = self.wave.step
        value, coding = rounding.round_to(exact, step), Coding.EXACT
        lowest, highest = protection.shown_ends(self.n, step, self.wave.scale, self.wave.dissenters)
        if value < lowest:
            value, coding = lowest, Coding.UNDER
        elif value > highest:
            value, coding = highest, Coding.OVER
        return ReleasedMean(value, rounding.decimals(step), step, coding, SEAL)

    def _exact_half(self) -> float:
        if isinstance(self.scored, Undefined) or isinstance(self.scored.variance, Undefined):
            return 0.0
        spread = math.sqrt(self.scored.variance / self.scored.n)
        return quantile(self.scored.n, self.wave.policy.confidence) * spread

    def _item_half(self, table: ItemTable) -> float:
        """Return the half width of a dimension of one item by its released table, and no more than that."""
        spread = math.sqrt(table.spread / (PERCENT**2 * (self.n - 1)))
        return quantile(self.n, self.wave.policy.confidence) * spread

    def _interval(self, mean: ReleasedMean, least: float) -> ReleasedInterval:
        """Return the interval about a released mean, its half width rounded up."""
        categories, step = self.wave.scale.categories, self.wave.step
        half = rounding.round_up(least, self.wave.half_step)
        low = max(float(categories[0]), rounding.round_down(mean.value - half, step))
        high = min(float(categories[-1]), rounding.round_up(mean.value + half, step))
        return ReleasedInterval(low, high, half, self.wave.policy.confidence, mean.decimals, SEAL)

    def _least_half(self, mean: ReleasedMean) -> float:
        """Return the smallest half width that n and the released mean allow for."""
        rules = protection.SpreadRules(
            self.wave.scale,
            len(self.dimension.items),
            self.wave.dissenters,
            self.wave.policy.unanimity_width * rounding.scale_range(self.wave.scale),
            quantile(self.n, self.wave.policy.confidence),
        )
        return rules.least_half_width(mean.value, self.wave.step, self.n)

    def _three_way(self) -> ReleasedShares | Suppressed:
        """Return the shares of all answers together, where each group is of people enough."""
        sides = statistics.answers_by_side(self.wave.moments, self.dimension.id)
        if isinstance(sides, Undefined):
            return SUPPRESSED
        people = tuple(count / sum(sides) * self.n for count in sides)
        has_middle = len(self.wave.scale.categories) % 2
        if not has_middle or not protection.groups_are_protected(people, self.wave.dissenters):
            return SUPPRESSED
        return self._three(rounding.percentages(np.array([sides]), self.wave.share_step)[0].tolist())

    def _three(self, percentages: Sequence[int]) -> ReleasedShares:
        low, middle, high = percentages
        return ReleasedShares(low, middle, high, self.wave.share_step, SEAL)

    def _items(self, tables: DimensionTables) -> ItemFigures:
        wave, own = self.wave, self.dimension.items
        # a dimension's items stand side by side
        first = wave.sealed.version.item_columns[own[0].id]
        return ItemFigures(
            self.dimension,
            tables,
            wave.answered[first : first + len(own)],
            wave.moments.n,
            wave.fewest,
            wave.scale.categories,
            wave.step,
            wave.share_step,
        )

    def _reliability(self) -> ReleasedReliability | Suppressed:
        """Return alpha where enough answered every item; one that rounds to 1 is shown as just below."""
        if self.wave.moments.n < self.wave.fewest_for_reliability:
            return SUPPRESSED
        products = self.wave.moments.cross_products
        if products is WITHHELD:
            return SUPPRESSED
        found = products[self.dimension.id]
        if found.count < self.wave.fewest_for_reliability:
            return SUPPRESSED
        value = statistics.alpha_of_sums(found)
        interval = statistics.feldt_interval(
            value, found.count, len(self.dimension.items), self.wave.policy.confidence
        )
        if isinstance(value, Undefined) or isinstance(interval, Undefined):
            return SUPPRESSED
        step = _ALPHA_STEP
        # 1 would say that everybody's answers agree
        highest = 1 - step
        shown = min(highest, rounding.round_to(value, step))
        low, high = rounding.round_to(interval.low, step), rounding.round_to(interval.high, step)
        return ReleasedReliability(
            shown, low, min(highest, high), self.wave.policy.confidence, rounding.decimals(step), SEAL
        )


@lru_cache(maxsize=4096)
def _shown_mean(exact: float, step: float) -> ReleasedMean:
    """Return a mean as it is shown; there are few different ones, and a wave has one for each item."""
    return ReleasedMean(rounding.round_to(exact, step), rounding.decimals(step), step, Coding.EXACT, SEAL)


def _people(answered: int, everybody: int, fewest: int) -> int:
    """Return the n of a figure: the wave's, unless those who left it out are a group themselves."""
    return answered if everybody - answered >= fewest else everybody


def _histogram(categories: Sequence[int], percentages: Sequence[int], step: int) -> ReleasedHistogram:
    shares = dict(zip(categories, percentages, strict=True))
    return ReleasedHistogram(MappingProxyType(shares), step, SEAL)


def _level(levels: Levels, interval: ReleasedInterval | Suppressed) -> str | Between | Suppressed:
    """Return the level the whole released interval lies in; without one none, which would claim too much."""
    if isinstance(interval, Suppressed):
        return SUPPRESSED
    low, high = levels.level_at(interval.low), levels.level_at(interval.high)
    return low if low == high else Between(low, high, SEAL)
