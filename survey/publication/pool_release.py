"""Release what is kept of pools: the one way from their stored sums to a page, a table or a file."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from instruments import library
from instruments.aggregates.pool_sums import PoolSums
from instruments.problems import Damaged, refuse
from reports.disclosure import SUPPRESSED, Audience, Policy, Suppressed
from reports.disclosure.pools import PoolPart, release_merged, rounded_count
from reports.disclosure.released_pool import PoolName, ReleasedPool
from reports.results import pool_validity
from survey.collection.keys import KeyDirectory
from survey.store.database import Database
from survey.store.repositories import pools
from survey.store.repositories.pools import Pool

_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class PoolState:
    """Say what there is of a pool, or of several together: what is released, what waits, batches lost.

    `names` are the pools. `sealed` is how many surveys that they are of have a result, `answers` how many
    answered these, in steps, and `without_result` how many were sealed without.
    """

    names: tuple[PoolName, ...]
    released: ReleasedPool | Suppressed
    waits: bool
    lost: int
    sealed: int
    answers: int
    without_result: int

    @property
    def name(self) -> PoolName:
        """Return what it is of: of the first one where nothing is released."""
        return self.names[0] if isinstance(self.released, Suppressed) else self.released.name


def pool_names(database: Database, today: date) -> Sequence[tuple[PoolName, bool]]:
    """Return the pools there are, and of each whether anything was added up."""
    with database.reading() as connection:
        return [(_name(each), each.units > 0) for each in pools.every(connection) if today <= each.kept_until]


def pool_state(database: Database, keys: KeyDirectory, policy: Policy, key: str, today: date) -> PoolState:
    """Return a pool, or several whose keys are joined by +, as researchers and operators are shown them.

    Raises Refused: `pool-unknown`, `pools-twice`, `pools-versions`; and Damaged where sums were altered.
    """
    asked = key.split("+")
    with database.reading() as connection:
        found = [pools.by_key(connection, each) for each in asked]
        counts = [pools.sealed_counts(connection, each.identity) for each in found]
    pool_validity.require_apart(asked)
    step = policy.pools.step_answers
    # each rounded by itself, so that the numbers of several say no more than each one's
    answers = sum(rounded_count(each[1], step) for each in counts)
    return PoolState(
        tuple(map(_name, found)),
        release(found, keys, policy, today),
        any(each.public_key is not None for each in found),
        sum(each.lost for each in found),
        sum(each[0] for each in counts),
        answers,
        sum(each[2] for each in counts),
    )


def released_pool(
    database: Database, keys: KeyDirectory, policy: Policy, key: str, today: date
) -> ReleasedPool:
    """Return what is released of a pool, or of several whose keys are joined by +.

    Raises Refused as `pool_state` does, and `pool-unreleased` where nothing is released of one of them.
    """
    found = pool_state(database, keys, policy, key, today).released
    if isinstance(found, Suppressed):
        raise refuse(
            "pool-unreleased",
            "Nothing is released of this pool yet.",
            "Look in the list of pools for one of which something was added up.",
            place=key[:40],
        )
    return found


def release(
    found: Sequence[Pool], keys: KeyDirectory, policy: Policy, today: date
) -> ReleasedPool | Suppressed:
    """Return what is released of stored pools together; Suppressed where nothing is of one of them."""
    # nothing is shown after its time where no worker runs
    stored = [each.sums for each in found if each.sums is not None and today <= each.kept_until]
    if len(stored) < len(found):
        return SUPPRESSED
    parts = [_part(pool, sums, keys) for pool, sums in zip(found, stored, strict=True)]
    return release_merged(parts, Audience.OUTSIDE, policy)


def _part(found: Pool, stored: bytes, keys: KeyDirectory) -> PoolPart:
    try:
        sums = PoolSums.from_bytes(library.get(found.identity.instrument), stored)
    except Damaged as error:
        raise Damaged(replace(each, place=found.identity.key) for each in error.problems) from error
    secret = hashlib.blake2b(
        found.identity.key.encode(), key=keys.hashing_key(), digest_size=_KEY_BYTES, person=b"pool rounding"
    ).digest()
    return PoolPart(_name(found), sums, secret)


def _name(found: Pool) -> PoolName:
    of = found.identity
    return PoolName(of.key, of.instrument, of.edition, of.language, of.half)
