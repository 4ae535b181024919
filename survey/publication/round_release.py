"""Release a round below a unit: the units and the totals over them, at once and for good.

What was released of single units cannot be taken back for a total that is asked for later, so both are one
release in the ledger (docs/decisions/0073). It is an act of its own: making reports, exports or looking at a
page releases nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from instruments.problems import Refused, refuse
from reports.disclosure import Policy, SealedWave
from reports.results.half_year import half_year
from survey.operations import log
from survey.publication.units_below import Round, UnitsBelow
from survey.store.database import Database
from survey.store.repositories import release_holds, releases, round_releases, units, wave_lists
from survey.store.tables import WaveState

_READ_TOGETHER: Final = 200  # waves
_TOLD_EVERY: Final = 50  # steps


@dataclass(slots=True)
class _Progress:
    """Tells whoever waits how many steps of a release are done, each time some more are."""

    step: Callable[[int, int], None]
    total: int
    done: int = 0

    def go_on(self, number: int = 1) -> None:
        before, self.done = self.done, self.done + number
        if before // _TOLD_EVERY != self.done // _TOLD_EVERY:
            # decided anew where another release came between, it takes more steps than there were to be
            self.step(min(self.done, self.total), self.total)


def release_round(
    database: Database,
    unit_key: str,
    wanted: Round,
    policy: Policy,
    today: date,
    *,
    step: Callable[[int, int], None] = lambda _done, _total: None,
) -> None:
    """Decide what is released of a round: of every unit below this one, and of the totals over them.

    `step` is told now and then how many steps of how many are done; nothing is stored before the last.
    A wave that is sealed later is decided on when this is called again; a total that was decided on never
    grows. Raises Refused("released-meanwhile") where another release, of overlapping units, came first, and
    Damaged where a wave of the round cannot be read.
    """
    _release(UnitsBelow(database, unit_key, wanted.half), wanted, policy, today, step)


def finished_rounds(database: Database, today: date) -> Sequence[tuple[str, Round]]:
    """Return the rounds that are due to be released by themselves.

    Each comes with the key of the outermost unit that it was sealed below. Something of it is not decided on,
    and its half-year is over. One with a wave that is open, or closed and not sealed, waits for it, at most
    for the half-year after. Reads no statistics.
    """
    with database.reading() as connection:
        held = release_holds.keys(connection)
    undecided = [wave for wave in wave_lists.undecided(database) if wave.key not in held]
    waiting = [wave for wave in undecided if Round.of(wave).is_over(today)]
    there = units.names(database, {key for wave in waiting for key in wave.places})
    # where each wave was sealed, and not where its unit lies now
    outermost = [(next((key for key in reversed(wave.places) if key in there), ""), wave) for wave in waiting]
    found = {(top, Round.of(wave)) for top, wave in outermost if top}
    due = sorted(found, key=lambda each: (each[1], each[0]), reverse=True)
    return [(top, each) for top, each in due if not _is_waited_for(database, top, each, today)]


def _is_waited_for(database: Database, top: str, wanted: Round, today: date) -> bool:
    """Return whether a round below a unit waits for a wave that is under way."""
    if wanted.next_half < half_year(today):
        return False
    under_way = wave_lists.in_states(database, WaveState.OPEN, WaveState.CLOSED)
    if all(each.is_part or Round.of(each) != wanted for each in under_way):
        return False
    return bool(UnitsBelow(database, top, wanted.half).under_way(wanted))


def release_readable(database: Database, unit_key: str, wanted: Round, policy: Policy, today: date) -> None:
    """Release a round as `release_round` does, without the waves whose statistics cannot be read.

    Each of those is logged, and stays to be decided on, like one that is sealed later.
    """
    below = UnitsBelow(database, unit_key, wanted.half)
    below.leave_out_unreadable(wanted)
    if below.undecided(wanted):
        _release(below, wanted, policy, today)


def _release(
    below: UnitsBelow,
    wanted: Round,
    policy: Policy,
    today: date,
    step: Callable[[int, int], None] = lambda _done, _total: None,
) -> None:
    """Let the ledger decide on the round's waves and totals. Raises as `release_round` does."""
    asked, progress = _asked(below, wanted, policy, step)
    sealed = len(below.last_in(wanted))
    name = {"half": wanted.half, "edition": wanted.edition, "instrument": wanted.instrument}
    noted = {**name, "released_on": today, "sealed": sealed, "missing": below.not_sealed(wanted)}
    try:
        releases.decide(
            below.database,
            asked,
            policy,
            along=lambda connection: round_releases.add(connection, below.top.id, **noted),
            step=progress.go_on,
        )
    except Refused as refused:
        # a total overlaps nothing that was known when it was chosen: what it overlaps is new
        if not below.decided_elsewhere():
            raise
        raise refuse(
            "released-meanwhile",
            "Another release, of units that overlap with those below %(unit)s, came first, so yours "
            "did not go through.",
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


def _asked(
    below: UnitsBelow, wanted: Round, policy: Policy, step: Callable[[int, int], None]
) -> tuple[list[SealedWave], _Progress]:
    """Return the new totals and the waves that are to be decided on, and how far that has come."""
    counted, own = below.counted_in(wanted), list[SealedWave]()
    # each wave is read, decided on, and written as it will be shown
    progress = _Progress(step, 3 * len(counted))
    for place in range(0, len(counted), _READ_TOGETHER):
        some = counted[place : place + _READ_TOGETHER]
        own += below.sealed(some)
        progress.go_on(len(some))
    return [*below.new_totals(wanted, policy), *own], progress
