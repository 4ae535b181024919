"""Print the three sheets with the shares of a wave's private key, each on a page of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reports.pdf import html_pages, qr_codes, rendering
from reports.pdf.slips import SlipHeading
from reports.presentation.locale import Locale, get_locale

_GROUPS_A_LINE: Final = 4


@dataclass(frozen=True, slots=True, repr=False)
class KeySheet:
    """What is printed on one sheet: its share as typed, the address its QR code holds, and its mark."""

    typed: str
    address: str
    mark: str


def key_sheets(heading: SlipHeading, page: str, minutes: int, sheets: Sequence[KeySheet]) -> bytes:
    """Return a tagged PDF (PDF/UA-1) of one A4 page for each sheet, kept nowhere.

    `page` is the address where a sheet is typed, `minutes` how long the first waits there for the second.
    """
    locale = get_locale(heading.language)
    drawn = [
        (holder, sheet, _lines(sheet.typed), qr_codes.data_uri(sheet.address))
        for holder, sheet in zip(_holders(locale), sheets, strict=True)
    ]
    return rendering.render_uncached(
        html_pages.fill(
            "key_sheets.html",
            locale,
            heading=heading,
            page=page,
            minutes=minutes,
            last_day=locale.day(heading.closes_on),
            sheets=drawn,
        )
    )


def _holders(locale: Locale) -> tuple[str, ...]:
    return (
        locale.say("For the leader"),
        locale.say("For the employees' representative"),
        locale.say("For the owner"),
    )


def _lines(typed: str) -> list[str]:
    groups = typed.split("-")
    return [
        "-".join(groups[start : start + _GROUPS_A_LINE]) for start in range(0, len(groups), _GROUPS_A_LINE)
    ]
