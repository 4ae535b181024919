"""Why a PostgreSQL server refuses a connection: the SQLSTATE, which libpq does not hand out.

Its error holds the server's sentence alone, in whatever language that server speaks. The SQLSTATE stands in
the trace of the protocol, which is written into memory here and read at once.
"""

import os
import re
import select

from psycopg import NotSupportedError, conninfo, pq
from sqlalchemy import URL

_SECONDS = 5
_STATE = re.compile(rb'ErrorResponse.* C "([0-9A-Z]{5})"')
_ENDED = frozenset({pq.PollingStatus.OK, pq.PollingStatus.FAILED})


def sqlstate(address: URL) -> str | None:
    """Return why a server refuses; None where none is reached, it does not refuse, or that cannot be read."""
    asked = {**address.translate_connect_args(username="user", database="dbname"), **address.query}
    connection = pq.PGconn.connect_start(conninfo.make_conninfo("", **asked).encode())
    try:
        return _refused(connection)
    finally:
        connection.finish()


def _refused(connection: pq.abc.PGconn) -> str | None:
    if connection.status == pq.ConnStatus.BAD or not hasattr(os, "memfd_create"):
        return None
    # in memory alone: the trace of a password would be one
    trace = os.memfd_create("trace")
    try:
        connection.trace(os.dup(trace))
        _poll(connection)
        connection.untrace()
        found = _STATE.search(os.pread(trace, 1 << 16, 0))
    except NotSupportedError:
        return None
    finally:
        os.close(trace)
    return found.group(1).decode() if found else None


def _poll(connection: pq.abc.PGconn) -> None:
    """Go on connecting until that ended, or nothing came for too long."""
    while (status := connection.connect_poll()) not in _ENDED:
        reads = [connection.socket] if status == pq.PollingStatus.READING else []
        writes = [] if reads else [connection.socket]
        if not any(select.select(reads, writes, [], _SECONDS)):
            return
