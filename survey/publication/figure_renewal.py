"""Compute anew what owners are shown of released groups, where it was computed by other rules, in batches.

Each batch is stored at once, so that whoever is killed has lost no more than one; until it is stored, pages
compute what they show by the rules of today and show nothing of another time.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from instruments.problems import Damaged, Problem
from reports.disclosure import Policy, SealedWave, WaveIdentity, pool
from reports.disclosure.differencing.groups import Cells
from survey.store.database import Database
from survey.store.repositories import released_figures, releases, wave_lists
from survey.store.repositories import sealed as sealed_waves

_AT_ONCE: Final = 200  # waves whose statistics are in memory together, but for a total of more


def batches(database: Database, policy: Policy) -> Iterator[Sequence[int]]:
    """Yield the groups of the ledger of which that is to be done, by their numbers, some together."""
    batch, held = list[int](), 0
    for group, waves in released_figures.outdated(database, policy):
        if batch and held + waves > _AT_ONCE:
            yield batch
            batch, held = [], 0
        batch.append(group)
        held += waves
    if batch:
        yield batch


def renew(database: Database, groups: Sequence[int], policy: Policy) -> None:
    """Store what is released of these groups by these rules, in one transaction.

    Raises Damaged where the statistics of some are altered; that of the others is stored.
    """
    problems = list[Problem]()
    try:
        texts = _shown(database, groups, policy)
    except Damaged:
        texts = {}
        for group in groups:
            try:
                texts |= _shown(database, [group], policy)
            except Damaged as error:
                problems += error.problems
    released_figures.renew(database, texts, policy)
    if problems:
        raise Damaged(problems)


def _shown(database: Database, groups: Sequence[int], policy: Policy) -> dict[int, str]:
    """Return what owners are shown of groups as text. Raises Damaged."""
    cells_of = releases.cells_of_groups(database, groups)
    asked = {wave_key for cells in cells_of.values() for _, wave_key in cells}
    found = wave_lists.of_keys(database, asked)
    statistics = sealed_waves.of_waves(database, found)
    ledger = releases.of_waves(database, list(statistics))
    return {
        group: released_figures.shown(_whole(cells, statistics), policy, ledger)
        for group, cells in cells_of.items()
        # something of another was removed meanwhile, and with that what was shown
        if all(wave_key in statistics for _, wave_key in cells)
    }


def _whole(cells: Cells, statistics: Mapping[str, SealedWave]) -> SealedWave:
    parts = [statistics[wave_key] for _, wave_key in sorted(cells)]
    if len(parts) == 1:
        return parts[0]
    last = max((each.identity for each in parts), key=lambda each: each.closed_on)
    return pool(parts, WaveIdentity("", "", "", "", last.closed_on, last.reference, last.edition))
