"""Whether the directories can be used: of keys, of jobs, and the disks they lie on."""

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from instruments.problems import Damaged, Problem
from reports.files import private
from survey.collection.keys import KeyDirectory
from survey.settings import Settings
from survey.store.database import JOURNALS

_LEAST_FREE_BYTES = 200 * 1024 * 1024  # less, and a report or a backup may not fit
_OPEN_TO_OTHERS = 0o077


def key_problems(settings: Settings) -> Iterator[Problem]:
    """Yield why the key directory cannot be used, if so: missing, open to others, another's."""
    directory = KeyDirectory(settings.keys)
    try:
        directory.check()
    except Damaged as error:
        yield from error.problems
        return
    yield from _ownership(settings.keys, "keys-unusable", "Give it to the user the program runs as: chown.")
    yield from _exposed(sorted(settings.keys.iterdir()), "keys-exposed")


def database_problems(settings: Settings) -> Iterator[Problem]:
    """Yield the files of an SQLite database that other users can read, its journals included."""
    if settings.database.startswith("sqlite:///"):
        file = Path(settings.database.removeprefix("sqlite:///"))
        journals = [file.with_name(file.name + name) for name in JOURNALS]
        yield from _exposed([file, *journals], "database-exposed")


def file_problems(settings: Settings) -> Iterator[Problem]:
    """Yield why the directory of jobs cannot be used, if so. Where it is missing, a worker will make it.

    Nothing where the files are in a bucket.
    """
    if settings.bucket:
        return
    directory = settings.files_directory
    if not directory.exists():
        above = next(each for each in directory.parents if each.exists())
        if not os.access(above, os.W_OK | os.X_OK):
            fault = f"It is not there, and {above} does not let it be made."
            yield Problem(
                str(directory), "files-unusable", fault, "Make it, or name another: KJENNETEGN_FILES."
            )
        return
    remedy = "Check KJENNETEGN_FILES, and that this program's user may write there."
    if not directory.is_dir():
        yield Problem(str(directory), "files-unusable", "It is not a directory.", remedy)
        return
    if not os.access(directory, os.R_OK | os.W_OK | os.X_OK):
        yield Problem(str(directory), "files-unusable", "It cannot be written.", remedy)
    if directory.stat().st_mode & _OPEN_TO_OTHERS:
        fault = "Other users of this machine can enter the directory of jobs."
        yield Problem(str(directory), "files-exposed", fault, "Make it private: chmod 700.")
    yield from _ownership(directory, "files-unusable", "Give it to the user the program runs as: chown.")
    yield from _exposed(sorted(directory.rglob("*")), "files-exposed")
    yield from _queue_problems(directory / "queue.db")


def disk_problems(settings: Settings) -> Iterator[Problem]:
    """Yield the directories that lie on a disk which is nearly full."""
    for directory, free in free_bytes(settings).items():
        if free < _LEAST_FREE_BYTES:
            fault = f"The disk has {free // 1024**2} MB left; {_LEAST_FREE_BYTES // 1024**2} MB are needed."
            yield Problem(str(directory), "disk-full", fault, "Make room.")


def free_bytes(settings: Settings) -> Mapping[Path, int]:
    """Return how much room the disk of each directory of the installation has, in bytes."""
    held = [settings.keys] if settings.bucket else [settings.keys, settings.files_directory]
    if settings.database.startswith("sqlite:///"):
        held.append(Path(settings.database.removeprefix("sqlite:///")).parent)
    there = {each: next(at for at in (each, *each.parents) if at.exists()) for each in held}
    return {each: shutil.disk_usage(at).free for each, at in there.items()}


def _exposed(paths: Iterable[Path], code: str) -> Iterator[Problem]:
    for path in paths:
        if private.is_exposed(path):
            fault = "Other users of this machine can read it."
            yield Problem(str(path), code, fault, f"Make it private: chmod go= {path}")


def _ownership(directory: Path, code: str, remedy: str) -> Iterator[Problem]:
    # root reads and writes whatever belongs to the program's user; everybody else has to be that user
    if os.geteuid() not in {0, directory.stat().st_uid}:
        yield Problem(str(directory), code, "It belongs to another user than this one.", remedy)


def _queue_problems(queue: Path) -> Iterator[Problem]:
    if not queue.is_file():
        return
    try:
        with closing(sqlite3.connect(f"file:{queue}?mode=ro", uri=True, timeout=30)) as opened:
            found = opened.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        found = str(error)
    if found != "ok":
        remedy = "Stop the workers and remove the file: they make it again from the database."
        yield Problem(str(queue), "queue-damaged", f"The queue of jobs cannot be read: {found}.", remedy)
