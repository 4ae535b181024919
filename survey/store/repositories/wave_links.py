"""The links that lead to a wave without a code of one's own, as keyed hashes.

Functions take the connection of the caller's transaction.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, insert, select

from survey.store.tables import wave_link

_WAVE_OF = select(wave_link.c.wave_id).where(wave_link.c.keyed_hash == bindparam("keyed_hash"))


def add(connection: Connection, wave_id: int, hashes: Iterable[bytes]) -> None:
    """Store a wave's links by their hashes, in the hashes' order, which does not say which is which."""
    rows = [{"keyed_hash": keyed_hash, "wave_id": wave_id} for keyed_hash in sorted(hashes)]
    connection.execute(insert(wave_link), rows)


def wave_id(connection: Connection, keyed_hash: bytes) -> int | None:
    """Return the id of the wave a link leads to; None for one that was never given."""
    found = connection.execute(_WAVE_OF, {"keyed_hash": keyed_hash}).scalar_one_or_none()
    return None if found is None else int(found)


def remove(connection: Connection, wave_id: int) -> None:
    """Delete every link of the wave."""
    connection.execute(delete(wave_link).where(wave_link.c.wave_id == wave_id))
