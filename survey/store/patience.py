"""How long a database is waited for: briefly where a person waits for a page, long where a machine works."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Patience:
    """Bounds in whole seconds.

    `connect` for a connection, `statement` for one statement, `lock` for a lock within it, and `idle` for a
    transaction of ours in which nothing is asked, so that a process that stands still holds nobody up.
    """

    connect: int
    statement: int
    lock: int
    idle: int

    @property
    def reply(self) -> int:
        """Return after how long without a reply the other end is taken to be gone."""
        # the server itself ends a statement before that, where it still hears us
        return self.statement + 5


# a reader gives up after some ten seconds, and a thread that waits longer is missing for everybody else; the
# slowest single statement of a page takes less than a second with 100 units
SHORT = Patience(connect=5, statement=15, lock=8, idle=120)
# releases and removals of a country hold what they write for minutes, and nobody waits at a screen
LONG = Patience(connect=10, statement=1800, lock=60, idle=1800)


class Turn:
    """One at a time, as a lock, but nobody waits for longer than so many seconds."""

    def __init__(self, seconds: float, refused: Callable[[], Exception]) -> None:
        self._lock, self._seconds, self._refused = threading.Lock(), seconds, refused

    def __enter__(self) -> None:
        """Wait for the turn. Raises what `refused` returns where it does not come."""
        if not self._lock.acquire(timeout=self._seconds):
            raise self._refused()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the next one have it."""
        self._lock.release()
