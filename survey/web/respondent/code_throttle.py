"""Stop whoever guesses codes: one number in memory says how many were wrong this minute, and not whose."""

import threading

from flask import current_app

from instruments.problems import refuse

_MINUTE = 60
_EXTENSION = "kjennetegn.code_throttle"
_MOST = 6000  # a minute, in one process: a hundred times what a whole country mistypes


class CodeThrottle:
    """Count the codes that no survey knows, and stop everybody while they are many."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._minute, self._wrong = 0, 0

    def require_few(self, now: int) -> None:
        """Raise Refused("codes-guessed") where many codes were wrong this minute."""
        # of everybody together: to count by address would be to keep addresses
        with self._turn:
            if self._minute == now // _MINUTE and self._wrong >= _MOST:
                raise refuse(
                    "codes-guessed",
                    "%(most)s codes or more that nobody was given were tried within a minute.",
                    "Your slip is good all the same. Wait a minute and try again.",
                    most=_MOST,
                )

    def note(self, now: int) -> None:
        """Count one more code that no survey knows."""
        with self._turn:
            if self._minute != now // _MINUTE:
                self._minute, self._wrong = now // _MINUTE, 0
            self._wrong += 1


def code_throttle() -> CodeThrottle:
    """Return the throttle of the application that serves this request."""
    found: CodeThrottle = current_app.extensions.setdefault(_EXTENSION, CodeThrottle())
    return found
