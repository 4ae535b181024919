"""Whether a questionnaire has its dimensions, and whether pools may be compared: from what was released.

This is where “only within an edition until invariance is shown” is decided: `PoolComparison.means`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations

import numpy as np

from instruments.model import Version
from instruments.problems import Refused, refuse
from instruments.statistics import Reason, TwoLevelCovariances, Undefined
from instruments.statistics.clustering import GroupSizes
from instruments.statistics.factor_models import (
    FactorFit,
    FactorModel,
    Invariance,
    InvarianceRule,
    Sample,
    fit_factors,
    invariance,
)
from instruments.versions import FullyComparable, NotComparable, comparability
from reports.disclosure.policy import InvarianceLimits
from reports.disclosure.released import Suppressed
from reports.disclosure.released_pool import ReleasedPool
from reports.results.pool_statistics import sample_of

_FEWEST = 2  # items of a dimension in a model of several dimensions

Fit = FactorFit | Undefined


@dataclass(frozen=True, eq=False, slots=True)
class Structure:
    """Hold the fits of one pool: one factor, the version's dimensions, and these within units alone.

    `persons` is how many the first two rest on.
    """

    persons: int
    one_factor: Fit
    dimensions: Fit
    within_units: Fit


@dataclass(frozen=True, eq=False, slots=True)
class PoolComparison:
    """Hold on which items several pools are compared, and up to where invariance holds."""

    items: tuple[str, ...]
    invariance: Invariance | Undefined

    @property
    def correlations(self) -> bool:
        """Return whether correlations may be compared: the same loadings hold in all of them."""
        return not isinstance(self.invariance, Undefined) and self.invariance.holds in {"metric", "scalar"}

    @property
    def means(self) -> bool:
        """Return whether means may be compared: the same intercepts hold too. By the rule of the policy."""
        return not isinstance(self.invariance, Undefined) and self.invariance.holds == "scalar"


def rule_of(limits: InvarianceLimits) -> InvarianceRule:
    """Return the rule of a policy."""
    return InvarianceRule(limits.least_cfi, limits.most_srmr, -limits.most_cfi_loss, limits.most_rmsea_gain)


def structure_of(pool: ReleasedPool, *, pairwise: bool = False) -> Structure:
    """Return the fits of a pool's items; undefined where nothing was released that they could rest on."""
    model = FactorModel.by_dimension(pool.version)
    one, sample = FactorModel.of_one_factor(model.items), sample_of(pool, pairwise=pairwise)
    persons = 0 if isinstance(sample, Undefined) else sample.n
    return Structure(persons, _fit(sample, one), _fit(sample, model), _fit(_within(pool), model))


def compare_pools(
    pools: Sequence[ReleasedPool], limits: InvarianceLimits, *, pairwise: bool = False
) -> PoolComparison:
    """Return whether pools may be compared, on the items whose meaning all their versions share.

    Raises Refused: `pools-few` for fewer than two, `pools-twice` for one that is named twice, `pools-apart`
    where their versions have nothing in common.
    """
    model = compared_model(pools)
    samples = [_part(sample_of(each, pairwise=pairwise), each.version, model.items) for each in pools]
    known = [each for each in samples if not isinstance(each, Undefined)]
    if len(known) < len(samples):
        return PoolComparison(model.items, Undefined(Reason.WITHHELD))
    return PoolComparison(model.items, invariance(known, model, rule_of(limits)))


def compared_model(pools: Sequence[ReleasedPool]) -> FactorModel:
    """Return the model that pools are compared by. Raises Refused as `compare_pools` does."""
    _require_comparable(pools)
    return _model(pools[0].version, _common_items(pools))


def _require_comparable(pools: Sequence[ReleasedPool]) -> None:
    if len(pools) < 2:  # noqa: PLR2004 - nothing to compare
        raise refuse("pools-few", "One pool cannot be compared.", "Name two pools or more.")
    require_apart([part.key for each in pools for part in each.parts])


def require_apart(keys: Sequence[str]) -> None:
    """Raise Refused("pools-twice") where a key is there twice."""
    for key in keys:
        if keys.count(key) > 1:
            raise refuse("pools-twice", "A pool is named twice.", "Name each once.", place=key)


def _common_items(pools: Sequence[ReleasedPool]) -> frozenset[str]:
    """Return the ids of the items that each two of the versions share."""
    versions = {each.version.content_hash: each.version for each in pools}
    shared = [frozenset(pools[0].version.item_columns)]
    shared += [_shared(one, other) for one, other in combinations(versions.values(), 2)]
    return reduce(frozenset.intersection, shared)


def _shared(one: Version, other: Version) -> frozenset[str]:
    found = comparability(one, other)
    if isinstance(found, NotComparable):
        return frozenset()
    if isinstance(found, FullyComparable):
        return frozenset(one.item_columns)
    return frozenset().union(*found.items.values())


def _model(version: Version, items: frozenset[str]) -> FactorModel:
    factors: Mapping[str, tuple[str, ...]] = {
        each.id: tuple(item.id for item in each.items if item.id in items) for each in version
    }
    kept = {name: own for name, own in factors.items() if len(own) >= _FEWEST}
    if not kept:
        raise _apart()
    return FactorModel(tuple(item for own in kept.values() for item in own), kept)


def _apart() -> Refused:
    return refuse(
        "pools-apart",
        "The versions of these pools have no dimension of which they share two statements.",
        "Compare pools of versions that have statements in common.",
    )


def _part(sample: Sample | Undefined, version: Version, items: Sequence[str]) -> Sample | Undefined:
    if isinstance(sample, Undefined):
        return sample
    places = [version.item_columns[item] for item in items]
    return Sample(sample.n, sample.means[places], sample.covariance[np.ix_(places, places)])


def _within(pool: ReleasedPool) -> Sample | Undefined:
    """Return a sample free of what differs between units."""
    levels = pool.complete_levels
    if isinstance(levels, Suppressed):
        return Undefined(Reason.WITHHELD)
    sizes = GroupSizes(levels.units, levels.persons, float(levels.squares))
    none = np.zeros(len(levels.within.matrix))
    parted = TwoLevelCovariances(levels.within.matrix, levels.between.matrix, none, sizes)
    return parted.within_sample


def _fit(sample: Sample | Undefined, model: FactorModel) -> Fit:
    return sample if isinstance(sample, Undefined) else fit_factors([sample], model)
