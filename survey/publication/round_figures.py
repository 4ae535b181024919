"""What is released of a round to its owner: its totals, and its units."""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final

from reports.disclosure import (
    SUPPRESSED,
    Audience,
    Policy,
    Released,
    ReleasedMean,
    SealedWave,
    Suppressed,
    release,
    release_means,
)
from survey.publication import rounds
from survey.publication.rounds import RoundStatus
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


def released_figures(found: RoundStatus, policy: Policy) -> RoundFigures:
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
    ledger = below.ledger([found.round, rounds.year_before(found.round), *others])

    def shown(sealed: SealedWave | None) -> Released | Suppressed:
        return SUPPRESSED if sealed is None else release(sealed, Audience.OWNER, policy, ledger)

    own = below.sealed(found.units)
    editions = {each.edition: shown(below.total(each)) for each in others}
    return RoundFigures(
        shown(found.total),
        shown(rounds.total_a_year_before(found)),
        {
            wave.unit_key: release_means(sealed, Audience.OWNER, policy, ledger)
            for wave, sealed in zip(found.units, own, strict=True)
        },
        {edition: each for edition, each in sorted(editions.items()) if isinstance(each, Released)},
    )
