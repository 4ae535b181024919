"""Print what people come in by: slips with one-time codes to draw from a bowl, or a poster."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from reports.pdf import html_pages, qr_codes, rendering
from reports.presentation.locale import get_locale

_COLUMNS, _ROWS = 2, 5
_SLIPS_A_PAGE: Final = _COLUMNS * _ROWS
_PAGES_AT_ONCE: Final = 5  # laid out between two notes of progress

Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class SlipHeading:
    """What stands on every slip: whose wave it is, its title, its last day, and the service's address."""

    unit: str
    title: str
    closes_on: date
    address: str
    language: str


@dataclass(frozen=True, slots=True)
class Slip:
    """A code as typed, and the address its QR code leads to."""

    code: str
    address: str


def slips(heading: SlipHeading, printed: Sequence[Slip], progress: Progress = lambda _: None) -> bytes:
    """Return a tagged PDF (PDF/UA-1): how to use the bowl, then the slips, ten to an A4 page with cut lines.

    `progress` is called with how many slips are laid out so far. Addresses are alike in length.
    """
    return rendering.render_in_parts(_parts(heading, printed, progress))


def poster(heading: SlipHeading, link: str) -> bytes:
    """Return a tagged PDF (PDF/UA-1): one A4 page with the open link, to scan or to type."""
    page = _page("poster.html", heading, link=link, qr_code=qr_codes.data_uri(link))
    return rendering.render_uncached(page)


def _parts(heading: SlipHeading, printed: Sequence[Slip], progress: Progress) -> Iterator[str]:
    """Yield the guide, then pages of slips, few at a time, so that progress can be told between them."""
    yield _page("slips_guide.html", heading, number=len(printed))
    mask = qr_codes.best_mask(printed[0].address)
    for start in range(0, len(printed), _SLIPS_A_PAGE * _PAGES_AT_ONCE):
        own = printed[start : start + _SLIPS_A_PAGE * _PAGES_AT_ONCE]
        drawn = [(slip, qr_codes.data_uri(slip.address, mask)) for slip in own]
        pages = [drawn[first : first + _SLIPS_A_PAGE] for first in range(0, len(drawn), _SLIPS_A_PAGE)]
        yield _page("slips.html", heading, pages=pages, columns=_COLUMNS)
        progress(start + len(own))


def _page(template: str, heading: SlipHeading, **values: object) -> str:
    locale = get_locale(heading.language)
    return html_pages.fill(
        template, locale, heading=heading, last_day=locale.day(heading.closes_on), **values
    )
