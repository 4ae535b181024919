"""For how long results are kept in a unit, and when those that there are end: what a decision is about."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.disclosure import Policy
from survey.store.database import Database
from survey.store.repositories import units, wave_lists
from survey.store.repositories.units import Unit
from survey.store.tables import WaveState

_OPENED = frozenset({WaveState.OPEN, WaveState.CLOSED, WaveState.SEALED})


@dataclass(frozen=True, slots=True)
class KeptResults:
    """How many years results of surveys opened in a unit are kept, and by whose decision.

    `decided_in` is the unit for which it was decided, itself or what it lies in; None where nobody did.
    `without_own` are the years where the unit itself had no decision, `most` those the policy gives. `apart`
    are the units below with a decision of their own, `ends` the last days on which the results of surveys
    that were opened there are kept, in order, and `drafts` how many surveys are not opened yet.
    """

    unit: Unit
    years: int
    decided_in: Unit | None
    without_own: int
    most: int
    apart: Sequence[Unit]
    ends: Sequence[date]
    drafts: int

    @property
    def ends_by_year(self) -> Sequence[tuple[int, int]]:
        """Return the years in which results end, each with of how many surveys, in order."""
        return sorted(Counter(day.year for day in self.ends).items())

    def years_with(self, decision: int | None) -> int:
        """Return how many years it would be with that decision, None for none of its own."""
        return self.without_own if decision is None else decision


def of_unit(database: Database, policy: Policy, key: str) -> KeptResults:
    """Return it for the unit of that key and what lies in it. Raises Refused("unit-unknown")."""
    most = policy.retention.results_years
    line = units.line(database, key)
    below = units.subtree(database, key)
    by_id = {each.id: each for each in line}
    there = wave_lists.of_units(database, [each.id for each in below])
    return KeptResults(
        line[0],
        units.years_among(by_id, line[0], most),
        next((each for each in line if each.kept_years is not None), None),
        units.years_among(by_id, by_id.get(line[0].parent_id or 0), most),
        most,
        [each for each in below[1:] if each.kept_years is not None],
        sorted(wave.kept_until for wave in there if wave.state in _OPENED),
        sum(wave.is_draft for wave in there),
    )
