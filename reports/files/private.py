"""Files and directories that only the user of this program can read, whatever the mask of the process is."""

import contextlib
import os
from pathlib import Path

FILE, DIRECTORY = 0o600, 0o700
_OTHERS = 0o077


def create(path: Path) -> None:
    """Make an empty private file, and leave one that is there as it is."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE))


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
