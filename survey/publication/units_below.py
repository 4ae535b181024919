"""The units below one with their sealed waves, and what the ledger holds of them: what rounds are made of."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from instruments.problems import Damaged, Refused
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
from reports.disclosure.differencing.groups import Cell, Cells
from reports.disclosure.differencing.ledger import Ledger, cells_of
from reports.results.half_year import half_year
from survey.operations import log
from survey.store.database import Database
from survey.store.repositories import release_holds, releases, units, wave_lists
from survey.store.repositories import sealed as sealed_waves
from survey.store.repositories.ledger_groups import DecidedTotal, Decisions
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
        """Return the round a wave belongs to: that of its last day as it was planned.

        A wave that is prolonged into the next half-year stays with those that it was planned with.
        """
        return cls(half_year(wave.planned_closes_on), wave.edition, wave.instrument)

    def is_over(self, today: date) -> bool:
        """Return whether its half-year has ended, so that no wave can be planned into it any more."""
        return self.half < half_year(today)

    @property
    def next_half(self) -> str:
        """Return the half-year after its own."""
        year, half = self.half.split("-")
        return f"{year}-2" if half == "1" else f"{int(year) + 1}-1"


class UnitsBelow:
    """A unit and the units below it, the waves sealed below it, and what the ledger holds of them.

    With a `half` it has the waves of that half-year alone; `known` are the units, where they were read.
    A wave stays below what its unit lay in when it was sealed: reorganisation moves none, so that no total
    that was decided on gains or loses a unit (docs/decisions/0121).
    """

    def __init__(
        self,
        database: Database,
        unit_key: str,
        half: str | None = None,
        known: Sequence[Unit] | None = None,
    ) -> None:
        self.database = database
        self.units = units.subtree(database, unit_key) if known is None else known
        self.top = self.units[0]
        # one query for all waves instead of one for each unit
        keys = {unit.key for unit in self.units}
        self._sealed_in: dict[Round, list[Wave]] = defaultdict(list)
        self._under_way_in: dict[Round, list[Wave]] = defaultdict(list)
        self._everywhere: dict[Round, set[str]] = defaultdict(set)
        for wave in wave_lists.around(database, unit_key, [unit.id for unit in self.units], half):
            # a wave on a part of a questionnaire is its unit's own: nothing of it is released outside
            if wave.is_part:
                continue
            if wave.is_sealed:
                self._everywhere[Round.of(wave)].add(wave.unit_key)
                if unit_key in wave.places:
                    self._sealed_in[Round.of(wave)].append(wave)
            elif wave.has_urn and wave.unit_key in keys:
                self._under_way_in[Round.of(wave)].append(wave)
        self._by_key = {wave.key: wave for own in self._sealed_in.values() for wave in own}
        self.decisions = self._decisions()
        self._totals_of: dict[Cell, list[DecidedTotal]] = defaultdict(list)
        for total in self.decisions.totals:
            for cell in total.cells:
                self._totals_of[cell].append(total)
        self._statistics: dict[str, SealedWave] = {}
        self._counted_in: dict[Round, Mapping[str, Sequence[Wave]]] = {}
        self._cells_of: dict[tuple[str, Round], Cells] = {}
        # since a backup was brought back nothing more is released of these; what the ledger holds stays
        with database.reading() as connection:
            self._left_out = set(release_holds.keys(connection))

    def decided_elsewhere(self) -> bool:
        """Return whether anything was decided on these waves since this was read."""
        return self._decisions() != self.decisions

    def _decisions(self) -> Decisions:
        return releases.decisions(self.database, list(map(_cell, self._by_key.values())))

    def ledger(self, wanted: Collection[Round]) -> Ledger:
        """Return what the ledger holds of the groups of the waves of these rounds. Raises Damaged."""
        return releases.of_waves(self.database, [wave.key for each in wanted for wave in self.waves_in(each)])

    def rounds(self) -> list[Round]:
        """Return the rounds in which a wave is sealed, newest first."""
        return sorted(self._sealed_in, reverse=True)

    def under_way(self, wanted: Round) -> Sequence[Wave]:
        """Return the waves of a round that are open, or closed and not sealed."""
        return self._under_way_in.get(wanted, ())

    def took_part(self, wanted: Round) -> AbstractSet[str]:
        """Return the keys of the units of which a wave of the round was sealed, also elsewhere."""
        return self._everywhere.get(wanted, frozenset())

    def without_survey(self, wanted: Round, released_on: date | None = None) -> list[Unit]:
        """Return the units whose people could have answered in the round, and of which no wave was begun.

        One that was closed, or merged into another, by the day of the release counts no more: nobody is left
        there to wait for. One that is closed later stays as it was then. One that was added, or moved here,
        after the round's last day was never in it.
        """
        return [unit for unit in self._unasked(wanted) if not _has_ended(unit, released_on)]

    def ended_since(self, wanted: Round, released_on: date | None = None) -> list[Unit]:
        """Return the units without a survey that ended after the round's last day, and before its release."""
        return [unit for unit in self._unasked(wanted) if _has_ended(unit, released_on)]

    def _unasked(self, wanted: Round) -> list[Unit]:
        waves_here = [*self.waves_in(wanted), *self.under_way(wanted)]
        last_day = max((wave.planned_closes_on for wave in waves_here), default=date.min)
        begun = self.took_part(wanted) | {wave.unit_key for wave in self.under_way(wanted)}
        return [
            unit
            for unit in self.units
            if unit.edition == wanted.edition and unit.key not in begun
            if unit.closed_on is None or unit.closed_on > last_day
            if unit.placed_on is None or unit.placed_on <= last_day
        ]

    def undecided(self, wanted: Round) -> int:
        """Return on how many sealed waves of the round nothing is decided."""
        return sum(not self.is_decided(wave) for wave in self.counted_in(wanted))

    def is_decided(self, wave: Wave) -> bool:
        """Return whether it is decided what is released of a wave by itself."""
        return _cell(wave) in self.decisions.alone

    def leave_out_unreadable(self, wanted: Round) -> None:
        """Log each wave of the round whose statistics cannot be read, and release nothing of it."""
        try:
            self.sealed(self.waves_in(wanted))
        except (Refused, Damaged):
            self._leave_out_each(wanted)

    def _leave_out_each(self, wanted: Round) -> None:
        for wave in self.waves_in(wanted):
            try:
                self._statistics[wave.key] = sealed_waves.of_wave(self.database, wave)
            except (Refused, Damaged) as error:
                self._left_out.add(wave.key)
                log.fault("release-failed", error.problems, unit=wave.unit_key, wave=wave.key)

    def waves_in(self, wanted: Round) -> Sequence[Wave]:
        """Return the sealed waves of a round, oldest first."""
        return self._sealed_in.get(wanted, ())

    def counted_in(self, wanted: Round) -> list[Wave]:
        """Return those of them that are not left out."""
        return [wave for wave in self.waves_in(wanted) if wave.key not in self._left_out]

    def last_in(self, wanted: Round) -> list[Wave]:
        """Return the last sealed wave of every unit in a round."""
        return list({wave.unit_key: wave for wave in self.counted_in(wanted)}.values())

    def not_sealed(self, wanted: Round) -> int:
        """Return how many units that could have answered in the round have no sealed wave that counts."""
        begun = {wave.unit_key for wave in [*self.waves_in(wanted), *self.under_way(wanted)]}
        sealed = {wave.unit_key for wave in self.last_in(wanted)}
        return len(self.without_survey(wanted)) + len(begun - sealed)

    def sealed(self, asked: Sequence[Wave]) -> list[SealedWave]:
        """Return what may be known of these waves, each read once. Raises Damaged."""
        missing = [wave for wave in asked if wave.key not in self._statistics]
        self._statistics |= sealed_waves.of_waves(self.database, missing)
        return [self._statistics[wave.key] for wave in asked]

    def new_totals(self, wanted: Round, policy: Policy) -> Iterator[SealedWave]:
        """Yield the totals of a round that may be released and on which nothing is decided."""
        last = {wave.key for wave in self.last_in(wanted)}
        for unit in self.units:
            if self._decided_total(unit.key, wanted) or self.is_withdrawn(unit.key, wanted):
                continue
            parts = self.sealed([wave for wave in self._counting(unit.key, wanted) if wave.key in last])
            if len(parts) > 1:
                total = _pooled(unit, wanted, parts)
                alone = release(total, Audience.OUTSIDE, policy, NoOtherReleases())
                if not isinstance(alone, Suppressed) and not self._overlaps(cells_of(total)):
                    yield total

    def total(self, wanted: Round) -> SealedWave | None:
        """Return the pool that the total of the unit at the top was decided on for; None where none was."""
        decided = self.decided_total(wanted)
        if decided is None:
            return None
        return _pooled(self.top, wanted, self.sealed(self._in_total(decided, wanted)))

    def decided_total(self, wanted: Round) -> DecidedTotal | None:
        """Return the total that was decided on for the unit at the top; None where none was."""
        return self._decided_total(self.top.key, wanted)

    def total_identity(self, decided: DecidedTotal, wanted: Round) -> WaveIdentity:
        """Return under what name the total of the unit at the top is shown."""
        closed = max(wave.closes_on for wave in self._in_total(decided, wanted))
        return _identity(self.top, wanted, closed)

    def _in_total(self, decided: DecidedTotal, wanted: Round) -> list[Wave]:
        return [wave for wave in self.waves_in(wanted) if _cell(wave) in decided.cells]

    def is_withdrawn(self, unit_key: str, wanted: Round) -> bool:
        """Return whether a total of units that count in this one was shown, and something of it is gone."""
        own = self._cells(unit_key, wanted)
        return any(each.is_withdrawn for each in self._around(own))

    def _decided_total(self, unit_key: str, wanted: Round) -> DecidedTotal | None:
        """Return the unit's total that was decided on, and not that of a unit inside it."""
        own = self._cells(unit_key, wanted)
        whole = (each for each in self._around(own) if each.is_whole and each.cells <= own)
        found = [each for each in whole if not self._is_of_one_inside(each.cells, unit_key, wanted)]
        return max(found, key=lambda each: len(each.cells), default=None)

    def _is_of_one_inside(self, cells: Cells, unit_key: str, wanted: Round) -> bool:
        """Return whether a total may be that of a unit inside this one, which had totals of its own."""
        own, (_, wave_key) = self._cells(unit_key, wanted), next(iter(cells))
        # what holds all of them holds any one of them
        return any(cells <= self._cells(key, wanted) < own for key in self._by_key[wave_key].counted_in)

    def _around(self, cells: Cells) -> AbstractSet[DecidedTotal]:
        """Return the totals that any of these waves is in."""
        return {total for cell in cells for total in self._totals_of.get(cell, ())}

    def _counting(self, unit_key: str, wanted: Round) -> Sequence[Wave]:
        """Return the waves that count in the unit's total; a team's people answer in the unit itself."""
        if wanted not in self._counted_in:
            found: dict[str, list[Wave]] = defaultdict(list)
            for wave in self.waves_in(wanted):
                for key in wave.counted_in:
                    found[key].append(wave)
            self._counted_in[wanted] = found
        return self._counted_in[wanted].get(unit_key, ())

    def _cells(self, unit_key: str, wanted: Round) -> Cells:
        # those left out too: a total that was decided on with one of them is not decided on again without it
        known = self._cells_of.get((unit_key, wanted))
        if known is None:
            known = frozenset(map(_cell, self._counting(unit_key, wanted)))
            self._cells_of[unit_key, wanted] = known
        return known

    def _overlaps(self, cells: Cells) -> bool:
        """Return whether a group decided on shares people with this one, and neither holds the other."""
        # of a total that is not whole the others lie elsewhere: it can hold this one, and not lie in it
        return any(
            not (cells <= each.cells or (each.is_whole and each.cells <= cells))
            for each in self._around(cells)
        )


def _has_ended(unit: Unit, released_on: date | None) -> bool:
    return unit.closed_on is not None and (released_on is None or unit.closed_on <= released_on)


def _pooled(unit: Unit, wanted: Round, parts: Sequence[SealedWave]) -> SealedWave:
    return pool(parts, _identity(unit, wanted, max(part.identity.closed_on for part in parts)))


def _identity(unit: Unit, wanted: Round, closed: date) -> WaveIdentity:
    name = f"{wanted.half} {wanted.edition}"
    return WaveIdentity(unit.key, unit.name, name, wanted.half, closed, wanted.instrument, wanted.edition)


def _cell(wave: Wave) -> Cell:
    return wave.unit_key, wave.key
