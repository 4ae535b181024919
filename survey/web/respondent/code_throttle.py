"""Stop whoever guesses codes: one number in memory says how many were wrong this minute, and not whose."""

import threading
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from flask import current_app

from instruments.problems import Refused, refuse
from survey.collection.keys import KeyDirectory
from survey.store.database import Database
from survey.web.platform.context import context

Found = TypeVar("Found")

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
                    "At least %(most)s wrong codes were typed within a minute, so we are pausing for a "
                    "moment.",
                    "Your slip is still valid. Wait a minute and try again.",
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


def admit_unless_guessed(by: Callable[[Database, KeyDirectory, str, date], Found], typed: str) -> Found:
    """Return what a function of `admission` makes of a code or a link, and count a wrong one as a guess.

    Raises Refused("codes-guessed"), and as `by` does.
    """
    code_throttle().require_few(context().now)
    try:
        return by(context().database, context().keys, typed, context().today)
    except Refused as refused:
        # only what nobody was given is a guess: a used code, or one of a closed wave, is somebody's
        if refused.problems[0].code in {"code-unknown", "link-unknown"}:
            code_throttle().note(context().now)
        raise
