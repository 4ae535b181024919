"""Pack many reports into one ZIP file, with a table of contents in each language they are in."""

import shutil
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Final

from instruments.languages import LANGUAGES
from reports.pdf import html_pages
from reports.presentation.locale import get_locale

_CONTENTS: Final = "contents.html"
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # a ZIP file's own zero: it holds no time of making
_READABLE: Final = 0o644
_UNIX: Final = 3  # as the system that made it, or the machine's own would be named


@dataclass(frozen=True, slots=True)
class ArchivedReport:
    """One report: its file's name and how that is opened, and what the table of contents says of it."""

    name: str
    open: Callable[[], IO[bytes]]
    unit: str
    wave: str
    language: str


@dataclass(frozen=True, slots=True, order=True)
class UnmadeReport:
    """One report that should be there and could not be made: of which unit, in which language."""

    unit: str
    language: str


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not in the ZIP file: names of units without a report, and reports that could not be made."""

    unreported: Sequence[str] = ()
    unmade: Sequence[UnmadeReport] = ()


def pack(
    entries: Sequence[ArchivedReport],
    missing: Missing,
    stream: IO[bytes],
    packed: Callable[[int], None] = lambda _: None,
) -> None:
    """Write the ZIP file: a folder for each language, with its reports by name and their contents.

    Each contents page names what is missing. `packed` is called with the number of reports packed so far.
    The same entries give the same bytes.
    """
    count = 0
    # PDF files are compressed already, and stored bytes are the same on every machine
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for language in sorted({each.language for each in entries}):
            page = contents(entries, missing, language)
            archive.writestr(member(f"{language}/{_CONTENTS}"), page)
            for entry in _in_language(entries, language):
                with (
                    entry.open() as report,
                    archive.open(member(f"{language}/{entry.name}"), "w") as written,
                ):
                    shutil.copyfileobj(report, written)
                count += 1
                packed(count)


def contents(entries: Iterable[ArchivedReport], missing: Missing, language: str) -> str:
    """Return the table of contents of the reports in one language, as a page of HTML that loads nothing."""
    locale = get_locale(language)
    unmade = [(each.unit, LANGUAGES[each.language].full_name) for each in missing.unmade]
    return html_pages.fill(
        _CONTENTS,
        locale,
        entries=_in_language(entries, language),
        unreported=missing.unreported,
        unmade=unmade,
    )


def _in_language(entries: Iterable[ArchivedReport], language: str) -> list[ArchivedReport]:
    own = (each for each in entries if each.language == language)
    return sorted(own, key=lambda entry: (entry.unit, entry.name))


def member(name: str) -> zipfile.ZipInfo:
    """Return what a ZIP file says of a file in it: its name, and nothing of the machine or the day."""
    said = zipfile.ZipInfo(name, _EARLIEST)
    said.create_system = _UNIX
    said.external_attr = _READABLE << 16
    return said
