"""One wave as its report shows it: what the gate released, beside the unit's earlier waves."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import scipy

from instruments.model import Version
from instruments.problems import refuse
from reports.disclosure import (
    SUPPRESSED,
    Audience,
    DifferencingCheck,
    Policy,
    Released,
    ReleasedDimension,
    ReleasedInterval,
    ReleasedItem,
    ReleasedMean,
    SealedWave,
    Suppressed,
    WaveIdentity,
    mean_on_items,
    release,
)
from reports.results.agreed_actions import NO_AGREEMENTS, Agreements
from reports.results.change import Comparison, NotCompared, comparisons
from reports.results.verdicts import Verdicts, compared_items, judge, obstacle, waves_beside

_INNER: Final = 0.8  # the confidence of the narrower interval over time


@dataclass(frozen=True, slots=True)
class Point:
    """A dimension in one wave, in a series over time; without an interval only the mean is released.

    `inner` are the ends of the interval of 80 % confidence: they follow from the interval and its n.
    """

    mean: ReleasedMean
    interval: ReleasedInterval | Suppressed
    inner: tuple[float, float] | Suppressed


@dataclass(frozen=True)
class Profile:
    """Everything a report of one wave shows.

    `waves` are the unit's sealed waves up to this one that it is compared with, oldest first, whatever is
    released of them.
    `over_time` holds those of which something is released, oldest first, and `comparisons` the contrasts of
    this wave with them, the one with the wave before it first. `is_merged` says that other units were merged
    into this one, so that surveys of before are none of these (docs/decisions/0128).
    """

    identity: WaveIdentity
    version: Version
    policy: Policy
    audience: Audience
    released: Released | Suppressed
    waves: tuple[WaveIdentity, ...]
    over_time: tuple[Released, ...]
    comparisons: tuple[Comparison | NotCompared, ...]
    agreed: Agreements = NO_AGREEMENTS
    is_merged: bool = False

    @property
    def step(self) -> Comparison | NotCompared | None:
        """Return the comparison with the wave before; None where nothing is released of any before it."""
        return self.comparisons[0] if self.comparisons else None

    @cached_property
    def before(self) -> Released | None:
        """Return the wave before, where its figures rest on the same items as this wave's own."""
        comparable = isinstance(self.step, Comparison) and not self.step.partial
        return self.step.earlier if comparable and self.step is not None else None

    def compared(self, earlier: WaveIdentity, later: WaveIdentity) -> bool:
        """Return whether something is released of both waves, and they may be compared."""
        found = {released.identity: released for released in self.over_time}
        both = earlier in found and later in found
        return both and obstacle(found[earlier], found[later], self.policy) is None

    def has_enough(self, *waves: WaveIdentity) -> bool:
        """Return whether something is released of all these waves, with answers enough for an interval."""
        found = {released.identity: released.n for released in self.over_time}
        fewest = self.policy.thresholds[Audience.LEADER].interval
        return all(found.get(wave, 0) >= fewest for wave in waves)

    def dimension(self, dimension_id: str) -> ReleasedDimension | Suppressed:
        """Return what is released of a dimension in this wave."""
        return (
            self.released if isinstance(self.released, Suppressed) else self.released.dimensions[dimension_id]
        )

    def has_level(self, dimension_id: str) -> bool:
        """Return whether a level, or two it lies between, are released of a dimension."""
        figure = self.dimension(dimension_id)
        return not isinstance(figure, Suppressed) and not isinstance(figure.level, Suppressed)

    def item(self, item_id: str) -> ReleasedItem | Suppressed:
        """Return what is released of an item in this wave."""
        return self.released if isinstance(self.released, Suppressed) else self.released.item_figures[item_id]

    def series(self, dimension_id: str) -> tuple[Point | None, ...]:
        """Return the dimension in each of `waves`; None where it is not released or not comparable."""
        found = {released.identity.wave: released for released in self.over_time}
        return tuple(self._point(found.get(identity.wave), dimension_id) for identity in self.waves)

    def _point(self, released: Released | None, dimension_id: str) -> Point | None:
        if released is None or released.identity.edition != self.identity.edition:
            return None
        items = compared_items(released, self.over_time[-1], dimension_id, self.policy)
        mean = mean_on_items(released, dimension_id, items)
        if isinstance(mean, Suppressed):
            return None
        whole = released.dimensions[dimension_id]
        interval = whole.interval if mean is whole.mean else SUPPRESSED
        if isinstance(interval, Suppressed):
            return Point(mean, interval, SUPPRESSED)
        return Point(mean, interval, _inner(mean, interval, whole.n))


def _inner(mean: ReleasedMean, interval: ReleasedInterval, n: int) -> tuple[float, float]:
    wide, narrow = scipy.special.stdtrit(n - 1, [(1 + interval.confidence) / 2, (1 + _INNER) / 2])
    half = float(interval.half_width * narrow / wide)
    return max(interval.low, mean.value - half), min(interval.high, mean.value + half)


def profile(
    sealed: Sequence[SealedWave],
    audience: Audience,
    policy: Policy,
    ledger: DifferencingCheck | None = None,
    *,
    agreed: Agreements = NO_AGREEMENTS,
    judged: Verdicts | None = None,
    is_merged: bool = False,
) -> Profile:
    """Return the profile of the last of a unit's sealed waves, given oldest first, beside those before it.

    `judged` is what was judged of its change when it was sealed; where it was sealed without a database, from
    files, it is judged here. Raises Refused where there is no wave.
    """
    if not sealed:
        raise refuse(
            "wave-not-sealed",
            "No survey is sealed yet.",
            "Close the survey and seal it first: nothing is shown before that.",
        )
    sealed = waves_beside(sealed)
    last = sealed[-1]
    released = [release(each, audience, policy, ledger) for each in sealed]
    shown = tuple(each for each in released if isinstance(each, Released))
    judged = judge(sealed, policy) if judged is None else judged
    is_shown = isinstance(released[-1], Released)
    return Profile(
        last.identity,
        last.version,
        policy,
        audience,
        released[-1],
        tuple(each.identity for each in sealed),
        shown,
        comparisons(shown, judged, policy) if is_shown else (),
        agreed,
        is_merged,
    )
