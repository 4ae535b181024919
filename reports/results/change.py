"""Waves over time as they are shown: released means, differences and intervals beside the judged verdict.

Takes released values only; `verdicts` chooses what is said. Waves are anonymous, so persons cannot be linked;
docs/method.md shows how often these rules raise a false alarm, and how large a change they see.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from instruments import statistics
from instruments.statistics import GroupMean, MeanDifference, Undefined
from reports.disclosure import (
    SUPPRESSED,
    Coding,
    Policy,
    Released,
    ReleasedMean,
    Suppressed,
    mean_on_items,
    rounding,
)
from reports.results import verdicts
from reports.results.verdicts import Contrast, Judged, NoComparisonReason, Verdict, Verdicts

_TWO: Final = 2  # waves, to compare


@dataclass(frozen=True, slots=True)
class ChangeInterval:
    """The interval of a difference as shown, in scale points.

    `confidence` is what Holm's procedure left this dimension. `detectable` is the smallest true change
    that waves like these would have shown, at the strictest step of the procedure.
    """

    low: float
    high: float
    confidence: float
    detectable: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """The difference later − earlier of the released means, or their slope a year, in scale points.

    `interval` is Suppressed where a wave's own interval is not released.
    """

    difference: float
    interval: ChangeInterval | Suppressed
    decimals: int


@dataclass(frozen=True, slots=True)
class DimensionChange:
    """One dimension in one contrast: the first and the last mean as released, the estimate, and the verdict.

    `estimate` is Suppressed where a mean is, or is coded, and where the reader is not shown all of them.
    `rests_on` is the number of waves that the estimate rests on.
    """

    dimension: str
    earlier: ReleasedMean | Suppressed
    later: ReleasedMean | Suppressed
    estimate: Estimate | Suppressed
    verdict: Verdict
    rests_on: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A wave beside earlier ones in one contrast.

    `items` are those all rest on; `partial` says that this is not all of them.
    """

    contrast: Contrast
    waves: tuple[Released, ...]
    items: frozenset[str]
    partial: bool
    changes: Mapping[str, DimensionChange]

    @property
    def earlier(self) -> Released:
        """Return the wave that the last one is compared with, of a trend the first."""
        return self.waves[0]

    @property
    def later(self) -> Released:
        """Return the wave that this is about."""
        return self.waves[-1]


@dataclass(frozen=True, slots=True)
class NotCompared:
    """Two waves that may not be compared. `reason` is a key of `versions.REASONS` if the version is why."""

    earlier: Released
    later: Released
    obstacle: NoComparisonReason
    reason: str = ""


def compare(
    contrast: Contrast, waves: Sequence[Released], judged: Mapping[str, Judged], policy: Policy
) -> Comparison | NotCompared:
    """Return what is shown of a contrast, dimension by dimension, or why nothing is.

    `waves` are the released waves it rests on, oldest first; `judged` is what was judged of it. Raises
    ValueError where the waves are of different units.
    """
    earlier, later = waves[0], waves[-1]
    if len({each.identity.unit for each in waves}) > 1:
        raise ValueError("Only waves of the same unit are compared over time.")
    found = verdicts.obstacle(earlier, later, policy)
    if found is not None:
        return NotCompared(earlier, later, *found)
    items = {
        dimension.id: frozenset.intersection(
            *(verdicts.compared_items(each, later, dimension.id, policy) for each in waves[:-1])
        )
        for dimension in later.version
    }
    changes = {
        name: _change(contrast, waves, name, chosen, judged.get(name), power=policy.change.power)
        for name, chosen in items.items()
    }
    every = frozenset[str]().union(*items.values())
    partial = any(every != _items_asked(each, items) for each in waves)
    return Comparison(contrast, tuple(waves), every, partial, MappingProxyType(changes))


def _items_asked(wave: Released, dimensions: Collection[str]) -> frozenset[str]:
    """Return the items a wave asked of these dimensions: what else it asked is compared with nothing."""
    return frozenset(
        item.id for dimension in wave.version if dimension.id in dimensions for item in dimension.items
    )


def _change(
    contrast: Contrast,
    waves: Sequence[Released],
    name: str,
    items: frozenset[str],
    judged: Judged | None,
    *,
    power: float,
) -> DimensionChange:
    """Return one dimension; without the means that were judged the verdict is not shown either."""
    by_key = {each.identity.wave: each for each in waves}
    rests_on = [by_key[key] for key in judged.waves if key in by_key] if judged else []
    complete = judged is not None and 0 < len(rests_on) == len(judged.waves)
    shown = rests_on if complete else [waves[0], waves[-1]]
    means = [mean_on_items(each, name, items) for each in shown]
    released = [each for each in means if isinstance(each, ReleasedMean)]
    complete = complete and len(released) == len(means)
    verdict = Verdict.NOT_RELEASED if judged is None else judged.verdict
    if not complete and verdict is not Verdict.NO_COMMON_ITEMS:
        verdict = Verdict.NOT_RELEASED
    estimate: Estimate | Suppressed = SUPPRESSED
    if complete and judged is not None and all(each.coding is Coding.EXACT for each in released):
        estimate = _estimate(contrast, shown, released, name, judged, power=power)
    return DimensionChange(name, means[0], means[-1], estimate, verdict, len(shown))


def _estimate(
    contrast: Contrast,
    waves: Sequence[Released],
    means: Sequence[ReleasedMean],
    name: str,
    judged: Judged,
    *,
    power: float,
) -> Estimate:
    """Return the difference of the means as shown, its interval never at odds with what was judged."""
    weights = verdicts.contrast_weights(contrast, waves)
    decimals = max(each.decimals for each in means)
    difference = math.fsum(weight * each.value for weight, each in zip(weights, means, strict=True))
    difference = round(difference, decimals)
    found = _contrast(waves, means, name, weights)
    if not isinstance(found, MeanDifference):
        return Estimate(difference, SUPPRESSED, decimals)
    step = 10.0**-decimals
    exact = found.interval(judged.confidence)
    low, high = rounding.round_down(exact.low, step), rounding.round_up(exact.high, step)
    if judged.verdict is Verdict.HIGHER:
        low = max(low, step)
    elif judged.verdict is Verdict.LOWER:
        high = min(high, -step)
    else:
        low, high = min(low, 0.0), max(high, 0.0)
    # the rounding of what is shown must not leave it outside its own interval
    low, high = min(low, difference), max(high, difference)
    detectable = rounding.round_up(found.detectable(judged.strictest, power), step)
    interval = ChangeInterval(round(low, decimals), round(high, decimals), judged.confidence, detectable)
    return Estimate(difference, interval, decimals)


def _contrast(
    waves: Sequence[Released], means: Sequence[ReleasedMean], name: str, weights: Sequence[float]
) -> MeanDifference | Undefined | Suppressed:
    """Return the contrast of released means by their released standard errors; none on some items only."""
    groups = []
    for wave, mean in zip(waves, means, strict=True):
        figure = wave.dimensions[name]
        if isinstance(figure.se, Suppressed) or figure.mean is not mean:
            return SUPPRESSED
        groups.append(GroupMean(figure.n, mean.value, figure.se))
    return statistics.linear_contrast(groups, weights)


def comparisons(
    waves: Sequence[Released], judged: Verdicts, policy: Policy
) -> tuple[Comparison | NotCompared, ...]:
    """Return the contrasts of the last of these waves, given oldest first, the wave before it coming first.

    There are none where nothing is released of an earlier wave.
    """
    if len(waves) < _TWO:
        return ()
    found = [compare(Contrast.PREVIOUS, waves[-2:], judged.contrasts.get(Contrast.PREVIOUS, {}), policy)]
    for contrast in (Contrast.FIRST, Contrast.TREND):
        of_contrast = judged.contrasts.get(contrast, {})
        keys = {key for each in of_contrast.values() for key in each.waves}
        chosen = [each for each in waves if each.identity.wave in keys]
        if len(chosen) >= _TWO and chosen[-1] is waves[-1]:
            found.append(compare(contrast, chosen, of_contrast, policy))
    return tuple(found)
