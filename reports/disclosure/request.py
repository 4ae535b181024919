"""What the gate is asked: which figures, for whom, under which rules."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from instruments import statistics
from instruments.model import Dimension
from reports.disclosure.policy import Audience, DetailLevel, Policy, Thresholds
from reports.disclosure.rounding import round_down
from reports.disclosure.sealed_wave import SealedWave
from reports.disclosure.unanimity import Counts


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the gate: which figures, by whom, under which rules, resting on which items.

    `detail_levels` is what the ledger says of every figure: of each dimension, and of how many answered.
    """

    sealed: SealedWave
    audience: Audience
    policy: Policy
    items: frozenset[str] | None
    detail_levels: Mapping[str, DetailLevel]

    @property
    def thresholds(self) -> Thresholds:
        """Return the thresholds of the audience that asks."""
        return self.policy.thresholds[self.audience]

    def may_release_items(self, dimension: Dimension) -> bool:
        """Return whether the items of the dimension may be released: to an owner only a pool's."""
        by_audience = self.thresholds.unit_items or bool(self.sealed.parts)
        return by_audience and self.detail_levels[dimension.id] is DetailLevel.ITEMS

    def may_release_distribution(self, dimension: Dimension) -> bool:
        """Return whether more than the mean may be released."""
        return self.detail_levels[dimension.id].value >= DetailLevel.DISTRIBUTION.value

    def chosen(self, dimension: Dimension) -> tuple[str, ...]:
        """Return the items of the dimension that its figures are to rest on."""
        return tuple(item.id for item in dimension.items if self.items is None or item.id in self.items)

    def counts(self, item_ids: tuple[str, ...]) -> Counts:
        """Return items × categories: the scored answers, reversed items turned round."""
        moments = self.sealed.moments
        return np.array([statistics.item_distribution(moments, item_id).counts for item_id in item_ids])

    def fewest(self, dimension: Dimension, threshold: int) -> int:
        """Return the fewest answers for a figure; a dimension of one item is an item beyond its mean."""
        return max(threshold, self.thresholds.item) if len(dimension.items) == 1 else threshold

    def released_n(self, answered: int) -> int:
        """Return the n of a figure: the wave's, unless those who left it out are a group themselves."""
        everybody = self.sealed.moments.n
        return self.rounded(answered if everybody - answered >= self.thresholds.mean else everybody)

    def rounded(self, count: int) -> int:
        """Return a number of people, rounded down for this audience."""
        return round_down(count, self.thresholds.count_step)
