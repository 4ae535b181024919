"""What machines find out from the database they share: that they share the secret and the files of jobs too.

The first machine that starts notes what it has, and every other one compares. The key directory is known by
its key of codes (docs/decisions/0139). On one machine, where no queue is named, nothing is noted.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from instruments.problems import Damaged, Problem
from reports.files import atomic_write, private
from survey.settings import Settings
from survey.store.database import Database
from survey.store.repositories import installation_values

_SECRET: Final = "secret"  # noqa: S105 - the name of a check value
_FILES: Final = "job files"
_MARK: Final = "installation-id"  # a file among those of jobs, which holds a random number and nothing else
_BYTES: Final = 32
_AGAIN: Final = "Where it was changed on all of them, run `kjennetegn share` once."


def join(settings: Settings, database: Database) -> None:
    """Note what this machine has where nothing is noted yet.

    Raises Damaged: `secret-differs`, `files-elsewhere` where another machine noted something else.
    """
    if not settings.queue:
        return
    with database.reading() as connection:
        noted = {name: installation_values.find(connection, name) for name in (_SECRET, _FILES)}
    missing = {name: value for name, value in _own(settings, noted).items() if noted[name] is None}
    if missing:
        with database.writing() as connection:
            for name, value in missing.items():
                installation_values.add_first(connection, name, value)
    found = list(problems(settings, database))
    if found:
        raise Damaged(found)


def share(settings: Settings, database: Database) -> None:
    """Note what this machine has in place of what was noted. Raises Refused where files cannot be written."""
    with database.writing() as connection:
        for name, value in _own(settings, {}).items():
            installation_values.replace(connection, name, value)


def problems(settings: Settings, database: Database) -> Iterator[Problem]:
    """Yield what this machine does not share with those that noted what they have."""
    if not settings.queue:
        return
    with database.reading() as connection:
        secret = installation_values.find(connection, _SECRET)
        files = installation_values.find(connection, _FILES)
    if secret is not None and secret != _secret_check(settings):
        fault = "Another machine of this installation has another secret."
        remedy = f"Give all the same KJENNETEGN_SECRET. {_AGAIN}"
        yield Problem("KJENNETEGN_SECRET", "secret-differs", fault, remedy)
    if files is not None and files != _mark(settings.files_directory):
        fault = "This is not the directory of jobs that another machine of this installation has."
        remedy = f"Mount the one that they share, and name it in KJENNETEGN_FILES. {_AGAIN}"
        yield Problem(str(settings.files_directory), "files-elsewhere", fault, remedy)


def _own(settings: Settings, noted: Mapping[str, bytes | None]) -> Mapping[str, bytes]:
    """Return what this machine has; a directory of jobs gets its mark only where none is noted yet."""
    own = {_SECRET: _secret_check(settings)}
    if noted.get(_FILES) is None:
        own[_FILES] = _mark(settings.files_directory) or _marked(settings.files_directory)
    return MappingProxyType(own)


def _secret_check(settings: Settings) -> bytes:
    # keyed with the secret itself, which has at least 32 random characters: nothing to guess it by
    key = hashlib.blake2b(settings.secret.encode(), digest_size=_BYTES, person=b"kjennetegn share").digest()
    return hashlib.blake2b(b"check", key=key, digest_size=_BYTES).digest()


def _mark(directory: Path) -> bytes | None:
    try:
        found = bytes.fromhex((directory / _MARK).read_text("ascii"))
    except (OSError, ValueError):
        return None
    return found if len(found) == _BYTES else None


def _marked(directory: Path) -> bytes:
    private.make_directory(directory)
    value = secrets.token_bytes(_BYTES)
    atomic_write.write({directory / _MARK: value.hex().encode()}, replace=True)
    return value
