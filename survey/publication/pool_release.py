"""Release what is kept of pools: the one way from their stored sums to a page, a table or a file."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from instruments import library
from instruments.aggregates.pool_sums import PoolSums
from instruments.problems import Damaged
from reports.disclosure import SUPPRESSED, Audience, Policy, Suppressed
from reports.disclosure.pools import release_pool, rounded_count
from reports.disclosure.released_pool import PoolName, ReleasedPool
from survey.collection.keys import KeyDirectory
from survey.store.database import Database
from survey.store.repositories import pools
from survey.store.repositories.pools import Pool

_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class PoolState:
    """Say what there is of a pool: released or not, whether something waits, batches lost; and of how many.

    `sealed` is how many surveys that the pool is of have a result, `answers` how many answered these, in
    steps, and `without_result` how many were sealed without.
    """

    name: PoolName
    released: ReleasedPool | Suppressed
    waits: bool
    lost: int
    sealed: int
    answers: int
    without_result: int


def pool_names(database: Database, today: date) -> Sequence[tuple[PoolName, bool]]:
    """Return the pools there are, and of each whether anything was added up."""
    with database.reading() as connection:
        return [(_name(each), each.units > 0) for each in pools.every(connection) if today <= each.kept_until]


def pool_state(database: Database, keys: KeyDirectory, policy: Policy, key: str, today: date) -> PoolState:
    """Return a pool as researchers and operators are shown it.

    Raises Refused("pool-unknown"), or Damaged where its sums were altered.
    """
    with database.reading() as connection:
        found = pools.by_key(connection, key)
        sealed, answers, without = pools.sealed_counts(connection, found.identity)
    step = policy.pools.step_answers
    return PoolState(
        _name(found),
        _released(found, keys, policy, today),
        found.public_key is not None,
        found.lost,
        sealed,
        rounded_count(answers, step),
        without,
    )


def _released(found: Pool, keys: KeyDirectory, policy: Policy, today: date) -> ReleasedPool | Suppressed:
    # nothing is shown after its time where no worker runs
    if found.sums is None or today > found.kept_until:
        return SUPPRESSED
    version = library.get(found.identity.instrument)
    try:
        sums = PoolSums.from_bytes(version, found.sums)
    except Damaged as error:
        raise Damaged(replace(each, place=found.identity.key) for each in error.problems) from error
    secret = hashlib.blake2b(
        found.identity.key.encode(), key=keys.hashing_key(), digest_size=_KEY_BYTES, person=b"pool rounding"
    ).digest()
    return release_pool(_name(found), sums, Audience.OUTSIDE, policy, secret)


def _name(found: Pool) -> PoolName:
    of = found.identity
    return PoolName(of.key, of.instrument, of.edition, of.language, of.half)
