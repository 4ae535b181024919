"""Ask the database once a second for what many readers ask for at once."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

Value = TypeVar("Value")

LONGEST_SECONDS = 1.0


class TtlCache:
    """Keep values by key for at most a second: of no respondent, and none that must be of this moment."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[float, Any]] = {}

    def get(self, key: str, read: Callable[[], Value]) -> Value:
        """Return the value as of a second ago or less. What reading it raises is raised and not kept."""
        now = self._clock()
        read_at, kept = self._kept.get(key, (-float("inf"), None))
        if now - read_at < LONGEST_SECONDS:
            value: Value = kept
            return value
        value = read()
        self._kept[key] = (now, value)
        return value

    def forget(self, key: str) -> None:
        """Let the next reader ask the database."""
        self._kept.pop(key, None)
