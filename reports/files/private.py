"""Files and directories that only the user of this program can read, whatever the mask of the process is."""

import contextlib
import os
from pathlib import Path

from instruments.problems import refuse

FILE, DIRECTORY = 0o600, 0o700
_OTHERS = 0o077


def create(path: Path) -> None:
    """Make an empty private file, and leave one that is there as it is."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE))


def make_directory(path: Path) -> None:
    """Make a private directory, and those above it; leave one that is there as it is.

    Raises Refused where something else is there, or none can be made.
    """
    try:
        path.mkdir(mode=DIRECTORY, parents=True, exist_ok=True)
    except OSError as error:
        fault = f"The directory could not be made: {error.strerror}."
        raise refuse("output-directory", fault, "Name another one.", str(path)) from error


def restrict(path: Path) -> None:
    """Take from other users what they may do with a file or directory of ours, where there is one."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return
    if found.st_mode & _OTHERS and found.st_uid == os.geteuid():
        path.chmod(found.st_mode & ~_OTHERS & 0o7777)


def is_exposed(path: Path) -> bool:
    """Return whether other users can do anything with it."""
    return path.exists() and bool(path.stat().st_mode & _OTHERS)
