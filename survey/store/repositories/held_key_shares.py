"""The one key share of a wave that waits for a second one, encrypted by whoever puts it here."""

from sqlalchemy import Connection, delete, insert, select

from survey.store.database import Database
from survey.store.tables import held_key_share


def put(connection: Connection, wave_id: int, share: bytes, held_until: int) -> None:
    """Hold this share of the wave until then, in place of any other; seconds since 1970."""
    remove(connection, wave_id)
    connection.execute(insert(held_key_share).values(wave_id=wave_id, share=share, held_until=held_until))


def held(connection: Connection, wave_id: int, now: int) -> tuple[bytes, int] | None:
    """Return the share that is held of the wave and until when; None where there is none any more."""
    row = connection.execute(
        select(held_key_share.c.share, held_key_share.c.held_until).where(
            held_key_share.c.wave_id == wave_id, held_key_share.c.held_until > now
        )
    ).one_or_none()
    return None if row is None else (bytes(row.share), row.held_until)


def remove(connection: Connection, wave_id: int) -> None:
    """Delete what is held of the wave."""
    connection.execute(delete(held_key_share).where(held_key_share.c.wave_id == wave_id))


def forget_old(database: Database, now: int) -> None:
    """Delete every share whose time is over."""
    with database.writing() as connection:
        connection.execute(delete(held_key_share).where(held_key_share.c.held_until <= now))
