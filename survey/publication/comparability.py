"""Whether editions, languages and versions may be compared: the policy's rule, applied to the pools.

Until invariance is shown they may not. Fitting takes seconds: no page does it, but a worker or a command.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from instruments.problems import Refused
from reports.disclosure import Policy
from reports.disclosure.released_pool import ReleasedPool
from reports.results.pool_validity import compare_pools
from survey.collection.keys import KeyDirectory
from survey.publication import pool_release
from survey.store.database import Database
from survey.store.repositories import pools
from survey.store.repositories.pools import Pool
from survey.store.repositories.released_outside import policy_mark

_MARK_BYTES: Final = 8

Group = tuple[Pool, ...]


def apart(found: Sequence[Pool]) -> list[Group]:
    """Return pools by what may only be compared where invariance holds: edition and language."""
    groups: dict[tuple[str, str], list[Pool]] = defaultdict(list)
    for each in found:
        groups[each.identity.edition, each.identity.language].append(each)
    return [tuple(group) for group in groups.values()]


def stored(database: Database, key: str) -> list[Pool]:
    """Return the pools whose keys are joined by +. Raises Refused("pool-unknown")."""
    with database.reading() as connection:
        return [pools.by_key(connection, each) for each in key.split("+")]


def means_comparable(database: Database, keys: KeyDirectory, policy: Policy, key: str, today: date) -> bool:
    """Return whether units of pools, whose keys are joined by +, may be compared.

    They may where they are of one edition and language, or means of all of these may be. Raises
    Refused("pool-unknown").
    """
    groups = apart(stored(database, key))
    return len(groups) == 1 or _means(groups, keys, policy, today)


def pooled_editions(database: Database, today: date) -> Mapping[str, frozenset[str]]:
    """Return, by questionnaire, the editions of which anything is released of pools today."""
    found: dict[str, set[str]] = defaultdict(set)
    with database.reading() as connection:
        for each in pools.every(connection):
            if each.sums is not None and today <= each.kept_until:
                found[each.identity.instrument].add(each.identity.edition)
    return {instrument: frozenset(editions) for instrument, editions in found.items()}


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
    groups = of_editions(database, instrument, editions)
    return all(groups) and _means(groups, keys, policy, today)


def state_of(found: Iterable[Pool], keys: KeyDirectory, policy: Policy) -> str:
    """Return a mark that is another where anything changes that these pools are compared by."""
    states = sorted((each.identity.key, each.sums or b"") for each in found)
    written = repr((states, policy_mark(policy))).encode()
    return hashlib.blake2b(written, key=keys.hashing_key(), digest_size=_MARK_BYTES).hexdigest()


def of_editions(database: Database, instrument: str, editions: Collection[str]) -> list[Group]:
    """Return what has been added up of these editions of a questionnaire, a group of pools for each."""
    with database.reading() as connection:
        there = [each for each in pools.every(connection) if each.identity.instrument == instrument]
    return [
        tuple(each for each in there if each.identity.edition == edition and each.sums is not None)
        for edition in sorted(editions)
    ]


def _means(groups: Sequence[Group], keys: KeyDirectory, policy: Policy, today: date) -> bool:
    released = [pool_release.release(group, keys, policy, today) for group in groups]
    shown = [each for each in released if isinstance(each, ReleasedPool)]
    if len(shown) < len(released):
        return False
    try:
        return compare_pools(shown, policy.invariance).means
    except Refused:
        # they have no dimension of which they share two statements: nothing can show it
        return False
