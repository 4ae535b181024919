"""What was last done to an installation, and what was found then: a small file each, among those of the jobs.

They are no rows: written every minute between the answers, times in the database's journals would say when
each answer came.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reports.files import atomic_write

ROUND: Final = "last-maintenance"
CERTIFICATE: Final = "last-certificate"
BACKUP: Final = "last-backup"
CLOCK: Final = "last-clock"


@dataclass(frozen=True, slots=True)
class Mark:
    """When something was last done, in seconds since 1970, and what was found; empty where nothing was."""

    at: int
    found: Mapping[str, object]


def write(directory: Path, name: str, found: Mapping[str, object]) -> None:
    """Say that it was done now, and what was found. Raises Refused where the file cannot be written."""
    atomic_write.write({directory / name: json.dumps(dict(found)).encode()}, replace=True)


def read(directory: Path, name: str) -> Mark | None:
    """Return what was written last; None where it was never done. What cannot be read was not found."""
    path = directory / name
    try:
        at, content = int(path.stat().st_mtime), path.read_bytes()
    except OSError:
        return None
    try:
        found = json.loads(content)
    except ValueError:
        found = {}
    return Mark(at, found if isinstance(found, dict) else {})
