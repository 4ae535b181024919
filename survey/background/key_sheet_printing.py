"""Print the key sheets of a draft: its private key is drawn, split and set on paper in a process of its own.

That process keeps nothing and ends with the last byte of the file, which lies in the kernel's memory and is
sent from there: the key, its shares and the sheets are never in the memory of the server. The process is
that of `key_sheet_process`.
"""

import io
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import IO

from instruments.problems import damage
from reports.pdf.slips import SlipHeading
from survey.collection import lifecycle
from survey.operations.installation import Installation
from survey.settings import Settings
from survey.store.repositories import waves

_PUBLIC_KEY_BYTES = 32
_LONGEST = 120  # seconds


@dataclass(frozen=True, slots=True, repr=False)
class PrintedSheets:
    """Key sheets that open nothing until they are accepted (`lifecycle.accept_sheets`).

    `pdf` is read or sent once, from where it stands, and then closed; it has `size` bytes.
    """

    pdf: IO[bytes]
    size: int
    public_key: bytes


def print_key_sheets(home: Installation, wave_key: str) -> PrintedSheets:
    """Return the three sheets of a new key for a draft; they are kept nowhere.

    Raises Refused as `lifecycle.require_printable` does, Damaged("printing-failed").
    """
    wave = waves.by_key(home.database, wave_key)
    lifecycle.require_printable(wave)
    heading = SlipHeading(wave.unit_name, wave.title, wave.closes_on, home.settings.public_url, wave.language)
    asked = {
        "heading": {**asdict(heading), "closes_on": heading.closes_on.isoformat()},
        "page": sheet_address(home.settings),
        "minutes": home.policy.retention.held_key_share_minutes,
    }
    status, file = _run(json.dumps(asked).encode())
    size = file.seek(0, os.SEEK_END) - _PUBLIC_KEY_BYTES
    if status != 0 or size <= 0:
        file.close()
        raise damage(
            "printing-failed",
            "The process that prints key sheets ended before its work was done.",
            "Nothing was changed. Run `kjennetegn verify`, which names what is missing, and try again.",
            place=wave.key,
        )
    file.seek(0)
    return PrintedSheets(public_key=file.read(_PUBLIC_KEY_BYTES), pdf=file, size=size)


def sheet_address(settings: Settings) -> str:
    """Return the address of the page where a key sheet is typed."""
    return f"{settings.public_url}/sheet"


def _run(asked: bytes) -> tuple[int, IO[bytes]]:
    """Run the process that prints; return its exit status, and what it wrote as a file that is on no disk."""
    command = [sys.executable, "-m", "survey.background.key_sheet_process"]
    if not hasattr(os, "memfd_create"):
        # elsewhere than on Linux what was written passes through the memory of this process
        done = subprocess.run(  # noqa: S603 - this interpreter and this module
            command,
            input=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=_LONGEST,
        )
        return done.returncode, io.BytesIO(done.stdout)
    # unbuffered, because a buffer would read part of the sheets along with the public key
    file = os.fdopen(os.memfd_create("key-sheets"), "w+b", buffering=0)
    ended = subprocess.run(  # noqa: S603 - likewise
        command, input=asked, stdout=file, stderr=subprocess.DEVNULL, check=False, timeout=_LONGEST
    )
    return ended.returncode, file
