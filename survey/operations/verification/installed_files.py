"""Whether every installed file of the program is the one that was installed, byte for byte."""

import base64
import csv
import hashlib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path

from instruments.problems import Problem

_NAME = "kjennetegn"
_RECORD = "RECORD"
_REMEDY = "Install the program again, whole."


def problems(distribution: Distribution | None = None) -> Iterator[Problem]:
    """Yield the files of an installed program that are missing or differ from the installer's record.

    A wheel's RECORD holds the SHA-256 of every file. A source checkout has no record of its files, and
    nothing is compared there: version control tells what was changed.
    """
    if distribution is None:
        try:
            distribution = Distribution.from_name(_NAME)
        except PackageNotFoundError:
            return
    for name, recorded in _recorded(distribution):
        method, _, expected = recorded.partition("=")
        # Distribution.files leaves out what is missing, so that the record is read here
        fault = _fault(Path(str(distribution.locate_file(name))), method, expected)
        if fault:
            yield Problem(name, *fault, _REMEDY)


def _recorded(distribution: Distribution) -> Iterator[tuple[str, str]]:
    """Yield path and hash of each file that has one; compiled Python and the record itself have none."""
    for row in csv.reader((distribution.read_text(_RECORD) or "").splitlines()):
        if len(row) > 1 and "=" in row[1]:
            yield row[0], row[1]


def _fault(path: Path, method: str, expected: str) -> tuple[str, str] | None:
    """Return code and fault of a file; None where it is the one that was installed."""
    try:
        found = hashlib.new(method, path.read_bytes()).digest()
    except FileNotFoundError:
        return "file-missing", "A file of the program is missing."
    except OSError as error:
        return "file-unreadable", f"A file of the program cannot be read: {error.strerror}."
    if base64.urlsafe_b64encode(found).rstrip(b"=").decode() != expected:
        return "file-altered", "A file of the program is not the one that was installed."
    return None
