"""Who acts in this thread and on which day: what the history of units records of every act.

A request binds whoever is signed in, the worker itself. Where nobody is bound, the code runs by a command.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime

from survey.operations import log

# who sign in nowhere: whoever gives a key sheet, and whoever sets a shared tablet up or ends that
KEY_HOLDER = "key sheet"
KIOSK = "kiosk"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts on which day.

    By e-mail address, or as `log.COMMAND_LINE`, `log.WORKER`, KEY_HOLDER or KIOSK.
    """

    name: str
    day: date


# False: a request of somebody who may do nothing that is recorded, such as a respondent
_BOUND: ContextVar[Actor | bool] = ContextVar("actor", default=True)


def present(now: int | None = None) -> Actor:
    """Return who acts; where nobody is bound, a command at the moment `now`, in seconds since 1970.

    Raises RuntimeError in a request by which nothing may be done to a unit.
    """
    bound = _BOUND.get()
    if isinstance(bound, Actor):
        return bound
    if not bound:
        raise RuntimeError("an act on a unit in the request of somebody who answers")
    return Actor(log.COMMAND_LINE, day_of(int(time.time()) if now is None else now))


def bind(name: str | None, day: date) -> None:
    """Let everything this thread does be done by `name` on `day`; None: nothing may be done to a unit."""
    _BOUND.set(False if name is None else Actor(name, day))


def release() -> None:
    """Bind nobody any more: the next request in this thread is another person's."""
    _BOUND.set(True)


@contextmanager
def acting(name: str, day: date) -> Iterator[None]:
    """Let what the block does be done by `name` on `day`."""
    before = _BOUND.set(Actor(name, day))
    try:
        yield
    finally:
        _BOUND.reset(before)


def day_of(seconds: int) -> date:
    """Return the day, in UTC, of a moment in seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC).date()
