"""What many readers ask for at once, asked of the database once a second."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

Value = TypeVar("Value")

LONGEST_SECONDS = 1.0


class TtlCache:
    """Values by key as they were at most a second ago; of nobody who answers, and nothing depends on them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, Any]] = {}

    def value(self, key: str, read: Callable[[], Value]) -> Value:
        """The value as of a second ago or less; whatever reading it raises is raised and not kept."""
        now = self._clock()
        at, known = self._known.get(key, (-float("inf"), None))
        if now - at < LONGEST_SECONDS:
            found: Value = known
            return found
        read_now = read()
        self._known[key] = (now, read_now)
        return read_now

    def forget(self, key: str) -> None:
        """Let the next reader ask the database."""
        self._known.pop(key, None)
