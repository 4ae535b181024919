"""Rounds: the waves of a half-year below a unit, whose figures and totals are released together.

What was released of single units cannot be taken back for a total that is asked for later, so both are one
release in the ledger, and looking at a page releases nothing (docs/decisions/0073).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from instruments.problems import Damaged, Refused, refuse
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
from reports.results.half_year import half_year
from survey.operations import log
from survey.store.database import Database
from survey.store.repositories import releases, units, waves
from survey.store.repositories import sealed as sealed_waves
from survey.store.repositories.units import Unit
from survey.store.repositories.waves import Wave


@dataclass(frozen=True, slots=True, order=True)
class Round:
    """Names the waves that may be released together: of one half-year, one version and one edition."""

    half: str
    edition: str
    instrument: str

    @classmethod
    def of(cls, wave: Wave) -> "Round":
        """Return the round a wave belongs to."""
        return cls(half_year(wave.closes_on), wave.edition, wave.instrument)

    def is_over(self, today: date) -> bool:
        """Return whether its half-year has ended, so that no wave can join it any more."""
        return self.half < half_year(today)


@dataclass(frozen=True)
class RoundStatus:
    """How far a round below a unit has come.

    `units` are the last sealed waves of the units, `undecided` how many sealed waves wait for a release,
    `under_way` how many more are open or closed, `waiting` how many of these wait for their key sheets;
    `total` is the pool of those the total was decided on for, or None where no total was.
    """

    round: Round
    units: Sequence[Wave]
    undecided: int
    under_way: int
    waiting: int
    total: SealedWave | None


def round_statuses(database: Database, unit_key: str) -> Sequence[RoundStatus]:
    """Return every round below a unit in which a wave is sealed, newest first."""
    return _Below(database, unit_key).statuses()


def round_status(database: Database, unit_key: str, wanted: Round) -> RoundStatus | None:
    """Return one of these rounds; None where nothing of it is sealed."""
    return next((each for each in round_statuses(database, unit_key) if each.round == wanted), None)


def release_round(database: Database, unit_key: str, wanted: Round, policy: Policy) -> None:
    """Decide what is released of a round: of every unit below this one, and of the totals over them.

    A wave that is sealed later is decided on when this is called again; a total that was decided on never
    grows. Raises Refused("released-meanwhile") where another release, of overlapping units, came first, and
    Damaged where a wave of the round cannot be read.
    """
    _release(_Below(database, unit_key), wanted, policy)


def release_below(database: Database, unit_key: str, policy: Policy) -> None:
    """Release every round below a unit of which something is not decided on."""
    for each in round_statuses(database, unit_key):
        if each.undecided:
            release_round(database, unit_key, each.round, policy)


def finished_rounds(database: Database, today: date) -> Sequence[tuple[str, Round]]:
    """Return the rounds whose half-year is over and of which something is not decided on.

    Each comes with the key of the unit at the top that it lies below. Reads no statistics.
    """
    tops = [unit.key for unit in units.every(database) if unit.parent_id is None]
    return [
        (top, each)
        for top in tops
        for below in [_Below(database, top)]
        for each in below.rounds()
        if each.is_over(today) and below.undecided(each)
    ]


def release_finished(database: Database, today: date, policy: Policy) -> None:
    """Release what can be released of the rounds whose half-year is over, everywhere.

    One that cannot be is logged, keeps no other from being released, and is tried again next time.
    """
    for top, each in finished_rounds(database, today):
        try:
            release_readable(database, top, each, policy)
        except (Refused, Damaged) as error:
            log.fault("release-failed", error.problems, unit=top, round=each.half)


def release_readable(database: Database, unit_key: str, wanted: Round, policy: Policy) -> None:
    """Release a round as `release_round` does, without the waves whose statistics cannot be read.

    Each of those is logged, and stays to be decided on, like one that is sealed later.
    """
    below = _Below(database, unit_key)
    below.leave_out_unreadable(wanted)
    if below.undecided(wanted):
        _release(below, wanted, policy)


def _release(below: "_Below", wanted: Round, policy: Policy) -> None:
    """Let the ledger decide on the round's waves and totals. Raises as `release_round` does."""
    asked = [*below.new_totals(wanted, policy), *map(below.sealed, below.counted_in(wanted))]
    try:
        releases.decide(below.database, asked, policy)
    except Refused as refused:
        # a total overlaps nothing that was known when it was chosen: what it overlaps is new
        if below.decided == releases.present(below.database).decided:
            raise
        raise refuse(
            "released-meanwhile",
            "Another release, of units that overlap with those below %(unit)s, came first: nothing came of "
            "yours.",
            "Look at the round as it stands now, and release what is left of it.",
            place=below.top.key,
            unit=below.top.name,
        ) from refused
    log.act(
        "round-released",
        unit=below.top.key,
        round=wanted.half,
        edition=wanted.edition,
        instrument=wanted.instrument,
    )


class _Below:
    """A unit and the units below it, with their sealed waves and what the ledger holds of them."""

    def __init__(self, database: Database, unit_key: str) -> None:
        self.database = database
        self.units = units.subtree(database, unit_key)
        self.top = self.units[0]
        # one query for all waves instead of one for each unit
        keys = {unit.key for unit in self.units}
        self.waves = [wave for wave in waves.every(database) if wave.unit_key in keys]
        self.decided = releases.present(database).decided
        self._left_out: set[str] = set()

    def rounds(self) -> list[Round]:
        """Return the rounds in which a wave is sealed, newest first."""
        return sorted({Round.of(wave) for wave in self.waves if wave.is_sealed}, reverse=True)

    def statuses(self) -> list[RoundStatus]:
        return [self._status(each) for each in self.rounds()]

    def undecided(self, wanted: Round) -> int:
        """Return on how many sealed waves of the round nothing is decided."""
        return sum(frozenset([_cell(wave)]) not in self.decided for wave in self.counted_in(wanted))

    def leave_out_unreadable(self, wanted: Round) -> None:
        """Log each wave of the round whose statistics cannot be read, and release nothing of it."""
        for wave in self.waves_in(wanted):
            try:
                self.sealed(wave)
            except (Refused, Damaged) as error:
                self._left_out.add(wave.key)
                log.fault("release-failed", error.problems, unit=wave.unit_key, wave=wave.key)

    def waves_in(self, wanted: Round) -> list[Wave]:
        """Return the sealed waves of a round, oldest first."""
        return [wave for wave in self.waves if wave.is_sealed and Round.of(wave) == wanted]

    def counted_in(self, wanted: Round) -> list[Wave]:
        """Return those of them that are not left out."""
        return [wave for wave in self.waves_in(wanted) if wave.key not in self._left_out]

    def sealed(self, wave: Wave) -> SealedWave:
        return sealed_waves.of_wave(self.database, wave)

    def new_totals(self, wanted: Round, policy: Policy) -> Iterator[SealedWave]:
        """Yield the totals of a round that may be released and on which nothing is decided."""
        for unit in self.units:
            if self._decided_total(unit, wanted) is not None:
                continue
            parts = [self.sealed(wave) for wave in self._last(wanted) if self._counts_in(unit, wave)]
            if len(parts) > 1:
                total = self._pooled(unit, wanted, parts)
                alone = release(total, Audience.OUTSIDE, policy, NoOtherReleases())
                if not isinstance(alone, Suppressed) and not self._overlaps(cells_of(total)):
                    yield total

    def _status(self, wanted: Round) -> RoundStatus:
        last = self._last(wanted)
        cells = self._decided_total(self.top, wanted)
        parts = [self.sealed(wave) for wave in self.waves_in(wanted) if _cell(wave) in (cells or ())]
        return RoundStatus(
            wanted,
            sorted(last, key=lambda wave: (wave.unit_name, wave.key)),
            self.undecided(wanted),
            sum(wave.has_urn and Round.of(wave) == wanted for wave in self.waves),
            sum(wave.split_key and wave.is_closed and Round.of(wave) == wanted for wave in self.waves),
            self._pooled(self.top, wanted, parts) if parts else None,
        )

    def _last(self, wanted: Round) -> list[Wave]:
        """Return the last sealed wave of every unit in a round."""
        return list({wave.unit_key: wave for wave in self.counted_in(wanted)}.values())

    def _pooled(self, unit: Unit, wanted: Round, parts: Sequence[SealedWave]) -> SealedWave:
        closed = max(part.identity.closed_on for part in parts)
        name = f"{wanted.half} {wanted.edition}"
        identity = WaveIdentity(
            unit.key, unit.name, name, wanted.half, closed, wanted.instrument, wanted.edition
        )
        return pool(parts, identity)

    def _decided_total(self, unit: Unit, wanted: Round) -> Cells | None:
        """Return the cells of the unit's total that was decided on, and not those of a unit inside it."""
        own = self._cells(unit, wanted)
        inside = [self._cells(each, wanted) for each in self.units if each.parent_id == unit.id]
        found = [
            cells
            for cells in self.decided
            if len(cells) > 1 and cells <= own and not any(cells <= each < own for each in inside)
        ]
        return max(found, key=len, default=None)

    def _cells(self, unit: Unit, wanted: Round) -> Cells:
        # those left out too: a total that was decided on with one of them is not decided on again without it
        return frozenset(_cell(wave) for wave in self.waves_in(wanted) if self._counts_in(unit, wave))

    def _counts_in(self, unit: Unit, wave: Wave) -> bool:
        """Return whether the wave counts in the unit's total; a team's people answer in the unit itself."""
        above = self._above[wave.unit_key]
        if unit.edition is not None or unit not in above:
            return False
        return all(each.edition is None for each in above[: above.index(unit)])

    @cached_property
    def _above(self) -> Mapping[str, Sequence[Unit]]:
        """Return what each unit lies in, from the nearest to the top."""
        found: dict[str, list[Unit]] = {}
        by_id = {unit.id: unit for unit in self.units}
        for unit in self.units:  # parents come before children
            parent = by_id.get(unit.parent_id or 0)
            found[unit.key] = [parent, *found[parent.key]] if parent else []
        return found

    def _overlaps(self, cells: Cells) -> bool:
        """Return whether a group decided on shares people with this one, and neither holds the other."""
        return any(cells & each and not (cells <= each or each <= cells) for each in self.decided)


def _cell(wave: Wave) -> tuple[str, str]:
    return wave.unit_key, wave.key
