"""Rounds: the waves of a half-year below a unit, whose figures and totals are released together.

Looking at a round releases nothing; the act is in `round_release`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from reports.results.half_year import is_half_year
from reports.results.round_results import UnitState
from survey.publication.units_below import Round, UnitsBelow
from survey.store.database import Database
from survey.store.repositories import round_releases
from survey.store.repositories.ledger_groups import DecidedTotal
from survey.store.repositories.round_releases import RoundRelease
from survey.store.repositories.waves import Wave

__all__ = ["Round", "RoundStatus", "round_status", "round_statuses", "unit_states"]


@dataclass(frozen=True)
class RoundStatus:
    """How far a round below a unit has come.

    `units` are the last sealed waves of the units, `undecided` how many sealed waves wait for a release,
    `under_way` how many more are open or closed, `waiting` how many of these wait for their key sheets.
    `released` is the first release of it, for good; None before. The total is `withdrawn` where a unit of it
    was removed or its results have ended.
    """

    round: Round
    units: Sequence[Wave]
    undecided: int
    under_way: int
    waiting: int
    released: RoundRelease | None
    below: UnitsBelow = field(repr=False, compare=False)

    @cached_property
    def total(self) -> DecidedTotal | None:
        """Return the total that was decided on, or None where none was."""
        return self.below.decided_total(self.round)

    @cached_property
    def withdrawn(self) -> bool:
        """Return whether there was a total that cannot be shown any more."""
        return self.total is None and self.below.is_withdrawn(self.below.top.key, self.round)

    @property
    def late(self) -> int:
        """Return how many waves were sealed after the release, and wait for one of their own."""
        return self.undecided if self.released else 0


def round_statuses(database: Database, unit_key: str) -> Sequence[RoundStatus]:
    """Return every round below a unit in which a wave is sealed, newest first."""
    below = UnitsBelow(database, unit_key)
    return [_status(below, each) for each in below.rounds()]


def round_status(database: Database, unit_key: str, wanted: Round) -> RoundStatus | None:
    """Return one of these rounds; None where nothing of it is sealed, or its half-year is none."""
    if not is_half_year(wanted.half):
        return None
    below = UnitsBelow(database, unit_key, wanted.half)
    return _status(below, wanted) if below.waves_in(wanted) else None


def year_before(wanted: Round) -> Round:
    """Return the round of the same half-year a year before."""
    year, half = wanted.half.split("-")
    return replace(wanted, half=f"{int(year) - 1}-{half}")


def unit_states(found: RoundStatus) -> Sequence[tuple[str, str, UnitState]]:
    """Return key, name and state of every unit below that could be in the round, by name."""
    # one that was sealed elsewhere, and moved here since, took part there
    below, released_on = found.below, found.released.released_on if found.released else None
    states = {
        each.key: (each.name, UnitState.NO_SURVEY) for each in below.without_survey(found.round, released_on)
    }
    for each in below.ended_since(found.round, released_on):
        # its people are asked in the other unit from then on, or nowhere
        ended = UnitState.CLOSED if each.merged_into_id is None else UnitState.MERGED
        states[each.key] = each.name, ended
    for wave in found.below.under_way(found.round):
        states[wave.unit_key] = wave.unit_name, UnitState.UNDER_WAY
    for wave in found.units:
        states[wave.unit_key] = wave.unit_name, UnitState.SEALED
    return sorted(((key, *state) for key, state in states.items()), key=lambda each: (each[1], each[0]))


def _status(below: UnitsBelow, wanted: Round) -> RoundStatus:
    under_way, top = below.under_way(wanted), below.top.key
    # by what it lay in then: whoever released above released for it
    above = {top, *(key for wave in below.waves_in(wanted) for key in wave.places[wave.places.index(top) :])}
    name = (wanted.half, wanted.edition, wanted.instrument)
    return RoundStatus(
        wanted,
        sorted(below.last_in(wanted), key=lambda wave: (wave.unit_name, wave.key)),
        below.undecided(wanted),
        len(under_way),
        sum(wave.split_key and wave.is_closed for wave in under_way),
        round_releases.first_of(below.database, above, *name),
        below,
    )
