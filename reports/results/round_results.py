"""A round as its owner's report shows it: the total beside last year's, and the units below it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from instruments.model import Version
from reports.disclosure import (
    SUPPRESSED,
    Policy,
    Released,
    ReleasedDimension,
    ReleasedMean,
    Suppressed,
    WaveIdentity,
)


class UnitState(Enum):
    """How far a unit has come in a round; its words are in the message catalogues."""

    SEALED = "sealed"
    UNDER_WAY = "under-way"
    NO_SURVEY = "no-survey"
    CLOSED = "closed"  # without a survey, and closed between the round's last day and its release
    MERGED = "merged"  # likewise, into another unit


@dataclass(frozen=True, slots=True)
class RoundUnit:
    """A unit of a round, with the means by dimension that were released of it to the owner.

    `days_longer` is how many days longer its wave was open than first planned, `is_corrected` whether its
    number invited was corrected upwards meanwhile.
    """

    name: str
    state: UnitState
    means: Mapping[str, ReleasedMean] | Suppressed = SUPPRESSED
    days_longer: int = 0
    is_corrected: bool = False

    @property
    def is_amended(self) -> bool:
        """Return whether its wave was prolonged or corrected."""
        return self.days_longer > 0 or self.is_corrected


@dataclass(frozen=True)
class RoundResults:
    """What was released of a round: its total, the total of the same units a year before, and each unit.

    `title` and `earlier_title` name the half-years; `earlier` is Suppressed where no total of exactly these
    units was released then. `editions` are the totals of the other editions in the same half-year, where
    their means may be compared; `editions_apart` says that there are some and they may not,
    `editions_undecided` that it is being found out.
    """

    identity: WaveIdentity
    version: Version
    policy: Policy
    title: str
    total: Released | Suppressed
    units: tuple[RoundUnit, ...]
    earlier_title: str = ""
    earlier: Released | Suppressed = SUPPRESSED
    editions: Mapping[str, Released] = field(default_factory=dict)
    editions_apart: bool = False
    editions_undecided: bool = False

    def figure(self, dimension_id: str) -> ReleasedDimension | Suppressed:
        """Return what is released of a dimension of the total."""
        return _figure(self.total, dimension_id)

    def earlier_figure(self, dimension_id: str) -> ReleasedDimension | Suppressed:
        """Return what is released of it a year before."""
        return _figure(self.earlier, dimension_id)

    def unit_means(self, dimension_id: str) -> tuple[ReleasedMean, ...]:
        """Return the means of the units in the order of their size, so that none can be told by its place.

        There are none where they are fewer than make a total: beside the units' states they could be told.
        """
        return self._means[dimension_id]

    @cached_property
    def _means(self) -> Mapping[str, tuple[ReleasedMean, ...]]:
        # once: a page asks for those of each dimension several times, and a country has thousands
        released = [each.means for each in self.units if not isinstance(each.means, Suppressed)]
        found: dict[str, tuple[ReleasedMean, ...]] = {}
        for dimension in self.version:
            shown = [means[dimension.id] for means in released if dimension.id in means]
            are_enough = len(shown) >= self.policy.comparison_groups.units
            in_order = sorted(shown, key=lambda mean: (mean.value, mean.coding.value)) if are_enough else ()
            found[dimension.id] = tuple(in_order)
        return found


def _figure(released: Released | Suppressed, dimension_id: str) -> ReleasedDimension | Suppressed:
    if isinstance(released, Suppressed):
        return released
    return released.dimensions.get(dimension_id, SUPPRESSED)
