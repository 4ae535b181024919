"""A backup: a folder with the database as of one moment, and a manifest that says what it is."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from instruments.problems import Refused, refuse
from reports.files import atomic_write, private
from survey.collection import key_copies
from survey.operations import backup
from survey.operations.installation import own_keys
from survey.settings import Settings
from survey.store import schema
from survey.store.database import Database

DATABASE: Final = "database"
MANIFEST: Final = "manifest.json"
_FORMAT = 1
# the settings that are named: none that holds a secret or a password is among them
_NAMED = (
    *("KJENNETEGN_KEYS", "KJENNETEGN_FILES", "KJENNETEGN_PUBLIC_URL", "KJENNETEGN_ALLOW_HTTP"),
    *("KJENNETEGN_INSTRUMENTS", "KJENNETEGN_POLICY", "KJENNETEGN_TIME_ZONE", "KJENNETEGN_DATA_LICENCE"),
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Says of a backup when and of what it was made.

    `made_at` is the moment in UTC before which everything is in it, `program` and `revision` those of the
    program and the tables, `engine` the kind of database, `installation` the check value of its key of codes,
    `size` and `sha256` those of the database's file. `settings` are those in force, without secrets.
    """

    made_at: str
    program: str
    revision: str
    engine: str
    installation: str
    size: int
    sha256: str
    settings: Mapping[str, str]


def make(settings: Settings, database: Database, folder: Path, keys_place: Path | None) -> Manifest:
    """Write a backup into a new folder, and bring the copy of the keys at `keys_place` up to date.

    The manifest is written last: without one it is no backup. Where anything fails, no file of it is left.
    Raises Refused: `backup-exists`, `backup-place`, and as `backup.write` and `key_copies.refresh` do.
    """
    database.require_tables()
    keys = own_keys(settings, database)
    if keys_place is not None:
        _require_apart(keys_place, folder)
        if database.is_sqlite:
            _require_apart(keys_place, Path(database.engine.url.database or ""))
    made_at = datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="seconds")
    with database.reading() as connection:
        revision = schema.revision(connection)
    _make_folder(folder)
    try:
        backup.write(database, folder / DATABASE)
        size, sha256 = measure(folder / DATABASE)
        manifest = Manifest(
            made_at,
            version("kjennetegn"),
            revision,
            database.engine.dialect.name,
            keys.codes_check.hex(),
            size,
            sha256,
            _named(settings, database),
        )
        # the keys first: what opens a wave that is in the copy of the database is in theirs
        if keys_place is not None:
            key_copies.refresh(keys, keys_place, made_at)
        content = {"format": _FORMAT, **{name: getattr(manifest, name) for name in Manifest.__slots__}}
        atomic_write.write({folder / MANIFEST: json.dumps(content, indent=2).encode()})
    except BaseException:
        _remove(folder)
        raise
    return manifest


def read(folder: Path) -> Manifest:
    """Return what a backup is, once its file is found to be what was written. Raises Refused("backup-…")."""
    place = str(folder)
    try:
        held: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        form = held.pop("format")
        manifest = Manifest(**held)
        read_size, sha256 = measure(folder / DATABASE)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        fault = "There is no whole backup: its manifest or its database cannot be read."
        raise refuse("backup-unreadable", fault, "Name the folder of another backup.", place) from error
    if form != _FORMAT:
        fault = f"It is a backup in the form {form}; this program reads {_FORMAT}."
        raise refuse("backup-form", fault, "Restore it with the program that made it.", place)
    if (read_size, sha256) != (manifest.size, manifest.sha256):
        fault = "Its database is not the one that was written: size or checksum differ."
        raise refuse("backup-altered", fault, "Name the folder of another backup.", place)
    return manifest


def measure(file: Path) -> tuple[int, str]:
    """Return how many bytes a file has, and their SHA-256."""
    with file.open("rb") as content:
        return file.stat().st_size, hashlib.file_digest(content, "sha256").hexdigest()


def _named(settings: Settings, database: Database) -> Mapping[str, str]:
    given = {name: text for name, text in settings.to_environment().items() if name in _NAMED}
    return {**given, "KJENNETEGN_DATABASE": database.place}


def _make_folder(folder: Path) -> None:
    try:
        is_new = not folder.exists()
        if not is_new and (not folder.is_dir() or any(folder.iterdir())):
            raise refuse(
                "backup-exists",
                "There is something already.",
                "Name a new folder, such as one called by the date.",
                place=str(folder),
            )
        folder.mkdir(mode=private.DIRECTORY, exist_ok=True)
        folder.chmod(private.DIRECTORY)
    except OSError as error:
        fault = f"It cannot be written: {error.strerror}."
        raise refuse("backup-unwritable", fault, "Name another place.", str(folder)) from error


def _require_apart(keys_place: Path, held: Path) -> None:
    one, other = held.resolve(), keys_place.resolve()
    if one == other or one in other.parents or other in one.parents:
        raise _together(keys_place)


def _together(keys_place: Path) -> Refused:
    return refuse(
        "key-copy-place",
        "Database and keys would lie in one place, and whoever has both reads the answers to an open survey.",
        "Name a folder on another disk or machine for the keys.",
        place=str(keys_place),
    )


def _remove(folder: Path) -> None:
    # half a backup could be taken for a whole one
    removals: list[Callable[[], None]] = [
        (folder / MANIFEST).unlink,
        (folder / DATABASE).unlink,
        folder.rmdir,
    ]
    for each in removals:
        with suppress(OSError):
            each()


def is_empty(folder: Path) -> bool:
    """Return whether there is no such folder, or nothing in it."""
    return not folder.exists() or (folder.is_dir() and not os.listdir(folder))  # noqa: PTH208 - one name is enough
