"""Which faults of a database pass by themselves: told by driver and SQLSTATE, here and nowhere else.

What passes is waited for and answered with 503. Everything else, such as a wrong password, a missing table or
a damaged file, stays as it is until somebody mends it.
"""

import errno
import sqlite3
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from instruments.problems import Unavailable, unavailable

AWAY, BUSY, DISK, READ_ONLY, UPGRADED = (
    "database-away",
    "database-busy",
    "database-disk",
    "database-read-only",
    "database-upgraded",
)
FILES = "disk-full"
RAISED = (DBAPIError, PoolTimeout)  # what the database's library raises; a driver's own error is inside it

_SENTENCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        AWAY: (
            "The database does not answer.",
            "It is asked again. Check that its server is reached, or that its file's folder can be written.",
        ),
        BUSY: (
            "The database was busy with something else for too long.",
            "Do it again. If that stays so, look for what holds its locks.",
        ),
        DISK: (
            "The disk of the database is full, or does not work.",
            "Make room there. Nothing was stored by half, and it goes on by itself.",
        ),
        READ_ONLY: (
            "The database can only be read now.",
            "Check that this user may write there, and that the server is not a standby.",
        ),
        UPGRADED: (
            "The tables are those of another version of this program.",
            "Start the version that the tables belong to, everywhere.",
        ),
        FILES: (
            "There is no room on the disk for a file.",
            "Make room there. Nothing was stored by half, and it goes on by itself.",
        ),
    }
)
# SQLSTATE, or its class → what that is; https://www.postgresql.org/docs/current/errcodes-appendix.html
_STATES: Mapping[str, str] = MappingProxyType(
    {
        "08": AWAY,  # connections that fail or break
        "57P01": AWAY,  # the server stops, or this connection was ended
        "57P02": AWAY,  # another process of the server crashed
        "57P03": AWAY,  # it starts, or is not done with recovery
        "57P05": AWAY,  # an idle connection was ended
        "53300": AWAY,  # it has as many clients as it takes
        "53100": DISK,
        "58030": DISK,
        "53": BUSY,  # it lacks memory or another resource
        "25006": READ_ONLY,
        "25P03": BUSY,  # a transaction of ours stood still for too long
        "40": BUSY,  # undone in favour of another transaction
        "55P03": BUSY,  # a lock was not got in time
        "57014": BUSY,  # a statement took too long
    }
)
# SQLite's primary result codes; https://www.sqlite.org/rescode.html
_RESULTS: Mapping[int, str] = MappingProxyType(
    {
        sqlite3.SQLITE_BUSY: BUSY,
        sqlite3.SQLITE_LOCKED: BUSY,
        sqlite3.SQLITE_FULL: DISK,
        sqlite3.SQLITE_IOERR: DISK,
        sqlite3.SQLITE_READONLY: READ_ONLY,
        # a file that was open before: the folder it lies in is away, or can only be read
        sqlite3.SQLITE_CANTOPEN: AWAY,
    }
)
_PRIMARY = 0xFF
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
# at a start these are a path or rights that somebody set wrong
_SETTINGS_OF_SQLITE = frozenset({AWAY, READ_ONLY})


def unavailable_by(code: str, place: str = "") -> Unavailable:
    """Return the report of what passes, by its code, for the caller to raise."""
    return unavailable(code, *_SENTENCES[code], place)


def code_of(error: BaseException) -> str | None:
    """Return the code of a fault that passes; None of one that does not."""
    if isinstance(error, PoolTimeout):
        return BUSY
    if isinstance(error, OSError):
        return FILES if error.errno in _NO_ROOM else None
    if not isinstance(error, DBAPIError):
        return None
    raised = error.orig
    if isinstance(raised, sqlite3.Error):
        return _RESULTS.get(getattr(raised, "sqlite_errorcode", 0) & _PRIMARY)
    if state := getattr(raised, "sqlstate", None):
        return _STATES.get(state) or _STATES.get(state[:2])
    # no state: whoever would have given one was not reached, or went away
    is_lost = error.connection_invalidated or isinstance(error, OperationalError)
    return AWAY if is_lost else None


def code_at_start(error: BaseException, address: URL) -> str | None:
    """Return the same of a database that is being opened, where less is taken to pass.

    A path, rights or a password that are wrong from the beginning are a setting. The client's library
    keeps the SQLSTATE of a refused connection to itself, so that the server is asked once more.
    """
    code = code_of(error)
    if isinstance(error, DBAPIError) and isinstance(error.orig, sqlite3.Error):
        return None if code in _SETTINGS_OF_SQLITE else code
    if code == AWAY and address.get_backend_name() == "postgresql":
        from survey.store import startup_refusals  # noqa: PLC0415 - on SQLite psycopg is not loaded

        state = startup_refusals.sqlstate(address)
        return AWAY if state is None else _STATES.get(state) or _STATES.get(state[:2])
    return code


def is_of_other_tables(error: BaseException) -> bool:
    """Return whether a statement may have failed because the tables are not those it was written for."""
    return isinstance(error, ProgrammingError | OperationalError) and code_of(error) is None
