"""What is released of a round to its owner: its totals, and its units.

It was stored at the release; where the rules were others then, it is computed from the sealed statistics.
"""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final

from instruments import library
from reports.disclosure import (
    SUPPRESSED,
    Audience,
    Policy,
    Released,
    ReleasedMean,
    Suppressed,
    release,
    release_means,
)
from survey.publication import rounds
from survey.publication.rounds import Round, RoundStatus
from survey.publication.units_below import UnitsBelow
from survey.store.repositories import released_figures
from survey.store.repositories.ledger_groups import DecidedTotal
from survey.store.repositories.released_outside import policy_mark

_KEPT_ROUNDS: Final = 8


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """What was released of a round: totals, the units' means, and the other editions' totals by name.

    `units` are means by dimension, by the unit's key: nothing else of a unit is shown to an owner, and all
    that is released of thousands would fill a process.

    `earlier` is Suppressed where no total of exactly these units was released a year before.
    """

    total: Released | Suppressed
    earlier: Released | Suppressed
    units: Mapping[str, Mapping[str, ReleasedMean] | Suppressed]
    editions: Mapping[str, Released]


class _LastRounds:
    """The figures of the rounds looked at last: released figures never change, and take seconds to make."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, RoundFigures] = OrderedDict()
        self._lock = Lock()

    def get(self, name: Hashable) -> RoundFigures | None:
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
            return self._kept.get(name)

    def keep(self, name: Hashable, figures: RoundFigures) -> None:
        with self._lock:
            self._kept[name] = figures
            while len(self._kept) > _KEPT_ROUNDS:
                self._kept.popitem(last=False)


_last_rounds = _LastRounds()


def of_round(found: RoundStatus, policy: Policy) -> RoundFigures:
    """Return what was released of a round; decides nothing."""
    below = found.below
    # by all that the figures and the names beside them are made of
    names = tuple((wave.key, wave.unit_name) for wave in found.units)
    name = (below.database.place, below.top, found.round, names, below.decisions, policy_mark(policy))
    figures = _last_rounds.get(name)
    if figures is None:
        figures = _released(found, policy)
        _last_rounds.keep(name, figures)
    return figures


def _released(found: RoundStatus, policy: Policy) -> RoundFigures:
    below, half = found.below, (found.round.half, found.round.instrument)
    others = [each for each in below.rounds() if each != found.round and (each.half, each.instrument) == half]
    editions = {each.edition: _total(below, each, below.decided_total(each), policy) for each in others}
    return RoundFigures(
        _total(below, found.round, found.total, policy),
        _total_a_year_before(found, policy),
        _unit_means(found, policy),
        {edition: each for edition, each in sorted(editions.items()) if isinstance(each, Released)},
    )


def _total_a_year_before(found: RoundStatus, policy: Policy) -> Released | Suppressed:
    """Return the total of the same half-year a year before, if it was decided on for exactly the same units.

    A total of some of them only would be a new release, of which the ledger was never asked.
    """
    wanted = rounds.year_before(found.round)
    here = found.below
    before = UnitsBelow(here.database, here.top.key, wanted.half, known=here.units)
    earlier = before.decided_total(wanted)
    if found.total is None or earlier is None or _units(earlier) != _units(found.total):
        return SUPPRESSED
    return _total(before, wanted, earlier, policy)


def _total(
    below: UnitsBelow, wanted: Round, decided: DecidedTotal | None, policy: Policy
) -> Released | Suppressed:
    if decided is None:
        return SUPPRESSED
    identity, version = below.total_identity(decided, wanted), library.get(wanted.instrument)
    stored = released_figures.total_of_group(below.database, decided.group, policy, identity, version)
    if stored is not None:
        return stored
    pooled = below.total(wanted)
    return SUPPRESSED if pooled is None else release(pooled, Audience.OWNER, policy, below.ledger([wanted]))


def _unit_means(found: RoundStatus, policy: Policy) -> Mapping[str, Mapping[str, ReleasedMean] | Suppressed]:
    """Return the means of the units; nothing is released of one on which nothing is decided."""
    below = found.below
    decided = [wave for wave in found.units if below.is_decided(wave)]
    stored = released_figures.means_of_waves(below.database, [wave.key for wave in decided], policy)
    means = {wave.unit_key: stored.get(wave.key, SUPPRESSED) for wave in found.units}
    missing = [wave for wave in decided if wave.key not in stored]
    if missing:
        ledger = below.ledger([found.round])
        for wave, sealed in zip(missing, below.sealed(missing), strict=True):
            means[wave.unit_key] = release_means(sealed, Audience.OWNER, policy, ledger)
    return means


def _units(total: DecidedTotal) -> frozenset[str]:
    return frozenset(unit_key for unit_key, _ in total.cells)
