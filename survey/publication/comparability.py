"""Whether editions, languages and versions may be compared: the policy's rule, applied to the pools.

Until invariance is shown they may not. Fitting takes seconds, so what was found is kept in memory by all that
it was found from.
"""

import hashlib
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Hashable, Sequence
from datetime import date
from threading import Lock
from typing import Final

from instruments.problems import Refused
from reports.disclosure import Policy
from reports.disclosure.released_pool import ReleasedPool
from reports.results.pool_validity import PoolComparison, compare_pools
from survey.collection.keys import KeyDirectory
from survey.publication import pool_release
from survey.store.database import Database
from survey.store.repositories import pools
from survey.store.repositories.pools import Pool
from survey.store.repositories.released_outside import policy_mark

_MOST: Final = 64  # verdicts: a few kB each

Group = tuple[Pool, ...]


class _LastVerdicts:
    """The verdicts asked for last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, PoolComparison] = OrderedDict()
        self._lock = Lock()

    def get(self, name: Hashable) -> PoolComparison | None:
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
            return self._kept.get(name)

    def keep(self, name: Hashable, verdict: PoolComparison) -> None:
        with self._lock:
            self._kept[name] = verdict
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)


_last_verdicts = _LastVerdicts()


def verdict(
    groups: Sequence[Group], keys: KeyDirectory, policy: Policy, today: date, *, pairwise: bool = False
) -> PoolComparison | None:
    """Return whether groups of pools may be compared; None where nothing is released of one of them.

    Raises Refused as `compare_pools` does.
    """
    states = tuple(tuple((each.identity.key, _mark(each)) for each in group) for group in groups)
    name = (states, keys.hashing_key(), policy_mark(policy), today, pairwise)
    known = _last_verdicts.get(name)
    if known is not None:
        return known
    released = [pool_release.release(group, keys, policy, today) for group in groups]
    shown = [each for each in released if isinstance(each, ReleasedPool)]
    if len(shown) < len(released):
        return None
    found = compare_pools(shown, policy.invariance, pairwise=pairwise)
    _last_verdicts.keep(name, found)
    return found


def apart(found: Sequence[Pool]) -> list[Group]:
    """Return pools by what may only be compared where invariance holds: edition and language."""
    groups: dict[tuple[str, str], list[Pool]] = defaultdict(list)
    for each in found:
        groups[each.identity.edition, each.identity.language].append(each)
    return [tuple(group) for group in groups.values()]


def means_comparable(database: Database, keys: KeyDirectory, policy: Policy, key: str, today: date) -> bool:
    """Return whether units of pools, whose keys are joined by +, may be compared.

    They may where they are of one edition and language, or means of all of these may be. Raises
    Refused("pool-unknown").
    """
    with database.reading() as connection:
        groups = apart([pools.by_key(connection, each) for each in key.split("+")])
    if len(groups) == 1:
        return True
    return _means(groups, keys, policy, today)


def editions_comparable(
    database: Database,
    keys: KeyDirectory,
    policy: Policy,
    today: date,
    *,
    instrument: str,
    editions: Collection[str],
) -> bool:
    """Return whether means of these editions of a questionnaire may be compared, by all pools of them."""
    with database.reading() as connection:
        there = [each for each in pools.every(connection) if each.identity.instrument == instrument]
    groups = [
        tuple(each for each in there if each.identity.edition == edition and each.sums is not None)
        for edition in sorted(editions)
    ]
    if not all(groups):
        return False
    return _means(groups, keys, policy, today)


def _means(groups: Sequence[Group], keys: KeyDirectory, policy: Policy, today: date) -> bool:
    try:
        found = verdict(groups, keys, policy, today)
    except Refused:
        # they have no dimension of which they share two statements: nothing can show it
        return False
    return found is not None and found.means


def _mark(found: Pool) -> bytes:
    return hashlib.blake2b(found.sums or b"", digest_size=16).digest()
