"""Files that are written whole or not at all: beside their place first, then moved into it."""

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO

from instruments.problems import refuse
from reports.files import private


def write(contents: Mapping[Path, bytes], *, replace: bool = False) -> None:
    """Write every file, the last one last, each durably on disk before any is moved into place.

    Their owner alone may read them. Nothing is left behind where it fails. Raises Refused where a place
    cannot be written and, unless `replace`, where a file is there already.
    """
    for path in contents:
        with _unwritable(path):
            _check_place(path, replace=replace)
    with _unwritable(list(contents)[-1]):
        _write_all(contents)


def write_by(path: Path, writer: Callable[[IO[bytes]], None]) -> None:
    """Write, or replace, one file that is too large for memory, as `write` does: `writer` fills it."""
    with _unwritable(path):
        _check_place(path, replace=True)
        beside = _beside(path)
        try:
            with open(beside, "xb", opener=_private) as file:
                writer(file)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}")


def _check_place(path: Path, *, replace: bool) -> None:
    if not path.parent.is_dir():
        fault, remedy = "The directory is not there.", "Make it, or name another."
        raise refuse("output-directory", fault, remedy, str(path.parent))
    if path.is_dir():
        raise refuse("output-directory", "This is a directory.", "Name the file to write.", str(path))
    if path.exists() and not replace:
        fault, remedy = "There is a file of that name.", "Name another, or ask to replace it."
        raise refuse("output-exists", fault, remedy, str(path))


@contextlib.contextmanager
def _unwritable(output: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise refuse(
            "output-unwritable",
            f"The file could not be written: {error.strerror}.",
            "Name a place with room that may be written.",
            str(output),
        ) from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, private.FILE)


def _write_all(contents: Mapping[Path, bytes]) -> None:
    """Write every file beside its place first, then move all into place; the data last."""
    beside = {path: _beside(path) for path in contents}
    try:
        for path, content in contents.items():
            with open(beside[path], "xb", opener=_private) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for path, ready in beside.items():
            ready.replace(path)
    finally:
        for ready in beside.values():
            with contextlib.suppress(OSError):
                ready.unlink(missing_ok=True)
