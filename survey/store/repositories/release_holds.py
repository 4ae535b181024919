"""The waves of which nothing more is released outside their unit, since a backup was brought back.

What was released of them after that backup is not known any more, and a release beside it could be
subtracted from it. Functions take the connection of the caller's transaction.
"""

from sqlalchemy import Connection, insert, select

from survey.store.installation_tables import release_hold
from survey.store.tables import WaveState, wave


def hold_sealed(connection: Connection) -> int:
    """Hold every wave that is sealed now, and return how many are held."""
    held = select(release_hold.c.wave_id)
    sealed = select(wave.c.id).where(wave.c.state == WaveState.SEALED.value, wave.c.id.not_in(held))
    connection.execute(insert(release_hold).from_select(["wave_id"], sealed))
    return len(keys(connection))


def keys(connection: Connection) -> frozenset[str]:
    """Return the keys of the waves that are held."""
    return frozenset(connection.execute(select(wave.c.key).join(release_hold)).scalars())
