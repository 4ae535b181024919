"""Waves over time: what may honestly be said to have changed, chosen from the numbers in one place.

Takes released values only. Waves are anonymous, so persons cannot be linked; docs/method.md shows how often
these rules raise a false alarm, and how large a change they see.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from types import MappingProxyType

from instruments import statistics
from instruments.model import Version
from instruments.statistics import GroupMean, MeanDifference, Undefined
from instruments.versions import CommonItems, FullyComparable, NotComparable, comparability
from reports.disclosure import SUPPRESSED, ChangeRules, Released, ReleasedMean, Suppressed, rounding


class Verdict(Enum):
    """The sentence about one dimension; its words are in the message catalogues."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_CERTAIN_CHANGE = "no-certain-change"
    RESPONSE_TOO_LOW = "response-too-low"  # the numbers are shown and nothing is claimed
    NOT_RELEASED = "not-released"  # whatever the reason: which rule withheld a number is itself information
    NO_COMMON_ITEMS = "no-common-items"


class NoComparisonReason(Enum):
    """Why two waves are not compared at all; its words are in the message catalogues."""

    RESPONSE = "response"
    EDITION = "edition"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class Estimate:
    """The difference later − earlier of the released means, in scale points, with its interval as shown.

    `confidence` is what Holm's procedure left this dimension. `detectable` is the smallest true change
    that waves like these would have shown, at the strictest step of the procedure.
    """

    difference: float
    low: float
    high: float
    confidence: float
    detectable: float
    decimals: int


@dataclass(frozen=True, slots=True)
class DimensionChange:
    """One dimension in two waves: both means as released, n of both, the estimate, and what to say of it."""

    dimension: str
    earlier: ReleasedMean | Suppressed
    later: ReleasedMean | Suppressed
    earlier_n: int
    later_n: int
    estimate: Estimate | Suppressed
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two waves compared. `items` are those both rest on; `partial` says that this is not all of them."""

    earlier: Released
    later: Released
    items: frozenset[str]
    partial: bool
    changes: Mapping[str, DimensionChange]


@dataclass(frozen=True, slots=True)
class NotCompared:
    """Two waves that may not be compared. `reason` is a key of `versions.REASONS` if the version is why."""

    earlier: Released
    later: Released
    obstacle: NoComparisonReason
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A unit's waves, oldest first, and the step from each to the next."""

    waves: tuple[Released, ...]
    steps: tuple[Comparison | NotCompared, ...]


def common_items(versions: Sequence[Version]) -> frozenset[str] | None:
    """Return the items to release all waves on so that they compare with the last one; None means all items.

    Versions that do not compare with the last one at all are passed over.
    """
    found = [comparability(version, versions[-1]) for version in versions[:-1]]
    sets = [frozenset[str]().union(*each.items.values()) for each in found if isinstance(each, CommonItems)]
    return sets[0].intersection(*sets[1:]) if sets else None


def trajectory(waves: Sequence[Released], rules: ChangeRules) -> Trajectory:
    """Return the waves in the order they closed, each compared with the one before.

    Release all of them on `common_items` of their versions. Raises ValueError where that was not done or
    where the waves are not of one unit.
    """
    ordered = tuple(sorted(waves, key=lambda released: released.identity.closed_on))
    steps = tuple(compare(earlier, later, rules) for earlier, later in pairwise(ordered))
    return Trajectory(ordered, steps)


def compare(earlier: Released, later: Released, rules: ChangeRules) -> Comparison | NotCompared:
    """Return what changed between two waves of one unit, dimension by dimension, or why that is not said.

    Raises ValueError where the waves are of different units or rest on different items.
    """
    if earlier.identity.unit != later.identity.unit:
        raise ValueError("Only waves of the same unit are compared over time.")
    obstacle = _obstacle(earlier, later, rules)
    if obstacle:
        return obstacle
    items = {dimension.id: _items(earlier, later, dimension.id) for dimension in later.version}
    common = {name for name, shared in items.items() if len(shared) >= rules.common_items}
    estimates = _estimates(earlier, later, [name for name in items if name in common], rules)
    claimable = min(_response(earlier), _response(later)) >= rules.claim_from
    changes = {}
    for name in items:
        estimate = estimates.get(name, SUPPRESSED)
        verdict = _verdict(estimate, common=name in common, claimable=claimable)
        changes[name] = _change(earlier, later, name, estimate, verdict)
    every = frozenset[str]().union(*items.values())
    partial = every != frozenset(earlier.version.item_columns) or every != frozenset(
        later.version.item_columns
    )
    return Comparison(earlier, later, every, partial, MappingProxyType(changes))


def _verdict(estimate: Estimate | Suppressed, *, common: bool, claimable: bool) -> Verdict:
    """Choose the sentence about change, here and nowhere else, from the interval as it is shown."""
    if not common:
        return Verdict.NO_COMMON_ITEMS
    if isinstance(estimate, Suppressed):
        return Verdict.NOT_RELEASED
    if not claimable:
        return Verdict.RESPONSE_TOO_LOW
    if estimate.low > 0:
        return Verdict.HIGHER
    return Verdict.LOWER if estimate.high < 0 else Verdict.NO_CERTAIN_CHANGE


def _obstacle(earlier: Released, later: Released, rules: ChangeRules) -> NotCompared | None:
    found = comparability(earlier.version, later.version)
    if isinstance(found, NotComparable):
        return NotCompared(earlier, later, NoComparisonReason.VERSION, found.why)
    if earlier.identity.edition != later.identity.edition:
        return NotCompared(earlier, later, NoComparisonReason.EDITION)
    if min(_response(earlier), _response(later)) < rules.compare_from:
        return NotCompared(earlier, later, NoComparisonReason.RESPONSE)
    return None


def _response(released: Released) -> float:
    """Return the share that answered, not rounded: 59.6 % is under 60 %."""
    return released.n / released.invited if released.invited else 1.0


def _items(earlier: Released, later: Released, dimension_id: str) -> frozenset[str]:
    """Return the items a dimension rests on in both waves; empty where they have none in common."""
    found = comparability(earlier.version, later.version)
    sets = [_own(released, dimension_id) for released in (earlier, later)]
    shared = sets[1] if isinstance(found, FullyComparable) else frozenset[str]()
    if isinstance(found, CommonItems):
        shared = found.items.get(dimension_id, frozenset()) & later.items
    if shared and (sets[0] != shared or sets[1] != shared):
        raise ValueError("Release both waves on the items their versions have in common.")
    return shared


def _own(released: Released, dimension_id: str) -> frozenset[str]:
    dimensions = {dimension.id: dimension for dimension in released.version}
    if dimension_id not in dimensions:
        return frozenset()
    return frozenset(item.id for item in dimensions[dimension_id].items) & released.items


def _estimates(
    earlier: Released, later: Released, dimensions: list[str], rules: ChangeRules
) -> dict[str, Estimate]:
    """Return the dimensions' estimates, if any, at the confidence that Holm's procedure leaves each."""
    found = {name: _difference(earlier, later, name) for name in dimensions}
    differences = {name: value for name, value in found.items() if isinstance(value, MeanDifference)}
    levels = statistics.holm_levels([each.p for each in differences.values()], rules.confidence)
    strictest = 1 - (1 - rules.confidence) / max(1, len(differences))
    return {
        name: _estimate(difference, level, strictest, rules)
        for (name, difference), level in zip(differences.items(), levels, strict=True)
    }


def _difference(
    earlier: Released, later: Released, dimension_id: str
) -> MeanDifference | Undefined | Suppressed:
    """Return Welch's difference of released means, allowing for rounding; Suppressed without both spreads."""
    figures = [released.dimensions[dimension_id] for released in (later, earlier)]
    spreads, slack = [], 0.0
    for figure in figures:
        if isinstance(figure.mean, Suppressed) or isinstance(figure.se, Suppressed):
            return SUPPRESSED
        spreads.append(GroupMean(figure.n, figure.mean.value, figure.se))
        slack += figure.mean.step / 2
    return statistics.welch(spreads[0], spreads[1], slack)


def _estimate(difference: MeanDifference, level: float, strictest: float, rules: ChangeRules) -> Estimate:
    interval = difference.interval(level)
    decimals = rounding.decimals(rules.step)
    return Estimate(
        round(difference.estimate, decimals),
        round(math.floor(interval.low / rules.step) * rules.step, decimals),
        round(math.ceil(interval.high / rules.step) * rules.step, decimals),
        level,
        round(math.ceil(difference.detectable(strictest, rules.power) / rules.step) * rules.step, decimals),
        decimals,
    )


def _change(
    earlier: Released, later: Released, name: str, estimate: Estimate | Suppressed, verdict: Verdict
) -> DimensionChange:
    before, after = earlier.dimensions.get(name), later.dimensions[name]
    if before is None:
        return DimensionChange(name, SUPPRESSED, after.mean, 0, after.n, estimate, verdict)
    return DimensionChange(name, before.mean, after.mean, before.n, after.n, estimate, verdict)
