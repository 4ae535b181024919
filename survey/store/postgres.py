"""Connections to PostgreSQL: their time-outs, how a dead one is replaced, and how tables are rewritten.

Time-outs are kept by the server where it hears us, and by this end where it does not.
"""

import re
import time
from collections.abc import Sequence
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Dialect, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from survey.store.patience import LONG, Patience

# longer than an autovacuum takes to step aside, and short: whoever hands in meanwhile waits behind us
_LOCK_MILLISECONDS = 2000
_LOCK_NOT_AVAILABLE = "55P03"
_IDLE_SECONDS = 1.0
_IDLE_SINCE = "idle since"

# a machine that vanished answers no probe: it is given up within half a minute
_KEEPALIVE = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
_UNACKNOWLEDGED_MILLISECONDS = 15_000


class _Connection(psycopg.Connection[Any]):
    """A connection that is given up where its other end says nothing for too long."""

    longest: float | None = None  # seconds for one exchange; None before that is known

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ANN401 - as psycopg has it
        """Take the exchange to its end. Raises OperationalError, and closes, where nothing comes."""
        try:
            return super().wait(gen, interval, self.longest if timeout is None else timeout)
        except psycopg.errors._WaitTimeout:  # noqa: SLF001 - it has no public name
            if timeout is None:
                # what still comes would be taken for the reply to the next statement
                self.pgconn.finish()
            raise


def arguments(address: URL, patience: Patience, *, read_only: bool) -> dict[str, object]:
    """Return what a connection is made with. What the address itself says stands."""
    set_to = {
        "statement_timeout": patience.statement * 1000,
        "lock_timeout": patience.lock * 1000,
        "idle_in_transaction_session_timeout": patience.idle * 1000,
        **({"default_transaction_read_only": "on"} if read_only else {}),
    }
    own = " ".join(f"-c {name}={value}" for name, value in set_to.items())
    asked = address.query.get("options", "")
    given: dict[str, object] = {
        "connect_timeout": patience.connect,
        "tcp_user_timeout": _UNACKNOWLEDGED_MILLISECONDS,
        **_KEEPALIVE,
    }
    return {
        **{name: value for name, value in given.items() if name not in address.query},
        # the later of two says what holds, except that what only reads never writes
        "options": f"{asked} {own}" if read_only else f"{own} {asked}",
    }


def connect(
    patience: Patience,
    _dialect: Dialect,
    _record: ConnectionPoolEntry,
    positional: list[Any],
    named: dict[str, Any],
) -> psycopg.Connection[Any]:
    """Return a connection to the server, in place of SQLAlchemy's own way."""
    made = _Connection.connect(*positional, **named)
    made.longest = patience.reply
    return made


def note_idle(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    """Note when a connection was given back."""
    record.info[_IDLE_SINCE] = time.monotonic()


def look_after_idle(
    dialect: Dialect,
    patience: Patience,
    connection: Any,  # noqa: ANN401 - our own class, which SQLAlchemy does not know
    record: ConnectionPoolEntry,
    _proxy: PoolProxiedConnection,
) -> None:
    """Replace a connection that no longer answers. It is asked after a pause only: asking is a round trip."""
    if time.monotonic() - record.info.get(_IDLE_SINCE, -_IDLE_SECONDS) < _IDLE_SECONDS:
        return
    connection.longest = patience.connect
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        # the server went away: every connection of before is as dead as this one
        raise InvalidatePoolError from error
    connection.longest = patience.reply


def rewrite_tables(tables: Sequence[str], connection: Connection) -> bool:
    """Rewrite tables without their dead rows; return whether none of those had to be kept.

    A dead row is kept where a transaction that began before it died might still read it, be it a dump or
    the server's own analyze. Only a notice tells so, one for each table: whatever the server's language, the
    first number of its detail is how many dead rows were kept.
    """
    details: list[str | None] = []
    driver: Any = connection.connection.driver_connection
    driver.add_notice_handler(lambda notice: details.append(notice.message_detail))
    # it may take longer than what a person asks for
    driver.longest = LONG.reply
    connection.execute(text(f"SET statement_timeout = {LONG.statement * 1000}"))
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
