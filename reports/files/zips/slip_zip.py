"""Pack the locked slips of many units into one ZIP file, with a page that says what is in it."""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Final

from reports.files.zips.report_zip import member
from reports.pdf import html_pages
from reports.presentation.locale import get_locale

_CONTENTS: Final = "contents.html"


@dataclass(frozen=True, slots=True, repr=False)
class LockedSlips:
    """The locked slips of one unit: the name of the file, and how many they are."""

    name: str
    unit: str
    count: int
    pdf: bytes


def entry_of(archive: IO[bytes], ending: str) -> bytes | None:
    """Return the file in the ZIP whose name has that ending; None where it is not there."""
    with zipfile.ZipFile(archive) as packed:
        found = next((name for name in packed.namelist() if name.endswith(ending)), None)
        return None if found is None else packed.read(found)


def pack(
    entries: Iterable[LockedSlips], title: str, left_out: Sequence[str], language: str, stream: IO[bytes]
) -> None:
    """Write the ZIP file, an entry at a time as it is made."""
    listed = []
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for entry in entries:
            archive.writestr(member(entry.name), entry.pdf)
            listed.append((entry.unit, entry.name, entry.count))
        page = html_pages.fill(
            "slip_contents.html", get_locale(language), title=title, entries=listed, left_out=left_out
        )
        archive.writestr(member(_CONTENTS), page)
