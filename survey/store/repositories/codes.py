"""Access codes as keyed hashes: every code that was issued, used or not; whether one was used stands nowhere.

Functions take the connection of the caller's transaction.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from survey.store.tables import access_code

_BATCH = 500
_WAVE_OF = select(access_code.c.wave_id).where(access_code.c.keyed_hash == bindparam("keyed_hash"))


def add(connection: Connection, wave_id: int, hashes: Iterable[bytes]) -> None:
    """Store codes by their hashes, in the hashes' own order, which is not that of the slips."""
    rows = [{"keyed_hash": keyed_hash, "wave_id": wave_id} for keyed_hash in sorted(hashes)]
    for start in range(0, len(rows), _BATCH):
        connection.execute(insert(access_code), rows[start : start + _BATCH])


def count(connection: Connection, wave_id: int) -> int:
    """Return how many codes the wave has, used or not."""
    counted = select(func.count()).select_from(access_code).where(access_code.c.wave_id == wave_id)
    return int(connection.scalar(counted) or 0)


def waves_with_codes(connection: Connection, wave_ids: Sequence[int]) -> frozenset[int]:
    """Return the ids of those of these waves that have codes."""
    found: set[int] = set()
    for start in range(0, len(wave_ids), _BATCH):
        some = access_code.c.wave_id.in_(wave_ids[start : start + _BATCH])
        found.update(connection.execute(select(access_code.c.wave_id).where(some).distinct()).scalars())
    return frozenset(found)


def wave_id(connection: Connection, keyed_hash: bytes) -> int | None:
    """Return the id of the wave a code belongs to; None for one that was never issued or has been removed."""
    found = connection.execute(_WAVE_OF, {"keyed_hash": keyed_hash}).scalar_one_or_none()
    return None if found is None else int(found)


def remove(connection: Connection, wave_id: int) -> None:
    """Delete every code of the wave."""
    connection.execute(delete(access_code).where(access_code.c.wave_id == wave_id))
