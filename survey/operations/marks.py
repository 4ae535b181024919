"""What was last done to an installation, and what was found then: a small file each, among those of the jobs.

They are no rows: written every minute between the answers, times in the database's journals would say when
each answer came.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from instruments.problems import Damaged, Unavailable
from survey.job_files import Folder

ROUND: Final = "last-maintenance"
CERTIFICATE: Final = "last-certificate"
BACKUP: Final = "last-backup"
CLOCK: Final = "last-clock"
WAVE_KEYS: Final = "last-wave-keys"


@dataclass(frozen=True, slots=True)
class Mark:
    """When something was last done, in seconds since 1970, and what was found; empty where nothing was."""

    at: int
    found: Mapping[str, object]


def write(folder: Folder, name: str, found: Mapping[str, object]) -> None:
    """Say that it was done now, and what was found. Raises Refused where the file cannot be written."""
    folder.write({name: json.dumps(dict(found)).encode()})


def read(folder: Folder, name: str) -> Mark | None:
    """Return what was written last; None where it was never done. What cannot be read was not found."""
    file = folder.file(name)
    try:
        at, content = file.written_at(), file.read()
    except (OSError, Damaged, Unavailable):
        return None
    try:
        found = json.loads(content)
    except ValueError:
        found = {}
    return Mark(at, found if isinstance(found, dict) else {})
