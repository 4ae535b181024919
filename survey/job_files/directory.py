"""Job files in a directory of this machine, or one that machines share."""

import contextlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from instruments.problems import damage
from reports.files import atomic_write, private


@dataclass(frozen=True, slots=True)
class DirectoryFile:
    """A file in a directory."""

    path: Path

    @property
    def name(self) -> str:
        """Return its name."""
        return self.path.name

    def exists(self) -> bool:
        """Return whether it is there."""
        return self.path.is_file()

    def read(self) -> bytes:
        """Return what is in it."""
        return self.path.read_bytes()

    def open(self) -> IO[bytes]:
        """Open it to be read."""
        return self.path.open("rb")

    def size(self) -> int:
        """Return how many bytes it has."""
        return self.path.stat().st_size

    def written_at(self) -> int:
        """Return when it was written, in seconds since 1970."""
        return int(self.path.stat().st_mtime)

    def remove(self) -> None:
        """Remove it, where it is there."""
        self.path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class DirectoryFolder:
    """A directory of job files; a file is written beside its place and moved there whole."""

    path: Path
    above: "DirectoryFolder | None" = None

    @property
    def place(self) -> str:
        """Return its path."""
        return str(self.path)

    def folder(self, name: str) -> "DirectoryFolder":
        """Return a directory in it."""
        return DirectoryFolder(self.path / name, self)

    def file(self, name: str) -> DirectoryFile:
        """Return a file in it."""
        return DirectoryFile(self.path / name)

    def names(self) -> list[str]:
        """Return the names of the files in it, in order; none where it is not there."""
        return sorted(each.name for each in self.path.iterdir()) if self.path.is_dir() else []

    def prepare(self) -> None:
        """Make it where it is missing, and take from others what they may do with it."""
        if self.above is not None:
            # private as well, which those above it would not be
            self.above.prepare()
        try:
            self.path.mkdir(mode=private.DIRECTORY, parents=True, exist_ok=True)
            private.restrict(self.path)
        except OSError as error:
            fault, remedy = f"It cannot be made: {error.strerror}.", "Name a place that may be written."
            raise damage("files-unusable", fault, remedy, self.place) from error

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Write, or replace, files by their names, the last one last."""
        self.prepare()
        atomic_write.write({self.path / name: content for name, content in contents.items()}, replace=True)

    def write_by(self, name: str, writer: Callable[[IO[bytes]], None]) -> None:
        """Write, or replace, one file, which `writer` fills."""
        self.prepare()
        atomic_write.write_by(self.path / name, writer)

    def remove(self) -> None:
        """Remove it with all that is in it."""
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self.path)
