"""What machines find out from the database they share: that they share the secret and the files of jobs too.

The first machine that starts notes what it has, and every other one compares. The key directory is known by
its key of codes (docs/decisions/0139). Where there can be one machine alone, nothing is noted.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from instruments.problems import Damaged, Problem, Unavailable
from survey import job_files
from survey.job_files import Folder
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

    Raises Damaged: `secret-differs`, `files-elsewhere` where another machine noted something else, and
    where the place of the files cannot be used. A bucket that is away is compared later, by whoever asks
    for problems: nobody who answers needs it.
    """
    if not settings.may_have_machines:
        return
    with database.reading() as connection:
        noted = {name: installation_values.find(connection, name) for name in (_SECRET, _FILES)}
    found = list(_secret_problems(settings, noted[_SECRET]))
    if not found:
        try:
            _note_missing(settings, database, noted)
            found = list(problems(settings, database))
        except Unavailable as error:
            if any(each.code != job_files.AWAY for each in error.problems):
                raise
    if found:
        raise Damaged(found)


def share(settings: Settings, database: Database) -> None:
    """Note what this machine has in place of what was noted. Raises Refused where files cannot be written."""
    own = _own(settings)
    with database.writing() as connection:
        for name, value in own.items():
            installation_values.replace(connection, name, value)


def to_note(settings: Settings) -> Mapping[str, bytes]:
    """Return what this machine has, by name; nothing where there can be one alone. Raises as `share`."""
    return _own(settings) if settings.may_have_machines else {}


def problems(settings: Settings, database: Database) -> Iterator[Problem]:
    """Yield what this machine does not share with those that noted what they have."""
    if not settings.may_have_machines:
        return
    with database.reading() as connection:
        secret = installation_values.find(connection, _SECRET)
        files = installation_values.find(connection, _FILES)
    yield from _secret_problems(settings, secret)
    folder = job_files.at(settings)
    if files is not None and files != _mark(folder):
        fault = "This is not the directory or bucket of jobs that another machine of this installation has."
        remedy = f"Mount the one that they share, and name it in KJENNETEGN_FILES. {_AGAIN}"
        yield Problem(folder.place, "files-elsewhere", fault, remedy)


def _secret_problems(settings: Settings, noted: bytes | None) -> Iterator[Problem]:
    if noted is not None and noted != _secret_check(settings):
        fault = "Another machine of this installation has another secret."
        remedy = f"Give all the same KJENNETEGN_SECRET. {_AGAIN}"
        yield Problem("KJENNETEGN_SECRET", "secret-differs", fault, remedy)


def _note_missing(settings: Settings, database: Database, noted: Mapping[str, bytes | None]) -> None:
    if None not in noted.values():
        return
    folder = job_files.at(settings)
    with database.writing() as connection:
        installation_values.add_first(connection, _SECRET, _secret_check(settings))
        there = _mark(folder)
        value = there or secrets.token_bytes(_BYTES)
        # of machines that start at once the one whose value is stored makes the mark; the others wait for it
        if installation_values.add_first(connection, _FILES, value) and there is None:
            _make_mark(folder, value)


def _own(settings: Settings) -> Mapping[str, bytes]:
    """Return what this machine has; a place for files that has no mark gets one."""
    folder = job_files.at(settings)
    mark = _mark(folder)
    if mark is None:
        mark = secrets.token_bytes(_BYTES)
        _make_mark(folder, mark)
    return MappingProxyType({_SECRET: _secret_check(settings), _FILES: mark})


def _secret_check(settings: Settings) -> bytes:
    # keyed with the secret itself, which has at least 32 random characters: nothing to guess it by
    key = hashlib.blake2b(settings.secret.encode(), digest_size=_BYTES, person=b"kjennetegn share").digest()
    return hashlib.blake2b(b"check", key=key, digest_size=_BYTES).digest()


def _mark(folder: Folder) -> bytes | None:
    try:
        found = bytes.fromhex(folder.file(_MARK).read().decode("ascii"))
    except (OSError, ValueError):
        return None
    return found if len(found) == _BYTES else None


def _make_mark(folder: Folder, value: bytes) -> None:
    folder.write({_MARK: value.hex().encode()})
