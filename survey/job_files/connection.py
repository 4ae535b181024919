"""The connection of a process to a bucket: what it asks, and what it makes of faults on the way.

fsspec's file system for S3 does the asking. Address and credentials of the service are those that every
program for S3 reads: `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, a
profile, or the rights of the machine.
"""

import importlib
import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeVar

from instruments.problems import Damaged, Unavailable, damage, unavailable
from survey.job_files.folder import AWAY
from survey.operations import log

_CONNECT_SECONDS, _READ_SECONDS, _TRIES = 3, 15, 2
_PAUSE_SECONDS: Final = 2.0  # in which nobody else tries a bucket that was away a moment ago
# a service that is there says so of itself, or the proxy in front of it does, by the status or by a code
_PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})
_PASSING_CODES: Final = frozenset({"RequestTimeout", "SlowDown", "OperationAborted"})
_NO_BUCKET: Final = "NoSuchBucket"
_REPLACED: Final = 412  # of a question about a file as it was
_CODE: Final = re.compile("[A-Za-z]{1,64}")
REMEDY: Final = (
    "Check KJENNETEGN_FILES, the key and its secret, and that they may list, read, write and delete there."
)

_Answer = TypeVar("_Answer")


class _Outage:
    """Know whether the bucket was away when it was last asked; threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends_at: float | None = None

    def is_recent(self) -> bool:
        """Return whether it was away a moment ago, and is not tried now."""
        return self._ends_at is not None and time.monotonic() < self._ends_at

    def is_standing(self) -> bool:
        """Return whether it was away when it was last asked."""
        return self._ends_at is not None

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


def was_away() -> bool:
    """Return whether the bucket was away when this process last asked it."""
    return _OUTAGE.is_standing()


def ask(place: str, question: Callable[[Any], _Answer]) -> _Answer:
    """Return what the file system answers. Raises FileNotFoundError for what is not there, or not any more.

    Raises Unavailable(AWAY) where the service does not answer, or does not for now, and
    Damaged("files-unusable") where it refuses, has no such bucket, or what speaks to it is not installed.
    """
    if _OUTAGE.is_recent():
        raise _away(place)
    asked = _file_system(os.getpid())
    try:
        answer = question(asked)
    except Exception as error:
        reply = _reply(error)
        if _is_passing(error, reply):
            _OUTAGE.begin()
            raise _away(place) from error
        _OUTAGE.end()
        if reply.code == _NO_BUCKET:
            remedy = "Make it, or correct KJENNETEGN_FILES."
            raise damage("files-unusable", "There is no such bucket.", remedy, place) from error
        if isinstance(error, FileNotFoundError):
            raise
        if reply.status == _REPLACED:
            raise FileNotFoundError(place) from error
        raise _refused(place, reply.name or type(error).__name__) from error
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


@dataclass(frozen=True, slots=True)
class _Reply:
    """What the service replied where it refused; empty and 0 where it did not reply."""

    code: str = ""
    status: int = 0

    @property
    def name(self) -> str:
        """Return what to call it: of some questions a reply has no code."""
        return self.code or (f"HTTP {self.status}" if self.status else "")


def _reply(error: BaseException | None) -> _Reply:
    """Return what the service replied: the library keeps it behind the errors that it makes of it."""
    while error is not None:
        found = getattr(error, "response", None)
        if isinstance(found, Mapping):
            code = str(found.get("Error", {}).get("Code", ""))
            status = int(found.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
            return _Reply(code if _CODE.fullmatch(code) else "", status)
        error = error.__cause__
    return _Reply()


def _is_passing(error: BaseException, reply: _Reply) -> bool:
    if reply.status:
        return reply.status in _PASSING or reply.code in _PASSING_CODES
    raised, below = importlib.import_module("botocore.exceptions"), importlib.import_module("aiohttp")
    if isinstance(error, raised.SSLError):
        return False
    no_answer = (raised.ConnectionError, raised.HTTPClientError, below.ClientError)
    return isinstance(error, (*no_answer, TimeoutError, ConnectionError))


def _away(place: str) -> Unavailable:
    fault = "The bucket of job files does not answer."
    remedy = "It is asked again by itself. Check that its service runs and that this machine reaches it."
    return unavailable(AWAY, fault, remedy, place)


def _refused(place: str, reason: str) -> Damaged:
    # the code or the class alone: what either says more of itself may hold what was sent
    fault = f"The bucket of job files cannot be used ({reason})."
    return damage("files-unusable", fault, REMEDY, place)
