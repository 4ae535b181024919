"""Release sealed waves to researchers: the ledger decides first, then figures are computed."""

from collections.abc import Iterator, Mapping, Sequence

from instruments import library
from instruments.parts import asks_all_of
from reports.disclosure import Audience, Policy, Released, Suppressed, mean_on_items, release
from reports.disclosure.differencing.ledger import Ledger
from reports.exports import CommonMeans, ExportedWave, WaveBefore
from reports.results import verdicts
from survey.store.database import Database
from survey.store.repositories import releases, sealed, units, waves
from survey.store.repositories.waves import Wave

_OWNING = ("municipality", "county", "country")
_AT_ONCE = 500  # waves whose statistics are in memory together


def to_researchers(database: Database, policy: Policy) -> list[ExportedWave]:
    """Return what researchers may have of every sealed wave: nothing of those whose round is not released.

    Oldest first. Raises Damaged where the ledger or the statistics of a wave are unreadable.
    """
    kinds = {unit.key: unit.kind for unit in units.every(database)}
    known: dict[str, list[tuple[Wave, Released]]] = {}
    found = []
    for wave, released in _released(database, policy, releases.present(database)):
        own = known.setdefault(wave.unit_key, [])
        found.append(_exported(wave, released, _before(wave, released, own, policy), kinds))
        own.append((wave, released))
    return found


def _released(database: Database, policy: Policy, ledger: Ledger) -> Iterator[tuple[Wave, Released]]:
    decided = ledger.decided
    asked = [
        wave
        for wave in waves.every(database)
        # nothing is released of one on which nothing is decided, nor of a part: their statistics are not read
        if wave.is_sealed and not wave.is_part and frozenset([(wave.unit_key, wave.key)]) in decided
    ]
    for place in range(0, len(asked), _AT_ONCE):
        some = asked[place : place + _AT_ONCE]
        statistics = sealed.of_waves(database, some)
        for wave in some:
            released = release(statistics[wave.key], Audience.OUTSIDE, policy, ledger)
            if not isinstance(released, Suppressed):
                yield wave, released


def _exported(
    wave: Wave, released: Released, before: WaveBefore | None, kinds: Mapping[str, str]
) -> ExportedWave:
    holders = [(key, kinds.get(key)) for key in wave.places[1:]]
    return ExportedWave(
        released,
        owner=next((key for key, kind in holders if kind in _OWNING), ""),
        county=next((key for key, kind in holders if kind == "county"), ""),
        language=wave.language,
        languages=library.get(wave.instrument).editions.get(wave.edition, ()),
        open_link=wave.open_link,
        leaders_answered=wave.leaders_answer,
        before=before,
    )


def _before(
    wave: Wave, released: Released, known: Sequence[tuple[Wave, Released]], policy: Policy
) -> WaveBefore | None:
    """Return the wave that reports compare this one with as the one before it, if it is exported too."""
    beside = [
        earlier
        for each, earlier in known
        if wave.is_compared_with(each) and asks_all_of(earlier.version, released.version)
    ]
    if not beside or verdicts.obstacle(beside[-1], released, policy) is not None:
        return None
    last = beside[-1]
    means = {}
    for dimension in released.version:
        items = verdicts.compared_items(last, released, dimension.id, policy)
        both = (mean_on_items(each, dimension.id, items) for each in (released, last))
        means[dimension.id] = CommonMeans(len(items), *both)
    return WaveBefore(last, means)
