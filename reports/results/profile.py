"""One wave as its report tells it: what the gate released, beside the unit's earlier waves."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from instruments.model import Version
from instruments.problems import refuse
from instruments.versions import NotComparable, comparability
from reports.disclosure import (
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
    release,
)
from reports.results import change
from reports.results.agreed_actions import NO_AGREEMENTS, Agreements
from reports.results.change import Comparison, NotCompared, Trajectory


@dataclass(frozen=True, slots=True)
class Point:
    """A dimension in one wave, in a series over time; without an interval only the mean is told."""

    mean: ReleasedMean
    interval: ReleasedInterval | Suppressed


@dataclass(frozen=True)
class Profile:
    """Everything a report of one wave shows.

    `waves` are all the unit's sealed waves up to this one, oldest first, whatever is told of them.
    `over_time` holds those of which something is told, all on the items that may be compared, oldest first.
    """

    identity: WaveIdentity
    version: Version
    policy: Policy
    audience: Audience
    told: Released | Suppressed
    waves: tuple[WaveIdentity, ...]
    over_time: Trajectory
    agreed: Agreements = NO_AGREEMENTS

    @cached_property
    def step(self) -> Comparison | NotCompared | None:
        """The step that ends in this wave, or None where it is the first of which anything is told."""
        return next((step for step in self.over_time.steps if step.later.identity == self.identity), None)

    @cached_property
    def before(self) -> Released | None:
        """The wave before, where its figures rest on the same items as this wave's own."""
        comparable = isinstance(self.step, Comparison) and not self.step.partial
        return self.step.earlier if comparable and self.step is not None else None

    @cached_property
    def withholds(self) -> bool:
        """Whether a reader meets the sign for a figure that is not shown anywhere in the report."""
        if isinstance(self.told, Suppressed) or len(self.over_time.waves) < len(self.waves):
            return True
        figures = self.told.dimensions.values()
        parts = [part for each in figures for part in (each.mean, each.interval, each.shares, each.histogram)]
        items = self.told.item_figures.values()
        return any(isinstance(part, Suppressed) for part in [*parts, *items])

    @property
    def rounds_people(self) -> int:
        """What numbers of people are rounded down to for this reader; 1 where they are told as they are."""
        return self.policy.thresholds[self.audience].count_step

    @cached_property
    def follows(self) -> bool:
        """Whether there is anything to see over time: more than one wave, and at least one that is told."""
        told = (point for dimension in self.version for point in self.series(dimension.id))
        return len(self.waves) > 1 and any(point is not None for point in told)

    def compared(self, earlier: WaveIdentity, later: WaveIdentity) -> bool:
        """Whether one wave may be compared with the one right before it."""
        return any(
            isinstance(step, Comparison) and (step.earlier.identity, step.later.identity) == (earlier, later)
            for step in self.over_time.steps
        )

    def dimension(self, dimension_id: str) -> ReleasedDimension | Suppressed:
        """What is told of a dimension in this wave."""
        return self.told if isinstance(self.told, Suppressed) else self.told.dimensions[dimension_id]

    def tells_level(self, dimension_id: str) -> bool:
        """Whether a level, or two it lies between, are told of a dimension."""
        figure = self.dimension(dimension_id)
        return not isinstance(figure, Suppressed) and not isinstance(figure.level, Suppressed)

    def item(self, item_id: str) -> ReleasedItem | Suppressed:
        """What is told of an item in this wave."""
        return self.told if isinstance(self.told, Suppressed) else self.told.item_figures[item_id]

    def series(self, dimension_id: str) -> tuple[Point | None, ...]:
        """The dimension in each of `waves`; None leaves a gap where it is not told or not comparable."""
        found = {released.identity.wave: released for released in self.over_time.waves}
        return tuple(self._point(found.get(identity.wave), dimension_id) for identity in self.waves)

    def _point(self, released: Released | None, dimension_id: str) -> Point | None:
        if released is None or not self._comparable(released):
            return None
        figure = released.dimensions.get(dimension_id)
        if figure is None or isinstance(figure.mean, Suppressed):
            return None
        return Point(figure.mean, figure.interval)

    def _comparable(self, released: Released) -> bool:
        same = released.identity.edition == self.identity.edition
        return same and not isinstance(comparability(released.version, self.version), NotComparable)


def profile(
    sealed: Sequence[SealedWave],
    audience: Audience,
    policy: Policy,
    ledger: DifferencingCheck | None = None,
    agreed: Agreements = NO_AGREEMENTS,
) -> Profile:
    """The profile of the last of a unit's sealed waves, given oldest first, beside those before it.

    Raises Refused where there is no wave.
    """
    if not sealed:
        raise refuse("wave-not-sealed", "No wave is sealed yet.", "Close and seal a wave first.")
    last = sealed[-1]
    items = change.common_items([each.version for each in sealed])
    released = [release(each, audience, policy, ledger, items) for each in sealed]
    told = release(last, audience, policy, ledger) if items is not None else released[-1]
    return Profile(
        last.identity,
        last.version,
        policy,
        audience,
        told,
        tuple(each.identity for each in sealed),
        change.trajectory([each for each in released if isinstance(each, Released)], policy.change),
        agreed,
    )
