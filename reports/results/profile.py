"""One wave as its report shows it: what the gate released, beside the unit's earlier waves."""

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
    """A dimension in one wave, in a series over time; without an interval only the mean is released."""

    mean: ReleasedMean
    interval: ReleasedInterval | Suppressed


@dataclass(frozen=True)
class Profile:
    """Everything a report of one wave shows.

    `waves` are all the unit's sealed waves up to this one, oldest first, whatever is released of them.
    `over_time` holds those of which something is released, all on comparable items, oldest first.
    """

    identity: WaveIdentity
    version: Version
    policy: Policy
    audience: Audience
    released: Released | Suppressed
    waves: tuple[WaveIdentity, ...]
    over_time: Trajectory
    agreed: Agreements = NO_AGREEMENTS

    @cached_property
    def step(self) -> Comparison | NotCompared | None:
        """Return the step that ends in this wave; None where nothing is released of any before it."""
        return next((step for step in self.over_time.steps if step.later.identity == self.identity), None)

    @cached_property
    def before(self) -> Released | None:
        """Return the wave before, where its figures rest on the same items as this wave's own."""
        comparable = isinstance(self.step, Comparison) and not self.step.partial
        return self.step.earlier if comparable and self.step is not None else None

    @cached_property
    def withholds(self) -> bool:
        """Return whether a reader meets the sign for a figure that is not shown anywhere in the report."""
        if isinstance(self.released, Suppressed) or len(self.over_time.waves) < len(self.waves):
            return True
        figures = self.released.dimensions.values()
        parts = [part for each in figures for part in (each.mean, each.interval, each.shares, each.histogram)]
        items = self.released.item_figures.values()
        return any(isinstance(part, Suppressed) for part in [*parts, *items])

    @property
    def count_step(self) -> int:
        """Return what numbers of people are rounded down to for this reader; 1 where they are exact."""
        return self.policy.thresholds[self.audience].count_step

    @cached_property
    def follows(self) -> bool:
        """Return whether there is anything to see over time: several waves, and something of one released."""
        points = (point for dimension in self.version for point in self.series(dimension.id))
        return len(self.waves) > 1 and any(point is not None for point in points)

    def compared(self, earlier: WaveIdentity, later: WaveIdentity) -> bool:
        """Return whether one wave may be compared with the one right before it."""
        return any(
            isinstance(step, Comparison) and (step.earlier.identity, step.later.identity) == (earlier, later)
            for step in self.over_time.steps
        )

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
    """Return the profile of the last of a unit's sealed waves, given oldest first, beside those before it.

    Raises Refused where there is no wave.
    """
    if not sealed:
        raise refuse(
            "wave-not-sealed",
            "No survey is sealed yet.",
            "Close the survey and seal it first: nothing is shown before.",
        )
    last = sealed[-1]
    items = change.common_items([each.version for each in sealed])
    released = [release(each, audience, policy, ledger, items) for each in sealed]
    whole = release(last, audience, policy, ledger) if items is not None else released[-1]
    return Profile(
        last.identity,
        last.version,
        policy,
        audience,
        whole,
        tuple(each.identity for each in sealed),
        change.trajectory([each for each in released if isinstance(each, Released)], policy.change),
        agreed,
    )
