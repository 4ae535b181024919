"""Many reports in one ZIP file, with a table of contents in each language they are in."""

import shutil
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports.files import atomic_write
from reports.presentation.locale import get_locale

TEMPLATES: Final = Path(__file__).parent.parent / "pdf" / "templates"
_CONTENTS: Final = "contents.html"
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # a ZIP file's own zero: no time of making is told
_READABLE: Final = 0o644


@dataclass(frozen=True, slots=True)
class ArchivedReport:
    """One report: the file it is in, and what the table of contents says of it."""

    file: Path
    unit: str
    wave: str
    language: str


def pack(entries: Sequence[ArchivedReport], unreported: Sequence[str], target: Path) -> None:
    """Write the ZIP file: a folder for each language, with its reports by name and their contents.

    `unreported` names places without a report. The same entries give the same bytes. Raises Refused where
    it cannot be written; then nothing is left behind.
    """
    atomic_write.write_by(target, lambda stream: _pack(entries, unreported, stream))


def contents(entries: Iterable[ArchivedReport], unreported: Sequence[str], language: str) -> str:
    """The table of contents of the reports in one language, as a page of HTML that needs nothing else."""
    said = get_locale(language)
    own = sorted((each for each in entries if each.language == language), key=_place)
    page = _pages().get_template(_CONTENTS)
    return page.render(entries=own, unreported=unreported, language=language, _=said.say)


def _pack(entries: Sequence[ArchivedReport], unreported: Sequence[str], stream: IO[bytes]) -> None:
    # PDF files are compressed already, and stored bytes are the same on every machine
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for language in sorted({each.language for each in entries}):
            page = contents(entries, unreported, language)
            archive.writestr(_member(f"{language}/{_CONTENTS}"), page)
            for entry in sorted((each for each in entries if each.language == language), key=_place):
                with (
                    entry.file.open("rb") as report,
                    archive.open(_member(f"{language}/{entry.file.name}"), "w") as place,
                ):
                    shutil.copyfileobj(report, place)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _EARLIEST)
    member.create_system = 3  # or the machine's own would be told
    member.external_attr = _READABLE << 16
    return member


def _place(entry: ArchivedReport) -> tuple[str, str]:
    return entry.unit, entry.file.name


@cache
def _pages() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
