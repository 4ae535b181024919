"""Whether pools can be read, and what waits in them can be added one day."""

from collections.abc import Iterator
from dataclasses import replace

from instruments import library
from instruments.aggregates.pool_sums import PoolSums
from instruments.problems import Damaged, Problem, Refused, damage
from reports.disclosure import Policy
from reports.results import half_year
from survey.collection import pool_batches, pooling
from survey.collection.keys import KeyDirectory
from survey.store.database import Database
from survey.store.repositories import pools
from survey.store.repositories.pools import Pool


def problems(database: Database, keys: KeyDirectory, policy: Policy) -> Iterator[Problem]:
    """Yield what is wrong with pools: altered sums, lost keys, destroying that was interrupted."""
    for pool in pool_batches.every(database):
        try:
            _require_readable(pool)
        except (Damaged, Refused) as error:
            yield from (replace(each, place=pool.identity.key) for each in error.problems)
            continue
        with database.reading() as connection:
            for each in pool_batches.obstacles(connection, keys, policy, pool):
                yield from each.problems
            left = pool.public_key is None and pools.waiting_sizes(connection, pool.id)
        if left:
            fault = "Something waits in the pool, and no key is known that it is encrypted to."
            yield Problem(pool.identity.key, "pool-damaged", fault, "Restore the database from a backup.")
        if pool.ending:
            fault = "A batch was added or given up, but not destroyed: something interrupted it."
            yield Problem(
                pool.identity.key, "keys-left", fault, "Start the worker, which finishes it within minutes."
            )


def _require_readable(pool: Pool) -> None:
    identity, version = pool.identity, library.get(pool.identity.instrument)
    if pooling.key_of(identity) != identity.key or pool.kept_until < half_year.days(identity.half)[0]:
        raise _corrupt()
    found = None if pool.sums is None else PoolSums.from_bytes(version, pool.sums)
    counted = (0, 0) if found is None else (found.units, found.persons)
    if version.content_hash != pool.identity.content_hash or counted != (pool.units, pool.people):
        raise _corrupt()


def _corrupt() -> Damaged:
    return damage(
        "pool-corrupt",
        "What the pool is of was altered, or its sums are of other numbers of units and people.",
        "Restore the database from a backup; altered sums are not used.",
    )
