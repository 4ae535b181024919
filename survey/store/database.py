"""The one place that opens a transaction, on SQLite or PostgreSQL."""

import errno
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from instruments.problems import Damaged, Unavailable, damage, refuse
from reports.files import private
from survey.store import instrument_integrity, passing_faults, schema
from survey.store.group_commit import Act, GroupCommit
from survey.store.opening_faults import unreadable, unusable
from survey.store.outages import Outages
from survey.store.passing_faults import UPGRADED, unavailable_by
from survey.store.patience import SHORT, Patience, Turn
from survey.store.ttl_cache import TtlCache

Transaction = Connection  # what repositories take; others hand it on unopened

_THREADS = 16
_SCRUBBED = ("urn", "access_code", "held_key_share")
_POOLED = ("pool", "pool_contribution")
_REMOVED = (
    *("expectation", "wave_link", "sealed_in", "sealed_wave", "sealed_category"),
    *("agreed_action", "look_back", "wave", "membership", "unit", "job_task", "job"),
)
_SCRUBBING_SECONDS = 10.0
_SCRUBBING_PAUSE = 0.2
# longer than an autovacuum takes to step aside, and short: whoever hands in meanwhile waits behind us
_LOCK_MILLISECONDS = 2000
JOURNALS = ("-wal", "-shm", "-journal")  # what SQLite keeps beside its file, by the end of its name
_READING_PRAGMAS = (
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

    def __init__(self, engine: Engine, patience: Patience = SHORT) -> None:
        self.engine = engine
        self.cache = TtlCache()
        self.outages = Outages(self.place)
        # SQLite lets one write at a time: waiting here is fair and cheap, its own busy wait is neither
        self._turn: AbstractContextManager[object] = (
            Turn(patience.lock, self._busy) if self.is_sqlite else nullcontext()
        )
        self._group_commit = GroupCommit(self._turn, self._begun)
        self._revision: str | None = None  # of the tables, once they were found to be ours
        self._opening = threading.Lock()

    @property
    def is_sqlite(self) -> bool:
        """Return whether this is a file and not a server."""
        return self.engine.dialect.name == "sqlite"

    @property
    def is_ready(self) -> bool:
        """Return whether it was found to be ours, and is not waited for."""
        return self._revision is not None

    @property
    def place(self) -> str:
        """Return the database's address without its password."""
        return self.engine.url.difference_update_query(["password"]).render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Begin a transaction that reads. Raises Unavailable, as all that asks the database does."""
        with self._watched(), self.engine.connect() as connection, connection.begin():
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
        with (
            self._watched(written=True),
            self.engine.connect().execution_options(writing=True) as connection,
            connection.begin(),
        ):
            # within the transaction, so that no migration can come between: what is written here is ours
            if self._revision is not None and schema.revision_now(connection) != self._revision:
                raise self._met(UPGRADED)
            yield connection

    @contextmanager
    def _watched(self, *, written: bool = False) -> Iterator[None]:
        """Raise Unavailable where what passes keeps the database from working, and note when it ends."""
        self.outages.require_due()
        try:
            yield
        except passing_faults.RAISED as error:
            code = passing_faults.code_of(error)
            if code is None and self._is_of_another_program(error):
                code = UPGRADED
            if code is None:
                raise
            raise self._met(code) from error
        except Unavailable:
            raise
        except BaseException:
            self._answered(written=False)
            raise
        self._answered(written=written)

    def _answered(self, *, written: bool) -> None:
        if self.outages.any:
            self.outages.end(written=written)

    def _met(self, code: str) -> Unavailable:
        self.outages.begin(code)
        return unavailable_by(code, self.place)

    def _busy(self) -> Unavailable:
        return self._met(passing_faults.BUSY)

    def _is_of_another_program(self, error: BaseException) -> bool:
        if self._revision is None or not passing_faults.is_of_other_tables(error):
            return False
        try:
            with self.engine.connect() as connection, connection.begin():
                return schema.revision_now(connection) != self._revision
        except passing_faults.RAISED:
            return False

    def make_ready(self) -> None:
        """Find it ready for use. Nothing where that was done.

        Raises Unavailable while it is away, and otherwise as `open_database` does.
        """
        # who is not the first finds out nothing by waiting behind the first
        if not self._opening.acquire(blocking=False):
            raise unavailable_by(passing_faults.AWAY, self.place)
        try:
            if self._revision is None:
                # outside what notes a try: who is told to wait must not put the next one off
                self.outages.require_due()
                self._try_to_open()
        finally:
            self._opening.release()

    def _try_to_open(self) -> None:
        try:
            self._open()
        except Unavailable as error:
            self.outages.begin(error.problems[0].code)
            raise

    def _open(self) -> None:
        self.require_tables()
        self.check()
        with self._opened(unreadable), self.engine.connect() as connection, connection.begin():
            instrument_integrity.require_unaltered(connection)
        self._revision = schema.newest()
        self._answered(written=True)

    @contextmanager
    def _opened(self, damaged: Callable[[str, SQLAlchemyError], Damaged] = unusable) -> Iterator[None]:
        """Raise Unavailable, or Damaged as `damaged` says it, where the database cannot be opened."""
        try:
            yield
        except passing_faults.RAISED as error:
            code = passing_faults.code_at_start(error, self.engine.url)
            raise (unavailable_by(code, self.place) if code else damaged(self.place, error)) from error

    def is_new(self) -> bool:
        """Return whether it has no table yet. Raises Unavailable, or Damaged where it cannot be reached."""
        with self._opened(), self.engine.connect() as connection, connection.begin():
            return schema.is_new(connection)

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

        Raises Unavailable, or Damaged where the database cannot be written.
        """
        with (
            self._opened(),
            self._turn,
            self.engine.connect().execution_options(writing=True) as connection,
            schema.without_foreign_keys(connection),
            connection.begin(),
        ):
            schema.upgrade(connection)
            along(connection)

    def check(self) -> None:
        """Raise Damaged unless it can be written and its schema is ours; leave every byte of it as it was.

        Raises Unavailable where it is away.
        """
        with self._opened(), self.engine.connect().execution_options(writing=True) as connection:
            # written and taken back: whoever only looks at an installation changes nothing of it
            connection.execute(text("CREATE TABLE written (one INTEGER)"))
            found = schema.revision(connection)
            connection.rollback()
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
            with (
                self._watched(),
                self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
            ):
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


def open_database(url: str, patience: Patience = SHORT, *, awaited: bool = False) -> Database:
    """Open the database at that URL, ready for use.

    Raises Refused("database-missing") where there is none or it has no table, Damaged where it is
    unusable, unwritable or of another schema, and where a wave is on an instrument version that is missing
    here or altered. Raises Unavailable where it is away for now; where it is `awaited`, it is returned all
    the same, for `make_ready` to be called before it is used.
    """
    database = connect(url, patience)
    try:
        database.make_ready()
    except Unavailable:
        if not awaited:
            database.close()
            raise
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


def connect(url: str, patience: Patience = SHORT, *, read_only: bool = False) -> Database:
    """Return the database at that URL, whatever its tables are like; it is connected to when used."""
    address = make_url(url)
    # what a statement is asked with, such as the hash of a code someone holds, is in no log or traceback
    silent = {"hide_parameters": True}
    if address.get_backend_name() == "sqlite":
        engine = create_engine(
            address,
            pool_size=_THREADS,
            max_overflow=4,
            connect_args={"timeout": patience.lock},
            pool_timeout=patience.lock,
            paramstyle="named",
            **silent,
            pool_use_lifo=True,
        )
        if not read_only:
            event.listen(engine, "do_connect", lambda *_: _keep_private(Path(address.database or "")))
        pragmas = (*_READING_PRAGMAS, "query_only = ON") if read_only else _WRITING_PRAGMAS
        waits = f"busy_timeout = {patience.lock * 1000}"
        event.listen(engine, "connect", partial(_prepare_sqlite, (waits, *pragmas)))
        event.listen(engine, "begin", _begin_sqlite)
    else:
        from survey.store import postgres  # noqa: PLC0415 - on SQLite psycopg is not loaded

        engine = create_engine(
            address,
            pool_size=8,
            max_overflow=8,
            pool_timeout=patience.lock,
            connect_args=postgres.arguments(address, patience, read_only=read_only),
            **silent,
        )
        event.listen(engine, "do_connect", partial(postgres.connect, patience))
        event.listen(engine, "checkin", postgres.note_idle)
        event.listen(engine, "checkout", partial(postgres.look_after_idle, engine.dialect, patience))
    return Database(engine, patience)


def _keep_private(file: Path) -> None:
    """Let nobody else read the file and its journals: made before SQLite does, and mended where it did.

    SQLite gives its journals the mode of the file.
    """
    if not file.name or file.name == ":memory:" or not file.parent.is_dir():
        return  # what is wrong with the place SQLite says itself
    try:
        private.create(file)
        for name in ("", *JOURNALS):
            private.restrict(file.with_name(file.name + name))
    except OSError as error:
        # of a disk that is mounted to be read alone, too
        if error.errno != errno.EROFS:
            raise


def _prepare_sqlite(pragmas: Sequence[str], connection: sqlite3.Connection, _record: object) -> None:
    # transactions are begun by `_begin_sqlite`, not guessed by the driver
    connection.isolation_level = None
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") == "AUTOCOMMIT":
        return
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writing", False) else "BEGIN")


def _rewrite_tables(tables: Sequence[str], connection: Connection) -> bool:
    from survey.store import postgres  # noqa: PLC0415 - likewise

    return postgres.rewrite_tables(tables, connection)


def _empty_journal(connection: Connection) -> bool:
    """Empty SQLite's journal; return whether nobody was reading from it."""
    connection.execute(text(f"PRAGMA busy_timeout = {_LOCK_MILLISECONDS}"))
    connection.detach()
    return not connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]
