"""How many codes that no survey knows were tried in the present minute: a number in memory, of nobody."""

import threading

from instruments.problems import refuse

MINUTE = 60
MOST = 6000  # a minute, in one process: a hundred times what a whole country mistypes


class CodeThrottle:
    """Counts the codes that were wrong, so that guessing has an end that can be reckoned with."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._minute, self._wrong = 0, 0

    def require_few(self, now: int) -> None:
        """Nothing, while few codes were wrong this minute. Raises Refused("codes-guessed") for all else."""
        with self._turn:
            if self._minute == now // MINUTE and self._wrong >= MOST:
                raise refuse(
                    "codes-guessed", "Very many wrong codes were tried.", "Wait a minute; yours is good."
                )

    def note(self, now: int) -> None:
        """Count one more code that no survey knows."""
        with self._turn:
            if self._minute != now // MINUTE:
                self._minute, self._wrong = now // MINUTE, 0
            self._wrong += 1
