"""Batches of a pool: opened in memory, added to its sums and destroyed, or destroyed without being added.

Each act may be killed anywhere and is finished by the next run: before its transaction ends nothing has
happened, after it the pool says of which batch key and traces are still to be destroyed (`Pool.ending`).
"""

from collections.abc import Sequence
from datetime import date

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from instruments import library
from instruments.aggregates.pool_sums import PoolSums, add_all
from instruments.model import Version
from instruments.problems import Damaged, damage, refuse
from reports.disclosure import Policy
from survey.collection import key_copies, pooling
from survey.collection.keys import KeyDirectory
from survey.collection.lifecycle import Step, go_on
from survey.store.database import Database, Transaction
from survey.store.repositories import pools
from survey.store.repositories.pools import Pool, Waiting


def every(database: Database) -> Sequence[Pool]:
    """Return all pools."""
    with database.reading() as connection:
        return pools.every(connection)


def is_full(policy: Policy, sizes: Sequence[int]) -> bool:
    """Return whether waves of so many answers may be added up: enough, and none most of the people."""
    rules, people = policy.pools, sum(sizes)
    return len(sizes) >= rules.units and people >= rules.people and max(sizes) <= rules.largest_share * people


def full(database: Database, policy: Policy) -> Sequence[Pool]:
    """Return the pools of which a batch is full."""
    with database.reading() as connection:
        return [
            each
            for each in pools.every(connection)
            if each.public_key is not None and is_full(policy, pools.waiting_sizes(connection, each.id))
        ]


def unfinished(database: Database) -> Sequence[Pool]:
    """Return the pools of which a batch's key and traces are still to be destroyed."""
    return [each for each in every(database) if each.ending]


def add_batch(
    database: Database, keys: KeyDirectory, policy: Policy, pool_key: str, step: Step = go_on
) -> bool:
    """Add what waits in a pool to its sums and destroy it, if that is a full batch; return whether it was.

    Raises Damaged: `pool-key-missing`, `pool-key-wrong`, `pool-damaged`; then nothing was changed. And
    `database-busy`, where only traces are left to destroy.
    """
    finish(database, keys, pool_key, step)
    step("begin")
    with database.writing() as connection:
        pool = pools.hold(connection, pool_key)
        if pool is None or pool.ending or pool.public_key is None:
            return False
        waiting = pools.waiting(connection, pool.id, held=True)
        # between our look and our lock a unit may have been removed
        if not is_full(policy, [each.n for each in waiting]):
            return False
        step("held")
        private, version = _private(keys, pool), library.get(pool.identity.instrument)
        opened = [_opened(private, version, pool, each) for each in waiting]
        state = PoolSums.empty(version) if pool.sums is None else PoolSums.from_bytes(version, pool.sums)
        total = add_all(version, [state, *opened])
        step("opened")
        pools.note_added(connection, [each.wave_id for each in waiting])
        added = {"units": total.units, "people": total.persons, "sums": total.to_bytes()}
        _end_batch(connection, pool, **added)
        step("replaced")
    step("added")
    finish(database, keys, pool_key, step)
    return True


def give_up(database: Database, keys: KeyDirectory, policy: Policy, pool_key: str, step: Step = go_on) -> int:
    """Destroy what waits in a pool without adding it, and return how many waves that was.

    For a batch that nobody can read. What was added before stays. Raises Refused: `pool-unknown`,
    `pool-readable` where the batch can be read.
    """
    finish(database, keys, pool_key, step)
    with database.writing() as connection:
        found = pools.by_key(connection, pool_key)
        pool = pools.hold(connection, pool_key) or found
        if not obstacles(connection, keys, policy, pool):
            raise refuse(
                "pool-readable",
                "What waits in the pool can be read, so nothing of it is lost.",
                "Wait until enough units have been sealed.",
                place=pool_key,
            )
        gone = pools.remove_waiting(connection, pool.id)
        _end_batch(connection, pool, lost=pool.lost + 1)
        step("replaced")
    step("given up")
    finish(database, keys, pool_key, step)
    return gone


def outdated(database: Database, policy: Policy, today: date) -> Sequence[Pool]:
    """Return the pools that are over, of which something has waited too long, or whose key is for nothing.

    That is where the units of which something waited were removed: what old copies hold of them ends too.
    """
    with database.reading() as connection:
        return [
            each
            for each in pools.every(connection)
            if each.kept_until < today
            or (today > pooling.waits_until(policy, each.identity) and (each.public_key or not each.units))
            or (each.public_key and not pools.waiting_sizes(connection, each.id))
        ]


def end(
    database: Database,
    keys: KeyDirectory,
    policy: Policy,
    pool_key: str,
    today: date,
    *,
    step: Step = go_on,
) -> None:
    """Destroy what is outdated of a pool: what waits in it, and all of it where it is over or empty."""
    finish(database, keys, pool_key, step)
    with database.writing() as connection:
        pool = pools.hold(connection, pool_key)
        if pool is None:
            return
        over, late = pool.kept_until < today, today > pooling.waits_until(policy, pool.identity)
        if not over and not late and pools.waiting_sizes(connection, pool.id):
            return
        pools.remove_waiting(connection, pool.id)
        kept = {"units": 0, "people": 0, "sums": None} if over else {}
        _end_batch(connection, pool, **kept)
        step("replaced")
    step("emptied")
    finish(database, keys, pool_key, step)
    with database.writing() as connection:
        pool = pools.hold(connection, pool_key)
        # a wave may have come meanwhile
        if pool is not None and not pool.units and pool.public_key is None and not pool.ending:
            pools.remove(connection, pool.id)


def finish(database: Database, keys: KeyDirectory, pool_key: str, step: Step = go_on) -> None:
    """Destroy the key of the batch that is ending, and every trace of what waited; then nothing.

    May be interrupted anywhere and run again. Raises Damaged("database-busy").
    """
    with database.reading() as connection:
        found = [each for each in pools.every(connection) if each.identity.key == pool_key]
    if not found or not found[0].ending:
        return
    for batch in found[0].ending:
        keys.destroy_private(pooling.key_name(found[0], batch))
    step("unreadable")
    database.scrub(pools=True)
    step("scrubbed")
    if not key_copies.destroy(keys, [pooling.key_name(found[0], batch) for batch in found[0].ending]):
        return
    step("no copy")
    with database.writing() as connection:
        pool = pools.hold(connection, pool_key)
        if pool is not None:
            pools.change(connection, pool.id, destroyed=found[0].batch - 1)
    step("destroyed")


def obstacles(connection: Transaction, keys: KeyDirectory, policy: Policy, pool: Pool) -> Sequence[Damaged]:
    """Return what keeps the batch that waits from being added one day; nothing where none waits.

    Nothing is opened but a full batch: of the others only checksums are looked at.
    """
    if pool.public_key is None:
        return ()
    waiting = pools.waiting(connection, pool.id, held=False)
    try:
        private, version = _private(keys, pool), library.get(pool.identity.instrument)
        for each in waiting:
            _sealed(pool, each)
            if is_full(policy, [one.n for one in waiting]):
                _opened(private, version, pool, each)
    except Damaged as error:
        return (error,)
    return ()


def _end_batch(connection: Transaction, pool: Pool, **columns: object) -> None:
    """Let the next batch begin: it has a key of its own, made when its first wave comes."""
    columns |= {"batch": pool.batch + 1, "public_key": None}
    pools.change(connection, pool.id, **columns)


def _private(keys: KeyDirectory, pool: Pool) -> PrivateKey:
    """Return what reads a batch. Raises Damaged: `pool-key-missing`, `pool-key-wrong`."""
    remedy = (
        "Bring back the key directory as it was on the day of this database. If that cannot be done, give up "
        f"what waits: kjennetegn pool give-up {pool.identity.key}"
    )
    try:
        private = keys.private(pooling.key_name(pool, pool.batch))
    except Damaged as error:
        fault = "The key to what waits in the pool is gone or damaged: this batch is lost without it."
        raise damage("pool-key-missing", fault, remedy, pool.identity.key) from error
    if bytes(private.public_key) != pool.public_key:
        fault = "The key to what waits in the pool is another one than it is encrypted to."
        raise damage("pool-key-wrong", fault, remedy, pool.identity.key)
    return private


def _opened(private: PrivateKey, version: Version, pool: Pool, waiting: Waiting) -> PoolSums:
    """Return what a wave brings. Raises Damaged("pool-damaged") where it was altered or is another wave's."""
    try:
        plain = bytes(SealedBox(private).decrypt(_sealed(pool, waiting)))
        key = waiting.wave_key.encode()
        sums = PoolSums.from_bytes(version, plain.removeprefix(key))
        if plain.startswith(key) and (sums.persons, sums.units) == (waiting.n, 1):
            return sums
    except (CryptoError, Damaged):
        pass
    raise _altered(pool, waiting)


def _sealed(pool: Pool, waiting: Waiting) -> bytes:
    """Return what a wave brings, encrypted. Raises Damaged("pool-damaged") where it was altered."""
    sealed = pooling.unaltered(waiting.wave_key, waiting.box)
    if sealed is None:
        raise _altered(pool, waiting)
    return sealed


def _altered(pool: Pool, waiting: Waiting) -> Damaged:
    return damage(
        "pool-damaged",
        f"What the wave {waiting.wave_key} brought into the pool was altered, or is of another wave.",
        "Restore the database from a backup. If that cannot be done, give up what waits: "
        f"kjennetegn pool give-up {pool.identity.key}",
        place=pool.identity.key,
    )
