"""Release a round below a unit: the units and the totals over them, at once and for good.

What was released of single units cannot be taken back for a total that is asked for later, so both are one
release in the ledger (docs/decisions/0073). It is an act of its own: making reports, exports or looking at a
page releases nothing.
"""

from collections.abc import Sequence
from datetime import date

from instruments.problems import Refused, refuse
from reports.disclosure import Policy
from reports.results.half_year import half_year
from survey.operations import log
from survey.publication.units_below import Round, UnitsBelow
from survey.store.database import Database
from survey.store.repositories import releases, round_releases, units, waves


def release_round(database: Database, unit_key: str, wanted: Round, policy: Policy, today: date) -> None:
    """Decide what is released of a round: of every unit below this one, and of the totals over them.

    A wave that is sealed later is decided on when this is called again; a total that was decided on never
    grows. Raises Refused("released-meanwhile") where another release, of overlapping units, came first, and
    Damaged where a wave of the round cannot be read.
    """
    _release(UnitsBelow(database, unit_key), wanted, policy, today)


def finished_rounds(database: Database, today: date) -> Sequence[tuple[str, Round]]:
    """Return the rounds that are due to be released by themselves.

    Each comes with the key of the outermost unit that it was sealed below. Something of it is not decided on,
    and its half-year is over. One with a wave that is open, or closed and not sealed, waits for it, at most
    for the half-year after. Reads no statistics.
    """
    there = {unit.key for unit in units.every(database)}
    sealed = [wave for wave in waves.every(database) if wave.is_sealed]
    # where each wave was sealed, and not where its unit lies now
    outermost = [next((key for key in reversed(wave.places) if key in there), "") for wave in sealed]
    tops = sorted(set(outermost) - {""})
    return [
        (top, each)
        for top in tops
        for below in [UnitsBelow(database, top)]
        for each in below.rounds()
        if each.is_over(today) and below.undecided(each)
        if not below.under_way(each) or each.next_half < half_year(today)
    ]


def release_readable(database: Database, unit_key: str, wanted: Round, policy: Policy, today: date) -> None:
    """Release a round as `release_round` does, without the waves whose statistics cannot be read.

    Each of those is logged, and stays to be decided on, like one that is sealed later.
    """
    below = UnitsBelow(database, unit_key)
    below.leave_out_unreadable(wanted)
    if below.undecided(wanted):
        _release(below, wanted, policy, today)


def _release(below: UnitsBelow, wanted: Round, policy: Policy, today: date) -> None:
    """Let the ledger decide on the round's waves and totals. Raises as `release_round` does."""
    own = below.sealed(below.counted_in(wanted))
    asked = [*below.new_totals(wanted, policy), *own]
    sealed = len(below.last_in(wanted))
    name = {"half": wanted.half, "edition": wanted.edition, "instrument": wanted.instrument}
    noted = {**name, "released_on": today, "sealed": sealed, "missing": below.not_sealed(wanted)}
    try:
        releases.decide(
            below.database,
            asked,
            policy,
            along=lambda connection: round_releases.add(connection, below.top.id, **noted),
        )
    except Refused as refused:
        # a total overlaps nothing that was known when it was chosen: what it overlaps is new
        if below.decided == releases.present(below.database).decided:
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
