"""The one place that opens a transaction, on SQLite or PostgreSQL."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from instruments.problems import Refused, refuse

MIGRATIONS = Path(__file__).parent / "migrations"
THREADS = 16
PRAGMAS = (
    "busy_timeout = 30000",
    "foreign_keys = ON",
    "journal_mode = WAL",
    "synchronous = FULL",
    # what is deleted is overwritten, and no copy of it reaches a temporary file
    "secure_delete = ON",
    "temp_store = MEMORY",
)


class Database:
    """An open database. Every read and every write of the product goes through `reading` or `writing`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # SQLite lets one write at a time: waiting here is fair and cheap, its own busy wait is neither
        self._turn = threading.Lock() if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads one consistent state."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is durably on disk when the block ends, or leaves nothing behind."""
        with (
            self._turn,
            self.engine.connect().execution_options(writing=True) as connection,
            connection.begin(),
        ):
            yield connection

    def migrate(self) -> None:
        """Bring the tables to the present schema. Raises Refused where the database cannot be written."""
        try:
            with self.engine.connect() as connection:
                config = Config()
                config.set_main_option("script_location", str(MIGRATIONS))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                connection.commit()
        except OperationalError as error:
            raise _unreachable(self.engine, error) from error

    def scrub(self) -> None:
        """Leave no page, journal or dead row that holds what was deleted from the urns."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if self.is_sqlite:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            else:
                connection.execute(text("VACUUM (FULL) urn"))

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """The database at that URL, its schema present. Raises Refused where it is unreachable or out of step."""
    database = connect(url)
    script = ScriptDirectory(str(MIGRATIONS))
    try:
        with database.reading() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        raise _unreachable(database.engine, error) from error
    if present != script.get_current_head():
        raise refuse(
            "database-schema",
            f"The tables are at revision {present}, this program needs {script.get_current_head()}.",
            "Make a backup, then bring the tables up with `kjennetegn verify --migrate`."
            if present is None or present in {revision.revision for revision in script.walk_revisions()}
            else "A newer program wrote this database: run that one.",
            place=_place(database.engine),
        )
    return database


def connect(url: str) -> Database:
    """The database at that URL, whatever state its tables are in; for migrating. Connects lazily."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address, pool_size=THREADS, max_overflow=4, connect_args={"timeout": 30})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(address, pool_size=8, max_overflow=8, pool_pre_ping=True)
    return Database(engine)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # transactions are begun by `_begin_sqlite`, not guessed by the driver
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _place(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


def _unreachable(engine: Engine, error: DBAPIError) -> Refused:
    return refuse(
        "database-unreachable",
        f"The database does not open: {str(error.orig).strip().splitlines()[0]}.",
        "Check KJENNETEGN_DATABASE, that the server runs, and that this user may write there.",
        place=_place(engine),
    )
