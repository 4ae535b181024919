"""The schema's revisions: which one a database is at, and how it gets to ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from instruments.problems import damage

_MIGRATIONS = Path(__file__).parent / "migrations"
_TURN = 7_305_061_001  # any number: processes that start together migrate one after another


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Let a transaction that begins within make SQLite's tables anew.

    Alembic does so for most changes of a table, and dropping the old one would count as deleting every row
    that others refer to. Within a transaction SQLite takes no note of this setting.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")
        driver.close()


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest revision, in the caller's transaction.

    Raises RuntimeError where a revision leaves rows that refer to others which are gone.
    """
    from alembic import command  # noqa: PLC0415 - whoever migrates nothing starts sooner
    from alembic.config import Config  # noqa: PLC0415 - likewise

    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
        if revision(connection):
            # whoever writes has read this table: they end first, and the next ones see the new revision
            connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        tables = {row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
        if tables:
            raise RuntimeError(f"rows of {', '.join(sorted(tables))} refer to rows that are gone")


def is_new(connection: Connection) -> bool:
    """Return whether the database has no table yet."""
    return not inspect(connection).get_table_names()


def revision(connection: Connection) -> str:
    """Return the revision the tables are at; empty where there are none of ours."""
    return revision_now(connection) if inspect(connection).has_table("alembic_version") else ""


def revision_now(connection: Connection) -> str:
    """Return the same by one statement, in a transaction that no migration ends before."""
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or ""


@cache
def newest() -> str:
    """Return the revision this program works with."""
    return max(known())


def known() -> frozenset[str]:
    """Return the revisions that this program can bring to its own."""
    # the names of their files begin with them, so that nobody has to run these to know
    return frozenset(file.name.partition("_")[0] for file in (_MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def require_present(found: str, place: str) -> None:
    """Raise Damaged("database-schema") where the revision is older or newer than the program's."""
    if found == newest():
        return
    raise damage(
        "database-schema",
        f"Its tables are at revision {found or 'none'}; this program needs {newest()}.",
        "Make a backup, then run `kjennetegn migrate`."
        if not found or found in known()
        else "A newer program wrote this database: run that one.",
        place=place,
    )
