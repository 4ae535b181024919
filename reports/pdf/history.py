"""What has been done to a unit, to be handed to the employees' representative."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.pdf import html_pages, rendering
from reports.presentation.locale import get_locale


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One act in the reader's words; `mark` is the beginning of its hash, which paper and page share."""

    what: str
    about: str
    day: str
    who: str
    place: str
    mark: str


def history(unit: str, day: date, held: Sequence[str], rows: Sequence[HistoryRow], *, language: str) -> bytes:
    """Return a tagged PDF (PDF/UA-1): who holds a role on that day, and every act, newest first."""
    locale = get_locale(language)
    page = html_pages.fill(
        "history.html", locale, unit=unit, day=day, held=held, rows=rows, language=language
    )
    return rendering.render_uncached(page)
