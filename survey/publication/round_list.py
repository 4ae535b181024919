"""The rounds below a unit as a list: which there are and how each stands, counted in the database."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from instruments import parts
from reports.results.half_year import half_year
from survey.publication.units_below import Round
from survey.store.database import Database
from survey.store.repositories import round_releases, wave_lists, waves
from survey.store.repositories.round_releases import RoundRelease


@dataclass(frozen=True, slots=True)
class ListedRound:
    """A round with a sealed wave: on how many nothing is decided, and its first release; None before."""

    round: Round
    undecided: int
    released: RoundRelease | None

    @property
    def late(self) -> int:
        """Return how many waves were sealed after the release, and wait for one of their own."""
        return self.undecided if self.released else 0


def listed_rounds(database: Database, unit_key: str) -> Sequence[ListedRound]:
    """Return every round below a unit in which a wave is sealed, newest first; reads no wave by itself."""
    undecided: dict[Round, int] = defaultdict(int)
    above: dict[Round, set[str]] = defaultdict(lambda: {unit_key})
    for each in wave_lists.sealed_counts(database, unit_key):
        if parts.is_part(each.instrument):
            continue
        wanted = Round(half_year(each.planned_closes_on), each.edition, each.instrument)
        undecided[wanted] += each.undecided
        places = waves.units_in(each.lay_in)
        above[wanted] |= set(places[places.index(unit_key) :] if unit_key in places else places)
    return [
        ListedRound(
            each,
            undecided[each],
            round_releases.first_of(database, above[each], each.half, each.edition, each.instrument),
        )
        for each in sorted(undecided, reverse=True)
    ]
