"""The one place that opens a transaction, on SQLite or PostgreSQL."""

import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from instruments.problems import Damaged, damage, refuse
from reports.files import private
from survey.store import instrument_integrity, schema
from survey.store.group_commit import Act, GroupCommit
from survey.store.ttl_cache import TtlCache

Transaction = Connection  # what repositories take; others hand it on unopened

_THREADS = 16
_SCRUBBED = ("urn", "access_code", "held_key_share")
_POOLED = ("pool", "pool_contribution")
_REMOVED = (
    *("expectation", "wave_link", "sealed_wave", "sealed_category", "agreed_action", "look_back"),
    *("wave", "membership", "unit", "job_task", "job"),
)
_SCRUBBING_SECONDS = 10.0
_SCRUBBING_PAUSE = 0.2
# longer than an autovacuum takes to step aside, and short: whoever hands in meanwhile waits behind us
_LOCK_MILLISECONDS = 2000
_LOCK_NOT_AVAILABLE = "55P03"
_IDLE_SECONDS = 1.0
JOURNALS = ("-wal", "-shm", "-journal")  # what SQLite keeps beside its file, by the end of its name
_IDLE_SINCE = "idle since"
_READING_PRAGMAS = (
    "busy_timeout = 30000",
    "foreign_keys = ON",
    # no copy of what is read reaches a temporary file
    "temp_store = MEMORY",
)
_WRITING_PRAGMAS = (
    *_READING_PRAGMAS,
    "journal_mode = WAL",
    "synchronous = FULL",
    # what is deleted is overwritten
    "secure_delete = ON",
)


class Database:
    """An open database. Every read and every write of the product goes through `reading` or `writing`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.cache = TtlCache()
        # SQLite lets one write at a time: waiting here is fair and cheap, its own busy wait is neither
        self._turn: AbstractContextManager[object] = threading.Lock() if self.is_sqlite else nullcontext()
        self._group_commit = GroupCommit(self._turn, self._begun)

    @property
    def is_sqlite(self) -> bool:
        """Return whether this is a file and not a server."""
        return self.engine.dialect.name == "sqlite"

    @property
    def place(self) -> str:
        """Return the database's address without its password."""
        return self.engine.url.difference_update_query(["password"]).render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Begin a transaction that reads."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Begin a transaction that is durably on disk when the block ends, or leaves nothing behind."""
        with self._turn, self._begun() as connection:
            yield connection

    def write_in_group(self, act: Act) -> None:
        """Do the act durably. It changes all it has to, or raises Refused or Damaged first.

        On SQLite, acts that wait at once share one transaction; on PostgreSQL each has its own.
        """
        if self.is_sqlite:
            self._group_commit.write(act)
        else:
            with self.writing() as connection:
                act(connection)

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        with self.engine.connect().execution_options(writing=True) as connection, connection.begin():
            yield connection

    def is_new(self) -> bool:
        """Return whether it has no table yet. Raises Refused where it cannot be reached."""
        try:
            with self.reading() as connection:
                return schema.is_new(connection)
        except DBAPIError as error:
            raise _unreachable(self, error) from error

    def exists(self) -> bool:
        """Return whether there is a database with a table in it; make neither. Raises as `is_new` does."""
        there = not self.is_sqlite or Path(self.engine.url.database or "").is_file()
        return there and not self.is_new()

    def require_tables(self) -> None:
        """Raise Refused("database-missing") where there is no database or no table in it; make neither."""
        if not self.exists():
            raise refuse(
                "database-missing",
                "There is no database, or there is no table in it.",
                "Check KJENNETEGN_DATABASE. A new installation is made by `kjennetegn set-up`.",
                place=self.place,
            )

    def migrate(self, along: Callable[[Connection], None] = lambda _connection: None) -> None:
        """Bring the tables to the present schema; `along` goes into the same transaction.

        Raises Damaged where the database cannot be written.
        """
        try:
            with self.writing() as connection:
                schema.upgrade(connection)
                along(connection)
        except DBAPIError as error:
            raise _unreachable(self, error) from error

    def check(self) -> None:
        """Raise Damaged unless it can be written and its schema is ours; leave every byte of it as it was."""
        try:
            with self.engine.connect().execution_options(writing=True) as connection:
                # written and taken back: whoever only looks at an installation changes nothing of it
                connection.execute(text("CREATE TABLE written (one INTEGER)"))
                found = schema.revision(connection)
                connection.rollback()
        except DBAPIError as error:
            raise _unreachable(self, error) from error
        schema.require_present(found, self.place)

    def scrub(self, *, whole: bool = False, pools: bool = False) -> None:
        """Remove every page, journal and dead row that holds what was deleted of urns, codes and key shares.

        With `whole`, of everything that is stored of waves and units; with `pools`, of what waited for pools.
        Raises Damaged("database-busy") where others kept something of it in use for too long.
        """
        tables = (*_SCRUBBED, *_REMOVED, *_POOLED) if whole else _POOLED if pools else _SCRUBBED
        clear = _empty_journal if self.is_sqlite else partial(_rewrite_tables, tables)
        ends = time.monotonic() + _SCRUBBING_SECONDS
        while True:
            # detached from the pool by either, so that the short patience set on it ends with it
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                if clear(connection):
                    return
            if time.monotonic() > ends:
                raise damage(
                    "database-busy",
                    "What was deleted could not be overwritten, because someone is still reading.",
                    "Do it again when no backup or other long reading runs; what is sealed is sealed.",
                    place=self.place,
                )
            time.sleep(_SCRUBBING_PAUSE)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def searchable(text: str) -> str:
    """Return the text as both engines may look for it: PostgreSQL holds no NUL, so no row has one."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def open_database(url: str) -> Database:
    """Open the database at that URL, ready for use.

    Raises Refused("database-missing") where there is none or it has no table, Damaged where it is
    unreachable, unwritable or of another schema, and where a wave is on an instrument version that is missing
    here or altered.
    """
    database = connect(url)
    try:
        database.require_tables()
        database.check()
        with database.reading() as connection:
            instrument_integrity.require_unaltered(connection)
    except BaseException:
        database.close()
        raise
    return database


def open_read_only(url: str) -> Database:
    """Open the database at that URL for reading alone: the engine refuses whatever would change it.

    Raises Refused: `database-missing` where there is none or it has no table, and otherwise as
    `open_database` does.
    """
    database = connect(url, read_only=True)
    try:
        database.require_tables()
        with database.reading() as connection:
            schema.require_present(schema.revision(connection), database.place)
            instrument_integrity.require_unaltered(connection)
    except BaseException:
        database.close()
        raise
    return database


def connect(url: str, *, read_only: bool = False) -> Database:
    """Return the database at that URL, whatever its tables are like; it is connected to when used."""
    address = make_url(url)
    # what a statement is asked with, such as the hash of a code someone holds, is in no log or traceback
    silent = {"hide_parameters": True}
    if address.get_backend_name() == "sqlite":
        engine = create_engine(
            address,
            pool_size=_THREADS,
            max_overflow=4,
            connect_args={"timeout": 30},
            paramstyle="named",
            **silent,
            pool_use_lifo=True,
        )
        if not read_only:
            event.listen(engine, "do_connect", lambda *_: _keep_private(Path(address.database or "")))
        pragmas = (*_READING_PRAGMAS, "query_only = ON") if read_only else _WRITING_PRAGMAS
        event.listen(engine, "connect", partial(_prepare_sqlite, pragmas))
        event.listen(engine, "begin", _begin_sqlite)
    else:
        started_with = {"options": "-c default_transaction_read_only=on"} if read_only else {}
        engine = create_engine(address, pool_size=8, max_overflow=8, connect_args=started_with, **silent)
        event.listen(engine, "checkin", _note_idle)
        event.listen(engine, "checkout", partial(_look_after_idle, engine.dialect))
    return Database(engine)


def _keep_private(file: Path) -> None:
    """Let nobody else read the file and its journals: made before SQLite does, and mended where it did.

    SQLite gives its journals the mode of the file.
    """
    if not file.name or file.name == ":memory:" or not file.parent.is_dir():
        return  # what is wrong with the place SQLite says itself
    private.create(file)
    for name in ("", *JOURNALS):
        private.restrict(file.with_name(file.name + name))


def _prepare_sqlite(pragmas: Sequence[str], connection: sqlite3.Connection, _record: object) -> None:
    # transactions are begun by `_begin_sqlite`, not guessed by the driver
    connection.isolation_level = None
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def _note_idle(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info[_IDLE_SINCE] = time.monotonic()


def _look_after_idle(
    dialect: Dialect, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    """Replace a connection that no longer answers. It is asked after a pause only: asking is a round trip."""
    if time.monotonic() - record.info.get(_IDLE_SINCE, -_IDLE_SECONDS) < _IDLE_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        # the server went away: every connection of before is as dead as this one
        raise InvalidatePoolError from error


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") == "AUTOCOMMIT":
        return
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writing", False) else "BEGIN")


def _empty_journal(connection: Connection) -> bool:
    """Empty SQLite's journal; return whether nobody was reading from it."""
    connection.execute(text(f"PRAGMA busy_timeout = {_LOCK_MILLISECONDS}"))
    connection.detach()
    return not connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]


def _rewrite_tables(tables: Sequence[str], connection: Connection) -> bool:
    """Rewrite PostgreSQL's tables without their dead rows; return whether none of those had to be kept.

    A dead row is kept where a transaction that began before it died might still read it, be it a dump or
    the server's own analyze. Only a notice tells so, one for each table: whatever the server's language, the
    first number of its detail is how many dead rows were kept.
    """
    details: list[str | None] = []
    driver: Any = connection.connection.driver_connection
    driver.add_notice_handler(lambda notice: details.append(notice.message_detail))
    connection.execute(text(f"SET lock_timeout = {_LOCK_MILLISECONDS}"))
    connection.detach()
    try:
        connection.execute(text(f"VACUUM (FULL, VERBOSE) {', '.join(tables)}"))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            return False
        raise
    kept = [re.findall(r"\d+", detail)[0] for detail in details if detail]
    return kept == ["0"] * len(tables)


def _unreachable(database: Database, error: DBAPIError) -> Damaged:
    return damage(
        "database-unusable",
        f"The database does not open for writing: {str(error.orig).strip().splitlines()[0]}.",
        "Check KJENNETEGN_DATABASE, that the server runs, and that this user may write there.",
        place=database.place,
    )
