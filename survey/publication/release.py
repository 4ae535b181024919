"""Release sealed waves to researchers: the ledger decides first, then figures are computed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from instruments import library
from instruments.parts import asks_all_of
from reports.disclosure import Audience, Policy, Released, Suppressed, mean_on_items, release
from reports.exports import CommonMeans, ExportedWave, WaveBefore
from reports.results import verdicts
from survey.store.database import Database
from survey.store.repositories import releases, sealed, units, waves
from survey.store.repositories.waves import Wave

_OWNING = ("municipality", "county", "country")
_AT_ONCE = 200  # waves whose statistics are in memory together


def to_researchers(
    database: Database, policy: Policy, step: Callable[[int, int], None] = lambda _done, _total: None
) -> Iterator[ExportedWave]:
    """Yield what researchers may have of every sealed wave: nothing of those whose round is not released.

    Unit after unit, each oldest first, and no more than some hundred waves are held at once. `step` is told
    now and then how many waves are done, of how many. Raises Damaged where the ledger or the statistics of a
    wave are unreadable.
    """
    kinds = {unit.key: unit.kind for unit in units.every(database)}
    for _, own in groupby(_released(database, policy, step), key=lambda each: each[0].unit_key):
        known: list[tuple[Wave, Released]] = []
        for wave, released in own:
            yield _exported(wave, released, _before(wave, released, known, policy), kinds)
            known.append((wave, released))


def _released(
    database: Database, policy: Policy, step: Callable[[int, int], None]
) -> Iterator[tuple[Wave, Released]]:
    known = {
        (wave.unit_key, wave.key): wave
        for wave in waves.every(database)
        if wave.is_sealed and not wave.is_part
    }
    releases.require_whole(database)
    # nothing is released of one on which nothing is decided, nor of a part: their statistics are not read
    decided = releases.decisions(database, known).alone
    asked = [wave for cell, wave in known.items() if cell in decided]
    asked.sort(key=lambda wave: wave.unit_key)  # and within a unit as they were: oldest first
    for place in range(0, len(asked), _AT_ONCE):
        step(place, len(asked))
        some = asked[place : place + _AT_ONCE]
        ledger = releases.of_waves(database, [wave.key for wave in some])
        statistics = sealed.of_waves(database, some)
        for wave in some:
            figures = release(statistics[wave.key], Audience.OUTSIDE, policy, ledger)
            if not isinstance(figures, Suppressed):
                yield wave, figures


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
