"""The connection of a process to a bucket: what it asks, and what it makes of faults on the way.

fsspec's file system for S3 does the asking. Address and credentials of the service are those that every
program for S3 reads: `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, a
profile, or the rights of the machine.
"""

import asyncio
import errno
import importlib
import os
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any, Final, TypeVar

from instruments.problems import Damaged, Unavailable, damage, unavailable
from survey.job_files.folder import AWAY
from survey.operations import log

_CONNECT_SECONDS, _READ_SECONDS, _TRIES = 3, 15, 2
_PAUSE_SECONDS: Final = 2.0  # in which nobody else tries a bucket that was away a moment ago
_PASSING: Final = frozenset({errno.EBUSY, errno.EIO, errno.ETIMEDOUT})

_Answer = TypeVar("_Answer")


class _Outage:
    """Know whether the bucket was away when it was last asked; threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends_at: float | None = None

    def is_recent(self) -> bool:
        """Return whether it was away a moment ago, and is not tried now."""
        return self._ends_at is not None and time.monotonic() < self._ends_at

    def begin(self) -> None:
        """Note that it is away, and log it unless that was done."""
        with self._lock:
            if self._ends_at is None:
                log.outage("outage-begun", AWAY)
            self._ends_at = time.monotonic() + _PAUSE_SECONDS

    def end(self) -> None:
        """Note that it answered."""
        if self._ends_at is not None:
            with self._lock:
                if self._ends_at is not None:
                    log.outage("outage-ended", AWAY)
                self._ends_at = None


_OUTAGE: Final = _Outage()


def ask(place: str, question: Callable[[Any], _Answer]) -> _Answer:
    """Return what the file system answers. Raises FileNotFoundError for what is not there.

    Raises Unavailable(AWAY) where the service does not answer, or does not for now, and
    Damaged("files-unusable") where it refuses, or what speaks to it is not installed.
    """
    if _OUTAGE.is_recent():
        raise _away(place)
    asked = _file_system(os.getpid())
    try:
        answer = question(asked)
    except FileNotFoundError:
        _OUTAGE.end()
        raise
    except Exception as error:
        if _is_passing(error):
            _OUTAGE.begin()
            raise _away(place) from error
        _OUTAGE.end()
        raise _refused(place, error) from error
    _OUTAGE.end()
    return answer


@cache
def _file_system(_process: int) -> Any:  # noqa: ANN401 - fsspec has no types
    """Return the file system of this process: a connection is not for two that have parted."""
    try:
        library = importlib.import_module("s3fs")
    except ImportError as error:
        fault = "What speaks to a bucket is not installed."
        remedy = "Install requirements/s3.txt, or the extra: kjennetegn[s3]."
        raise damage("files-unsupported", fault, remedy, "KJENNETEGN_FILES") from error
    made = library.S3FileSystem(
        # other machines write there too: what was listed a moment ago is not what is there
        use_listings_cache=False,
        skip_instance_cache=True,
        config_kwargs={
            "connect_timeout": _CONNECT_SECONDS,
            "read_timeout": _READ_SECONDS,
            "retries": {"total_max_attempts": 1},
        },
    )
    made.retries = _TRIES
    return made


def _is_passing(error: BaseException) -> bool:
    raised = importlib.import_module("botocore.exceptions")
    no_answer = (raised.ConnectionError, raised.HTTPClientError, asyncio.TimeoutError, TimeoutError)
    if isinstance(error, OSError) and not isinstance(error, no_answer):
        return error.errno in _PASSING or isinstance(error, ConnectionError)
    return isinstance(error, no_answer)


def _away(place: str) -> Unavailable:
    fault = "The bucket of job files does not answer."
    remedy = "It is asked again by itself. Check that its service runs and that this machine reaches it."
    return unavailable(AWAY, fault, remedy, place)


def _refused(place: str, error: Exception) -> Damaged:
    # the class alone: what it says of itself may hold what was sent
    fault = f"The bucket of job files cannot be used ({type(error).__name__})."
    remedy = "Check KJENNETEGN_FILES, and that this program may list, read, write and delete there."
    return damage("files-unusable", fault, remedy, place)
