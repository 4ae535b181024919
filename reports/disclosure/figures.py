"""Compute the figures of one dimension at the level in which it is released, from the sealed statistics.

Where items are released, everything else about the answers is computed from their released tables, so that
nothing can be subtracted from anything. Persons' scores serve the interval and reliability only.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy import special

from instruments import statistics
from instruments.model import Dimension, Item, Levels, Scale
from instruments.statistics import Undefined
from reports.disclosure import protection, rounding
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
_PERCENT = 100

Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DimensionFigures:
    """One dimension with all that is released of it to anybody, and its items where they are."""

    dimension: ReleasedDimension
    items: tuple[ReleasedItem, ...] = ()


@cache
def quantile(n: int, confidence: float) -> float:
    """Return Student's t for a two-sided interval about the mean of n scores."""
    return float(special.stdtrit(n - 1, (1 + confidence) / 2))


def compute_figures(
    sealed: SealedWave, dimension: Dimension, level: DetailLevel, policy: Policy
) -> DimensionFigures:
    """Return every figure of a dimension at that level; the same for all readers."""
    build = _Builder(sealed, dimension, policy)
    if level is DetailLevel.NOTHING:
        return DimensionFigures(suppressed_dimension(dimension.id, sealed.moments.n))
    return build.with_items() if level is DetailLevel.ITEMS else build.without_items(level)


def turned_mean(item: ReleasedItem, scale: Scale, *, reverse: bool) -> float:
    """Return the mean of a released item table, not rounded, with a reversed item turned."""
    mean = sum(category * share for category, share in item.histogram.shares.items()) / _PERCENT
    return scale.categories[0] + scale.categories[-1] - mean if reverse else mean


def suppressed_dimension(dimension_id: str, n: int) -> ReleasedDimension:
    """Return a dimension of which nothing is released; its n is the wave's, which is released already."""
    return ReleasedDimension(dimension_id, n, *(SUPPRESSED,) * 8, SEAL)


class _Builder:
    """Builds the figures of one dimension of one wave."""

    def __init__(self, sealed: SealedWave, dimension: Dimension, policy: Policy) -> None:
        self.sealed, self.dimension, self.policy = sealed, dimension, policy
        self.scale, self.moments = sealed.version.scale, sealed.moments
        self.step = rounding.mean_step(self.moments.n, self.scale, policy)
        self.share_step = rounding.share_step(self.moments.n, policy)
        self.categories = np.array(self.scale.categories, dtype=np.float64)
        self.scored = statistics.dimension_summary(self.moments, dimension.id)
        self.n = self._people(0 if isinstance(self.scored, Undefined) else self.scored.n)
        self._turned: dict[str, Shares] = {}

    def without_items(self, level: DetailLevel) -> DimensionFigures:
        """Return the mean of the items' means, and from that level on its interval and three-way shares."""
        mean = self._coded(float(statistics.mean_of_items(self.moments, self.dimension.id)))
        interval: ReleasedInterval | Suppressed = SUPPRESSED
        shares: ReleasedShares | Suppressed = SUPPRESSED
        if level is DetailLevel.INTERVAL:
            interval = self._interval(mean, self._exact_half())
            shares = self._three_way()
        return DimensionFigures(self._dimension(mean, interval, shares, SUPPRESSED, SUPPRESSED))

    def with_items(self) -> DimensionFigures:
        """Return the tables of all items, and the figures that follow from them."""
        turned = {item.id: self._table(item, turned=True) for item in self.dimension.items}
        together = np.mean(list(turned.values()), axis=0)
        mean = self._plain(float(together @ self.categories))
        histogram = self._histogram(rounding.percentages(together.tolist(), self.share_step))
        items = tuple(self._item(item) for item in self.dimension.items)
        interval: ReleasedInterval | Suppressed = SUPPRESSED
        reliability: ReleasedReliability | Suppressed = SUPPRESSED
        if len(items) == 1:
            interval = self._interval(mean, self._item_half())
        elif len(items) >= _TOO_ALIKE:
            interval, reliability = self._interval(mean, self._exact_half()), self._reliability()
        # a scale with an even number of categories has no middle
        three = protection.three_way(together) if len(together) % 2 else None
        shares = self._three(three) if three else SUPPRESSED
        dimension = self._dimension(mean, interval, shares, histogram, reliability)
        return DimensionFigures(dimension, items)

    def _dimension(
        self,
        mean: ReleasedMean,
        interval: ReleasedInterval | Suppressed,
        shares: ReleasedShares | Suppressed,
        histogram: ReleasedHistogram | Suppressed,
        reliability: ReleasedReliability | Suppressed,
    ) -> ReleasedDimension:
        sd: float | Suppressed = SUPPRESSED
        se: float | Suppressed = SUPPRESSED
        if not isinstance(interval, Suppressed):
            exact = self._item_half() if len(self.dimension.items) == 1 else self._exact_half()
            se = round(self._half(mean, exact, self._se_step()) / quantile(self.n, self.policy.confidence), 4)
            sd = round(se * math.sqrt(self.n), 3)
        level = _level(self.sealed.version.levels, interval)
        return ReleasedDimension(
            self.dimension.id, self.n, mean, interval, sd, se, level, shares, histogram, reliability, SEAL
        )

    def _people(self, answered: int) -> int:
        """Return the n of a figure: the wave's, unless those who left it out are a group themselves."""
        everybody, minimum = self.moments.n, self.policy.minimum(Audience.LEADER)
        return answered if everybody - answered >= minimum else everybody

    def _plain(self, exact: float) -> ReleasedMean:
        value = rounding.round_to(exact, self.step)
        return ReleasedMean(value, rounding.decimals(self.step), self.step, Coding.EXACT, SEAL)

    def _coded(self, exact: float) -> ReleasedMean:
        value, coding = rounding.round_to(exact, self.step), Coding.EXACT
        lowest, highest = protection.shown_ends(self.n, self.step, self.scale, self.sealed.dissenters)
        if value < lowest:
            value, coding = lowest, Coding.UNDER
        elif value > highest:
            value, coding = highest, Coding.OVER
        return ReleasedMean(value, rounding.decimals(self.step), self.step, coding, SEAL)

    def _exact_half(self) -> float:
        if isinstance(self.scored, Undefined) or isinstance(self.scored.variance, Undefined):
            return 0.0
        spread = math.sqrt(self.scored.variance / self.scored.n)
        return quantile(self.scored.n, self.policy.confidence) * spread

    def _item_half(self) -> float:
        """Return the half width of a dimension of one item by its released table, and no more than that."""
        [item] = self.dimension.items
        spread = math.sqrt(_variance(self._table(item, turned=True), self.categories) / (self.n - 1))
        return quantile(self.n, self.policy.confidence) * spread

    def _interval(self, mean: ReleasedMean, exact_half: float) -> ReleasedInterval | Suppressed:
        """Return the interval, never narrower than what n and the released mean allow for; none if coded."""
        if mean.coding is not Coding.EXACT:
            return SUPPRESSED
        is_fine = self.moments.n >= self.policy.rounding.fine_from
        half = self._half(mean, exact_half, self.step / _FINER if is_fine else self.step)
        low = max(float(self.categories[0]), rounding.round_down(mean.value - half, self.step))
        high = min(float(self.categories[-1]), rounding.round_up(mean.value + half, self.step))
        return ReleasedInterval(low, high, half, self.policy.confidence, mean.decimals, SEAL)

    def _half(self, mean: ReleasedMean, exact: float, step: float) -> float:
        """Return a half width rounded up to a step, never smaller than what n and the mean ask for."""
        rules = protection.SpreadRules(
            self.scale,
            len(self.dimension.items),
            self.sealed.dissenters,
            self.policy.unanimity_width * rounding.scale_range(self.scale),
            quantile(self.n, self.policy.confidence),
        )
        return rounding.round_up(max(exact, rules.least_half_width(mean.value, self.step, self.n)), step)

    def _se_step(self) -> float:
        """Return the step of the half width that sd and se are of: fine where anybody outside has them."""
        if self.moments.n < self.policy.thresholds[Audience.OUTSIDE].interval:
            return self.step
        return rounding.mean_step(self.policy.rounding.fine_from, self.scale, self.policy) / _FINER

    def _three_way(self) -> ReleasedShares | Suppressed:
        """Return the shares of all answers together, where each group is of people enough."""
        sides = statistics.answers_by_side(self.moments, self.dimension.id)
        if isinstance(sides, Undefined):
            return SUPPRESSED
        people = tuple(count / sum(sides) * self.n for count in sides)
        has_middle = len(self.categories) % 2
        if not has_middle or not protection.groups_are_protected(people, self.sealed.dissenters):
            return SUPPRESSED
        return self._three(sides)

    def _three(self, sides: Sequence[float]) -> ReleasedShares:
        low, middle, high = rounding.percentages(sides, self.share_step)
        return ReleasedShares(low, middle, high, self.share_step, SEAL)

    def _table(self, item: Item, *, turned: bool) -> Shares:
        """Return the released shares of an item's answers, as parts of 1, low to high."""
        shares = self._turned.get(item.id)
        if shares is None:
            found = statistics.item_distribution(self.moments, item.id)
            counts = [] if isinstance(found, Undefined) else found.counts.tolist()
            shares = np.array(rounding.percentages(counts, self.share_step)) / _PERCENT
            self._turned[item.id] = shares
        return shares[::-1] if item.reverse and not turned else shares

    def _histogram(self, percentages: tuple[int, ...]) -> ReleasedHistogram:
        shares = dict(zip(self.scale.categories, percentages, strict=True))
        return ReleasedHistogram(MappingProxyType(shares), self.share_step, SEAL)

    def _item(self, item: Item) -> ReleasedItem:
        """Return an item as it was answered, not turned: people read these figures beside its text."""
        column = self.sealed.version.item_columns[item.id]
        answered = int(self.moments.item_counts[column])
        shares = self._table(item, turned=False)
        n = self._people(answered)
        sd = math.sqrt(_variance(shares, self.categories) * n / (n - 1))
        percentages = tuple(round(_PERCENT * share) for share in shares.tolist())
        mean = self._plain(float(shares @ self.categories))
        return ReleasedItem(item.id, n, mean, self._histogram(percentages), round(sd, 2), SEAL)

    def _reliability(self) -> ReleasedReliability | Suppressed:
        """Return alpha where enough answered every item; one that rounds to 1 is shown as just below."""
        found = statistics.covariances(self.moments, self.dimension.id)
        if isinstance(found, Undefined) or found.persons < self.policy.fewest_for_reliability:
            return SUPPRESSED
        value = statistics.alpha(self.moments, self.dimension.id)
        interval = statistics.alpha_interval(self.moments, self.dimension.id, level=self.policy.confidence)
        if isinstance(value, Undefined) or isinstance(interval, Undefined):
            return SUPPRESSED
        step = _ALPHA_STEP
        # 1 would say that everybody's answers agree
        highest = 1 - step
        shown = min(highest, rounding.round_to(value, step))
        low, high = rounding.round_to(interval.low, step), rounding.round_to(interval.high, step)
        return ReleasedReliability(
            shown, low, min(highest, high), self.policy.confidence, rounding.decimals(step), SEAL
        )


def _variance(shares: Shares, values: Shares) -> float:
    """Return the mean square distance from the mean of shares of values."""
    return float(shares @ (values - shares @ values) ** 2)


def _level(levels: Levels, interval: ReleasedInterval | Suppressed) -> str | Between | Suppressed:
    """Return the level the whole released interval lies in; without one none, which would claim too much."""
    if isinstance(interval, Suppressed):
        return SUPPRESSED
    low, high = levels.level_at(interval.low), levels.level_at(interval.high)
    return low if low == high else Between(low, high, SEAL)
