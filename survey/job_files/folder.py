"""What a folder of job files offers to those who write and read in it, wherever it lies.

A file is there whole or not at all, for this program's user alone, and goes with its folder. What is not
there raises FileNotFoundError where it is read; a place that is away for now raises Unavailable(AWAY).
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Final, Protocol

AWAY: Final = "files-away"


class JobFile(Protocol):
    """One file of a folder, whether or not it is there."""

    @property
    def name(self) -> str:
        """Return its name within its folder."""

    @property
    def path(self) -> Path | None:
        """Return where it lies on a disk of this machine; None where it lies elsewhere."""

    def exists(self) -> bool:
        """Return whether it is there."""

    def read(self) -> bytes:
        """Return what is in it."""

    def open(self) -> IO[bytes]:
        """Open it to be read from any place in it, a small piece at a time."""

    def size(self) -> int:
        """Return how many bytes it has."""

    def written_at(self) -> int:
        """Return when it was written, in seconds since 1970."""

    def remove(self) -> None:
        """Remove it, where it is there."""


class Folder(Protocol):
    """A folder of job files. It is made by what is written in it, and need not be there before."""

    @property
    def place(self) -> str:
        """Return where it is, as an operator is told."""

    def folder(self, name: str) -> "Folder":
        """Return a folder in it."""

    def file(self, name: str) -> JobFile:
        """Return a file in it."""

    def names(self) -> list[str]:
        """Return the names of the files in it, in order; none where it is not there."""

    def prepare(self) -> None:
        """Make it where that is needed, private to this user. Raises Damaged("files-unusable")."""

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Write, or replace, files by their names; the last one appears last. Raises Refused."""

    def write_by(self, name: str, writer: Callable[[IO[bytes]], None]) -> None:
        """Write, or replace, one file that is too large for memory: `writer` fills it. Raises Refused."""

    def remove(self) -> None:
        """Remove it with all that is in it, half-written files too. Raises OSError where that fails."""
