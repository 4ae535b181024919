"""Count recent attempts over all processes; a bucket is a keyed hash, never an address."""

from sqlalchemy import case, delete
from sqlalchemy.dialects import postgresql, sqlite

from survey.store.database import Database
from survey.store.tables import attempt


def count(database: Database, bucket: bytes, *, now: int, window: int) -> int:
    """Add one attempt to the bucket; return how many it has in its window, which lasts `window` seconds."""
    insert = (sqlite if database.is_sqlite else postgresql).insert
    # counted in one statement: two processes that read and then wrote would lose a try
    is_over = attempt.c.window_began_at <= now - window
    counted = (
        insert(attempt)
        .values(bucket=bucket, window_began_at=now, tries=1)
        .on_conflict_do_update(
            index_elements=["bucket"],
            set_={
                "window_began_at": case((is_over, now), else_=attempt.c.window_began_at),
                "tries": case((is_over, 1), else_=attempt.c.tries + 1),
            },
        )
        .returning(attempt.c.tries)
    )
    with database.writing() as connection:
        return int(connection.execute(counted).scalar_one())


def forget(database: Database, bucket: bytes) -> None:
    """Empty one bucket, after an attempt that succeeded."""
    with database.writing() as connection:
        connection.execute(delete(attempt).where(attempt.c.bucket == bucket))


def forget_old(database: Database, before: int) -> None:
    """Remove the buckets whose window began before that."""
    with database.writing() as connection:
        connection.execute(delete(attempt).where(attempt.c.window_began_at < before))
