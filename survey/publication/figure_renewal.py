"""Compute anew what owners are shown of released groups, where it was computed by other rules."""

from collections.abc import Iterator

from reports.disclosure import Policy, WaveIdentity, pool
from survey.store.database import Database
from survey.store.repositories import released_figures, releases, wave_lists
from survey.store.repositories import sealed as sealed_waves


def due(database: Database, policy: Policy) -> Iterator[int]:
    """Yield each group of the ledger of which that is to be done; until then pages compute it themselves."""
    yield from released_figures.outdated(database, policy)


def renew(database: Database, group: int, policy: Policy) -> None:
    """Store what is released of a group by these rules. Raises Damaged where its statistics are altered."""
    cells = releases.cells_of_group(database, group)
    found = wave_lists.of_keys(database, {wave_key for _, wave_key in cells})
    if not found or len(found) < len(cells):
        return  # something of it was removed meanwhile, and with that what was shown
    parts = list(sealed_waves.of_waves(database, found).values())
    last = max((each.identity for each in parts), key=lambda each: each.closed_on)
    of_total = WaveIdentity("", "", "", "", last.closed_on, last.reference, last.edition)
    asked = parts[0] if len(parts) == 1 else pool(parts, of_total)
    ledger = releases.of_waves(database, [wave.key for wave in found])
    released_figures.renew(database, group, released_figures.shown(asked, policy, ledger), policy)
