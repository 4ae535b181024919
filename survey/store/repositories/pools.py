"""Pools of many units' sums, and the waves that wait, encrypted, to be added to them.

Functions take the connection of the caller's transaction.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from instruments.problems import refuse
from reports.results import half_year
from survey.store.database import searchable
from survey.store.pool_tables import pool, pool_contribution
from survey.store.tables import sealed_wave, unit, wave

_IDENTITY = ("instrument", "content_hash", "edition", "language", "half")


@dataclass(frozen=True, slots=True)
class PoolIdentity:
    """Name what a pool is of: a questionnaire's version, edition, language and half-year."""

    key: str
    instrument: str
    content_hash: str
    edition: str
    language: str
    half: str


@dataclass(frozen=True, slots=True)
class Pool:
    """Hold a pool as it is stored.

    `batch` is the number of the batch that waits, `public_key` what its waves are encrypted to, where one has
    come. `destroyed` is the last batch of which key and traces are gone. `sums` are those of the `units` and
    `people` that were added, or None. `lost` is how many batches were given up.
    """

    id: int
    identity: PoolIdentity
    batch: int
    public_key: bytes | None
    destroyed: int
    lost: int
    units: int
    people: int
    sums: bytes | None = field(repr=False)
    kept_until: date

    @property
    def ending(self) -> range:
        """Return the batches that were added or given up, and not yet destroyed: none, or the last one."""
        return range(self.destroyed + 1, self.batch)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Hold what one wave is to bring into a pool: encrypted; `n` is how many answered it."""

    wave_id: int
    wave_key: str
    unit_id: int
    n: int
    box: bytes = field(repr=False)


def locked(connection: Connection, identity: PoolIdentity, kept_until: date) -> Pool:
    """Return the pool, made where it is missing; nobody else changes it until the transaction ends."""
    columns = {name: getattr(identity, name) for name in _IDENTITY}
    of_engine = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert
    made = of_engine(pool).values(key=identity.key, batch=1, kept_until=kept_until, **columns)
    connection.execute(made.on_conflict_do_nothing())
    found = _row(connection, identity.key)
    if found is None:
        raise RuntimeError("a pool that was just made is gone")
    return found


def every(connection: Connection) -> Sequence[Pool]:
    """Return all pools: by questionnaire, edition, language and half-year."""
    c = pool.c
    rows = connection.execute(select(pool).order_by(c.instrument, c.edition, c.language, c.half, c.id))
    return [_value(row) for row in rows]


def by_key(connection: Connection, key: str) -> Pool:
    """Return the pool of that key. Raises Refused("pool-unknown")."""
    row = connection.execute(select(pool).where(pool.c.key == searchable(key))).one_or_none()
    if row is None:
        raise refuse(
            "pool-unknown",
            "There is no pool with the key “%(key)s”.",
            "Look it up in the list of pools.",
            place=key[:40],
            key=key[:40],
        )
    return _value(row)


def hold(connection: Connection, key: str) -> Pool | None:
    """Return the pool that nobody else changes until the transaction ends; None where it is gone."""
    return _row(connection, key)


def change(connection: Connection, pool_id: int, **columns: object) -> None:
    """Give a pool other columns."""
    connection.execute(update(pool).where(pool.c.id == pool_id).values(**columns))


def add_waiting(connection: Connection, pool_id: int, wave_id: int, box: bytes) -> None:
    """Let a wave wait in a pool."""
    connection.execute(insert(pool_contribution).values(pool_id=pool_id, wave_id=wave_id, box=box))


def waiting(connection: Connection, pool_id: int, *, held: bool) -> Sequence[Waiting]:
    """Return what waits in a pool; `held` where nobody else is to take it away until the transaction ends.

    A transaction that only reads holds nothing: PostgreSQL refuses.
    """
    found = (
        select(wave.c.id, wave.c.key, wave.c.unit_id, sealed_wave.c.n, pool_contribution.c.box)
        .join(pool_contribution, pool_contribution.c.wave_id == wave.c.id)
        .join(sealed_wave, sealed_wave.c.wave_id == wave.c.id)
        .where(pool_contribution.c.pool_id == pool_id, pool_contribution.c.box.is_not(None))
        .order_by(wave.c.id)
    )
    asked = found.with_for_update(of=pool_contribution) if held else found
    return [Waiting(*row) for row in connection.execute(asked)]


def waiting_sizes(connection: Connection, pool_id: int) -> Sequence[int]:
    """Return how many answered each wave that waits in a pool."""
    found = (
        select(sealed_wave.c.n)
        .join(pool_contribution, pool_contribution.c.wave_id == sealed_wave.c.wave_id)
        .where(pool_contribution.c.pool_id == pool_id, pool_contribution.c.box.is_not(None))
    )
    return [int(n) for n in connection.execute(found).scalars()]


def note_added(connection: Connection, wave_ids: Collection[int]) -> None:
    """Note that waves were added: that they did stays, and what they brought does not."""
    added = update(pool_contribution).where(pool_contribution.c.wave_id.in_(wave_ids)).values(box=None)
    connection.execute(added)


def remove_waiting(connection: Connection, pool_id: int) -> int:
    """Delete what waits in a pool, and return how many waves that was."""
    mine = pool_contribution.c.pool_id == pool_id
    gone = connection.execute(delete(pool_contribution).where(mine, pool_contribution.c.box.is_not(None)))
    return gone.rowcount


def remove(connection: Connection, pool_id: int) -> None:
    """Delete a pool, and which waves went into it."""
    connection.execute(delete(pool_contribution).where(pool_contribution.c.pool_id == pool_id))
    connection.execute(delete(pool).where(pool.c.id == pool_id))


def instruments_of(connection: Connection, half: str, line: Collection[str], unit_id: int) -> frozenset[str]:
    """Return the questionnaires of which a wave of the same people went into a pool of that half-year.

    That is a wave of one of the units whose keys are in `line`, or of one that was merged into this one.
    """
    found = (
        select(pool.c.instrument)
        .join(pool_contribution, pool_contribution.c.pool_id == pool.c.id)
        .join(wave, wave.c.id == pool_contribution.c.wave_id)
        .join(unit, unit.c.id == wave.c.unit_id)
        .where(pool.c.half == half, or_(unit.c.key.in_(line), unit.c.merged_into_id == unit_id))
    )
    return frozenset(connection.execute(found).scalars())


def sealed_counts(connection: Connection, identity: PoolIdentity) -> tuple[int, int, int]:
    """Return how many waves of what a pool is of have a result, their answers, and how many have none.

    By their planned last day, as the pool counts them.
    """
    first, last = half_year.days(identity.half)
    found = (
        select(func.count(sealed_wave.c.n), func.coalesce(func.sum(sealed_wave.c.n), 0), func.count())
        .select_from(sealed_wave)
        .join(wave, wave.c.id == sealed_wave.c.wave_id)
        .where(
            wave.c.instrument == identity.instrument,
            wave.c.edition == identity.edition,
            wave.c.language == identity.language,
            wave.c.planned_closes_on.between(first, last),
        )
    )
    with_result, answers, every_one = connection.execute(found).one()
    return int(with_result), int(answers), int(every_one) - int(with_result)


def _row(connection: Connection, key: str) -> Pool | None:
    row = connection.execute(select(pool).where(pool.c.key == key).with_for_update()).one_or_none()
    return None if row is None else _value(row)


def _value(row: Row[tuple[object, ...]]) -> Pool:
    stored = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    identity = PoolIdentity(stored["key"], *(stored[name] for name in _IDENTITY))
    rest = ("batch", "public_key", "destroyed", "lost", "units", "people", "sums", "kept_until")
    return Pool(stored["id"], identity, *(stored[name] for name in rest))
