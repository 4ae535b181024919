"""Print the links by which people choose their first password: one piece of paper for each, to be cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reports.pdf import html_pages, qr_codes, rendering
from reports.presentation.locale import get_locale

_PIECES_A_PAGE: Final = 4


@dataclass(frozen=True, slots=True)
class PasswordLink:
    """A link, whose it is, and the names of the units where its holder has a role."""

    email: str
    units: Sequence[str]
    address: str


def password_list(links: Sequence[PasswordLink], until: datetime, language: str) -> bytes:
    """Return a tagged PDF (PDF/UA-1): what to do with it, then a piece of paper for each link.

    `until` is when the links end, in the time of the installation. Nothing of it is kept.
    """
    locale = get_locale(language)
    drawn = [(each, qr_codes.data_uri(each.address)) for each in links]
    page = html_pages.fill(
        "password_list.html",
        locale,
        pages=[drawn[first : first + _PIECES_A_PAGE] for first in range(0, len(drawn), _PIECES_A_PAGE)],
        number=len(links),
        day=locale.day(until.date()),
        clock=f"{until:%H:%M}",
    )
    return rendering.render_uncached(page)
