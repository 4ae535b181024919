"""The log: one JSON line on standard error for every act of staff and every fault.

Of the pages on which people answer a line holds the code of the fault and the date, and nothing else
(docs/decisions/0088).
"""

import logging
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from types import TracebackType

import structlog
from structlog.typing import EventDict, WrappedLogger

from instruments.problems import Damaged, Problem, Refused, Unavailable

COMMAND_LINE = "command line"
WORKER = "worker"
_OWN = ("survey.", "reports.", "instruments.")

_respondents_day: Callable[[], date] | None = None  # in a process that serves people who answer

_stamp = structlog.processors.TimeStamper(fmt="iso", utc=True, key="time")


def _with_time(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    # a line with a date is about people who answer: it says no time
    return line if "date" in line else _stamp(logger, method, line)


structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        _with_time,
        structlog.processors.JSONRenderer(),
    ],
    # looked up for every line, because a server and a test give standard error another file
    logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
    cache_logger_on_first_use=False,
)
_LOG = structlog.get_logger()


def act_as(account: int | str) -> None:
    """Name in every line from here on, in this thread, who acts: an account's number, COMMAND_LINE or WORKER.

    It is the number and not the e-mail address: a reader of the log need not know who that is.
    """
    structlog.contextvars.bind_contextvars(account=account)


def act_as_nobody() -> None:
    """Name nobody any more: the next request in this thread is another person's."""
    structlog.contextvars.clear_contextvars()


def act(event: str, **details: object) -> None:
    """Log what was done. `details` are keys of units, waves and jobs, and words such as a role.

    Those that are empty are left out.
    """
    _LOG.info(event, **{name: value for name, value in details.items() if value})


def fault(event: str, problems: Iterable[Problem], **details: object) -> None:
    """Log each of these problems by its code and place, with whatever else says where it was met."""
    for problem in problems:
        _LOG.error(event, code=problem.code, place=problem.place, **details)


def failed_job(code: str, job: str, kind: str, task: int) -> None:
    """Log a task of a job that failed without an error of its own, by the job's key and the task's number."""
    _LOG.error("job-failed", code=code, job=job, kind=kind, task=task)


@contextmanager
def refused_start() -> Iterator[None]:
    """Log why a process could not start, before it ends by what was raised."""
    try:
        yield
    except (Refused, Damaged, Unavailable) as error:
        fault("start-refused", error.problems)
        raise


def unexpected(event: str, error: BaseException, **details: object) -> None:
    """Log an error that nobody foresaw: its class and where in the program it was raised.

    What it says of itself is left out: that may be a value somebody typed or answered.
    """
    _LOG.error(event, code=unexpected_code(error), frames=_frames(error.__traceback__), **details)


def respondent_fault(code: str, today: date) -> None:
    """Log a fault on a page of people who answer: its code and the date, and nothing else."""
    with structlog.contextvars.bound_contextvars():
        act_as_nobody()
        _LOG.error("fault", code=code, date=today.isoformat())


def outage(event: str, code: str) -> None:
    """Log that something is away for now, or is back.

    Where people answer, the line says the date and no time: it may be one of them who met it.
    """
    when = {} if _respondents_day is None else {"date": _respondents_day().isoformat()}
    # nobody did it, and whoever is named in this thread's lines goes on being named
    acting = structlog.contextvars.get_contextvars()
    act_as_nobody()
    (_LOG.info if event == "outage-ended" else _LOG.error)(event, code=code, **when)
    structlog.contextvars.bind_contextvars(**acting)


def unexpected_code(error: BaseException) -> str:
    """Return the code of an error that nobody foresaw: it names the class alone."""
    return f"unexpected-{type(error).__name__}"


def capture_libraries(today: Callable[[], date] | None = None) -> None:
    """Let what libraries report through `logging` be lines of this log, from now on, in this process.

    In a process that serves people who answer, which gives `today`, only errors are, and a line says which
    library and which date and nothing else: its message may hold an address or a path, and its warnings are
    about requests that were malformed.
    """
    global _respondents_day  # noqa: PLW0603 - of the process, as what libraries report is
    _respondents_day = today
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _LibraryHandler)]:
        root.removeHandler(handler)
    root.addHandler(_LibraryHandler(today))
    logging.captureWarnings(capture=True)
    threading.excepthook = lambda failed: _failed_thread(failed.exc_value, today)


def _failed_thread(error: BaseException | None, today: Callable[[], date] | None) -> None:
    if error is None:
        return
    if today is not None:
        respondent_fault(unexpected_code(error), today())
    else:
        unexpected("fault", error)


class _LibraryHandler(logging.Handler):
    def __init__(self, today: Callable[[], date] | None) -> None:
        super().__init__(logging.ERROR if today else logging.WARNING)
        self._today = today

    def emit(self, record: logging.LogRecord) -> None:
        code = f"library-{record.name}"
        if self._today is not None:
            respondent_fault(code, self._today())
            return
        raised = record.exc_info[1] if record.exc_info else None
        of_error = (
            {"raised": type(raised).__name__, "frames": _frames(raised.__traceback__)} if raised else {}
        )
        _LOG.error("fault", code=code, message=record.getMessage(), **of_error)


def _frames(raised: TracebackType | None) -> list[str]:
    """Return the way to the error as module:line, outermost first; no values of variables.

    Of libraries only the last step is kept: whoever mends it looks at this program first.
    """
    walked = [f"{frame.f_globals.get('__name__', '?')}:{line}" for frame, line in traceback.walk_tb(raised)]
    own = [each for each in walked[:-1] if each.startswith(_OWN)]
    return [*own, *walked[-1:]]
