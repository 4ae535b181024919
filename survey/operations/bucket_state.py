"""Whether the bucket of job files, where one is named, can be used and lets go of what is deleted."""

import secrets
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from instruments.problems import Damaged, Problem, Unavailable
from survey.job_files import connection
from survey.job_files.bucket import BucketFolder
from survey.settings import Settings

_PROBE: Final = "probe"
_ASKED_EVERY_SECONDS: Final = 60


def problems(settings: Settings) -> Iterator[Problem]:
    """Yield why the bucket cannot be used, if so: a file is written, read, listed and its folder removed.

    The folder is its own, since other machines ask at the same time.
    """
    try:
        yield from _looked(settings)
    except Unavailable as error:
        yield from error.problems


def recent_problems(settings: Settings) -> Iterator[Problem]:
    """Yield the same as was found within the last minute: whoever asks often shall not write often.

    Whether the bucket is away is asked each time, and what was found before it was away is forgotten.
    """
    if connection.was_away():
        _found.cache_clear()
    try:
        yield from _found(settings, int(time.monotonic() // _ASKED_EVERY_SECONDS))
    except Unavailable as error:
        yield from error.problems


@lru_cache(maxsize=1)
def _found(settings: Settings, _minute: int) -> Sequence[Problem]:
    return tuple(_looked(settings))


def _looked(settings: Settings) -> Iterator[Problem]:
    """Yield what is wrong with the bucket. Raises Unavailable where it is away."""
    if not settings.bucket:
        return
    folder = BucketFolder(settings.bucket).folder(_PROBE).folder(secrets.token_hex(8))
    file, content = folder.file(_PROBE), secrets.token_bytes(32)
    try:
        folder.write({_PROBE: content})
        is_kept = file.read() == content and folder.names() == [_PROBE]
        folder.remove()
        is_gone = not file.exists()
    except Damaged as error:
        yield from error.problems
        return
    except FileNotFoundError:
        is_kept = is_gone = False
    if not (is_kept and is_gone):
        fault = "What is written in the bucket is not read, listed or deleted there as it was written."
        yield Problem(settings.bucket, "files-unusable", fault, connection.REMEDY)


def all_problems(settings: Settings) -> Iterator[Problem]:
    """Yield the same, and what the bucket says of itself that would break a promise."""
    found = list(problems(settings))
    yield from found
    if not settings.bucket or found:
        return
    folder = BucketFolder(settings.bucket)
    if folder.keeps_versions():
        fault = "The bucket keeps versions, so that nothing that is deleted there is gone."
        remedy = "Turn versioning and object lock off, and remove the versions there are; or use another one."
        yield Problem(settings.bucket, "files-kept", fault, remedy)
    if folder.is_public():
        fault = "The policy of the bucket lets everybody read what is in it."
        yield Problem(settings.bucket, "files-exposed", fault, "Block public access to it.")
