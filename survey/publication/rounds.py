"""Rounds of measuring, and what is told of a place as a whole: all of a round is decided at once.

What was told of units cannot be taken back for a total that is asked for later, so both are one release
of the ledger, and looking at a page releases nothing (docs/decisions/0073).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from instruments.problems import Refused, refuse
from reports.disclosure import (
    Audience,
    NoOtherReleases,
    Policy,
    SealedWave,
    Suppressed,
    WaveIdentity,
    pool,
    release,
)
from reports.disclosure.differencing.atoms import Cells
from reports.disclosure.differencing.ledger import cells_of
from reports.exports.rows import half_year
from survey.store.database import Database
from survey.store.repositories import releases, units, waves
from survey.store.repositories import sealed as sealed_waves
from survey.store.repositories.units import Unit
from survey.store.repositories.waves import Wave


@dataclass(frozen=True, slots=True, order=True)
class Round:
    """Waves that may be told together: they close in one half-year, on one version, in one edition."""

    half: str
    edition: str
    instrument: str

    @classmethod
    def of(cls, wave: Wave) -> "Round":
        """The round a wave belongs to."""
        return cls(half_year(wave.closes_on), wave.edition, wave.instrument)

    def is_over(self, today: date) -> bool:
        """Whether its half-year has ended, so that no wave can join it any more."""
        return self.half < half_year(today)


@dataclass(frozen=True)
class RoundStatus:
    """A round below a unit, as it stands.

    `units` are the last sealed waves of the places, `undecided` how many sealed waves wait for a release,
    `under_way` how many more are open or closed; `whole` is the one decided on, if one was.
    """

    round: Round
    units: Sequence[Wave]
    undecided: int
    under_way: int
    whole: SealedWave | None


def round_statuses(database: Database, unit_key: str) -> Sequence[RoundStatus]:
    """Every round below a unit in which a wave is sealed, newest first."""
    return _Below(database, unit_key).standings()


def round_status(database: Database, unit_key: str, wanted: Round) -> RoundStatus | None:
    """One of these rounds; None where nothing of it is sealed."""
    return next((each for each in round_statuses(database, unit_key) if each.round == wanted), None)


def release_round(database: Database, unit_key: str, wanted: Round, policy: Policy) -> None:
    """Decide what is told of a round: of the unit, of every place below it and of what is between.

    Who was sealed later is decided on when this is called again; a whole that was decided on never grows.
    Raises Refused("released-meanwhile") where another release, of places that overlap, came first.
    """
    below = _Below(database, unit_key)
    asked = [*below.new_wholes(wanted, policy), *map(below.sealed, below.waves_in(wanted))]
    try:
        releases.decide(database, asked, policy)
    except Refused as refused:
        # a whole crosses nothing that was known when it was chosen: what it crosses is new
        if below.decided == releases.present(database).decided:
            raise
        fault, remedy = (
            "Another release of places that overlap came first.",
            "Look again, and release the rest.",
        )
        raise refuse("released-meanwhile", fault, remedy, unit_key) from refused


def release_below(database: Database, unit_key: str, policy: Policy) -> None:
    """The same for every round below a unit of which something is not decided on."""
    for each in round_statuses(database, unit_key):
        if each.undecided:
            release_round(database, unit_key, each.round, policy)


def release_finished(database: Database, today: date, policy: Policy) -> None:
    """The same everywhere, for the rounds that are over."""
    for top in units.every(database):
        for each in round_statuses(database, top.key) if top.parent_id is None else ():
            if each.undecided and each.round.is_over(today):
                release_round(database, top.key, each.round, policy)


class _Below:
    """A unit and what is below it, with its sealed waves and what the ledger holds of them."""

    def __init__(self, database: Database, unit_key: str) -> None:
        self.database = database
        self.places = units.subtree(database, unit_key)
        self.top = self.places[0]
        keys = {place.key for place in self.places}
        self.waves = [wave for wave in waves.every(database) if wave.unit_key in keys]
        self.decided = releases.present(database).decided

    def standings(self) -> list[RoundStatus]:
        found = {Round.of(wave) for wave in self.waves if wave.state == "sealed"}
        return [self._standing(each) for each in sorted(found, reverse=True)]

    def waves_in(self, wanted: Round, state: str = "sealed") -> list[Wave]:
        """The waves of a round in that state, oldest first."""
        return [wave for wave in self.waves if wave.state == state and Round.of(wave) == wanted]

    def sealed(self, wave: Wave) -> SealedWave:
        return sealed_waves.of_wave(self.database, wave)

    def new_wholes(self, wanted: Round, policy: Policy) -> Iterator[SealedWave]:
        """The wholes of a round that may be told and on which nothing is decided."""
        for place in self.places:
            if self._decided_whole(place, wanted) is not None:
                continue
            parts = [self.sealed(wave) for wave in self._last(wanted) if self._counts_in(place, wave)]
            if len(parts) > 1:
                whole = self._pooled(place, wanted, parts)
                told = release(whole, Audience.OUTSIDE, policy, NoOtherReleases())
                if not isinstance(told, Suppressed) and not self._crosses(cells_of(whole)):
                    yield whole

    def _standing(self, wanted: Round) -> RoundStatus:
        last = self._last(wanted)
        cells = self._decided_whole(self.top, wanted)
        parts = [self.sealed(wave) for wave in self.waves_in(wanted) if _cell(wave) in (cells or ())]
        return RoundStatus(
            wanted,
            sorted(last, key=lambda wave: (wave.unit_name, wave.key)),
            sum(frozenset([_cell(wave)]) not in self.decided for wave in self.waves_in(wanted)),
            sum(len(self.waves_in(wanted, state)) for state in ("open", "closed")),
            self._pooled(self.top, wanted, parts) if parts else None,
        )

    def _last(self, wanted: Round) -> list[Wave]:
        """The last sealed wave of every place in a round."""
        return list({wave.unit_key: wave for wave in self.waves_in(wanted)}.values())

    def _pooled(self, place: Unit, wanted: Round, parts: Sequence[SealedWave]) -> SealedWave:
        closed = max(part.identity.closed_on for part in parts)
        name = f"{wanted.half} {wanted.edition}"
        identity = WaveIdentity(
            place.key, place.name, name, wanted.half, closed, wanted.instrument, wanted.edition
        )
        return pool(parts, identity)

    def _decided_whole(self, place: Unit, wanted: Round) -> Cells | None:
        """The cells of the whole of a place that was decided on: no whole of a place inside it."""
        own = self._cells(place, wanted)
        inside = [self._cells(each, wanted) for each in self.places if each.parent_id == place.id]
        found = [
            cells
            for cells in self.decided
            if len(cells) > 1 and cells <= own and not any(cells <= each < own for each in inside)
        ]
        return max(found, key=len, default=None)

    def _cells(self, place: Unit, wanted: Round) -> Cells:
        return frozenset(_cell(wave) for wave in self.waves_in(wanted) if self._counts_in(place, wave))

    def _counts_in(self, place: Unit, wave: Wave) -> bool:
        """Whether the whole of a place has a wave in it: a team's people answer in their unit too."""
        above = self._above[wave.unit_key]
        if place.edition is not None or place not in above:
            return False
        return all(each.edition is None for each in above[: above.index(place)])

    @cached_property
    def _above(self) -> Mapping[str, Sequence[Unit]]:
        """What each place lies in, from the nearest to the top."""
        found: dict[str, list[Unit]] = {}
        by_id = {place.id: place for place in self.places}
        for place in self.places:  # parents come before children
            parent = by_id.get(place.parent_id or 0)
            found[place.key] = [parent, *found[parent.key]] if parent else []
        return found

    def _crosses(self, cells: Cells) -> bool:
        return any(cells & each and not (cells <= each or each <= cells) for each in self.decided)


def _cell(wave: Wave) -> tuple[str, str]:
    return wave.unit_key, wave.key
