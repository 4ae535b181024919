"""The clock of the machine that the database is on."""

from sqlalchemy import text

from survey.store.database import Database


def seconds(database: Database) -> int:
    """Return the time there, in seconds since 1970."""
    asked = "strftime('%s', 'now')" if database.is_sqlite else "extract(epoch FROM clock_timestamp())"
    with database.reading() as connection:
        return int(connection.execute(text(f"SELECT {asked}")).scalar_one())
