"""What keeps a database from working for now: logged once when it begins and once when it ends.

While it does not answer, nobody waits for it: one caller at a time finds out whether it is back, after pauses
that grow, and all others are refused at once.
"""

import threading
import time
from collections.abc import Callable, Iterator

from survey.operations import log
from survey.store.passing_faults import AWAY, BUSY, FILES, unavailable_by

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0  # seconds; the longest is how late a database that is back is found
_TRIAL_SECONDS = 10.0  # a little more than a connection may take
_MOMENTARY = frozenset({BUSY, FILES})  # faults of one statement: nothing tells when they are over
_SAID_AGAIN_SECONDS = 60.0


def pauses(first: float = 0.5, longest: float = 15.0) -> Iterator[float]:
    """Yield the seconds to wait before each next try, twice as many each time."""
    while True:
        yield first
        first = min(2 * first, longest)


class Outages:
    """Know what is the matter with one database in this process; threads share it."""

    def __init__(self, place: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._place, self._clock = place, clock
        self._lock = threading.Lock()
        self._standing: dict[str, float] = {}  # the code of what lasts → when it is tried next
        self._pause = _FIRST_PAUSE
        self._said: dict[str, float] = {}

    @property
    def any(self) -> bool:
        """Return whether anything lasts."""
        return bool(self._standing)

    def require_due(self) -> None:
        """Raise Unavailable while the database is away and it is not this caller's turn to try it."""
        if AWAY not in self._standing:
            return
        with self._lock:
            now = self._clock()
            if now < self._standing.get(AWAY, now):
                raise unavailable_by(AWAY, self._place)
            if AWAY in self._standing:
                self._standing[AWAY] = now + _TRIAL_SECONDS

    def begin(self, code: str) -> None:
        """Note that something passing was met, and log it unless that was done."""
        with self._lock:
            now = self._clock()
            if code in _MOMENTARY:
                if now - self._said.get(code, -_SAID_AGAIN_SECONDS) >= _SAID_AGAIN_SECONDS:
                    self._said[code] = now
                    log.outage("unavailable", code)
                return
            if code not in self._standing:
                self._pause = _FIRST_PAUSE
                log.outage("outage-begun", code)
            self._standing[code] = now + self._pause
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)

    def end(self, *, written: bool) -> None:
        """Note that the database answered, and with `written` that it stored something."""
        with self._lock:
            for code in [each for each in self._standing if written or each == AWAY]:
                del self._standing[code]
                log.outage("outage-ended", code)
