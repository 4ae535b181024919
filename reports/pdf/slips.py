"""Print what people come in by: slips with one-time codes to draw from a bowl, or a poster."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from reports.pdf import html_pages, qr_codes, rendering
from reports.pdf.fitting import Setting, best_setting, lines_of
from reports.presentation.locale import Locale, get_locale

_COLUMNS, _ROWS = 2, 5
_SLIPS_A_PAGE: Final = _COLUMNS * _ROWS
_PAGES_AT_ONCE: Final = 5  # laid out between two notes of progress
_SLIP_LINE, _CODE_LINE, _POSTER_LINE, _POSTER_CALL = 84, 53, 158, 174  # mm
# the address is what people without a camera need: it is read at arm's length, and never cut
_ADDRESS: Final = (
    *(Setting(size) for size in (11.5, 11, 10.5, 10)),
    *(Setting(size, 2) for size in (10, 9, 8, 7)),
    Setting(6, 3),
)
# how large the rest is printed, and over how many lines what the survey is about: the first that has room
_PRINT: Final = ((1, 3), (1, 2), (0.92, 3), (0.92, 2), (0.85, 2), (0.85, 1), (0.85, 0))
_ABOUT_LINE, _NAME_LINE, _ABOUT_ROOM = 54, 44, 46.2  # mm
_MILLIMETRES_A_POINT: Final = 25.4 / 72
# a code of the widest letters only is drawn smaller than the others
_CODE: Final = tuple(Setting(size) for size in (15.5, 15, 14, 13, 12, 11))
# what a poster says largest, where it speaks one language and where others stand below
_CALL: Final = {
    True: (Setting(46), Setting(40), Setting(32, 2)),
    False: (Setting(38), Setting(33), Setting(26, 2)),
}
_LINK: Final = (
    *(Setting(size) for size in (26, 24, 22, 20, 18, 16)),
    *(Setting(size, 2) for size in (16, 14, 12)),
)

Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class SlipHeading:
    """What stands on every printed sheet of a wave: whose it is, its title, last day, and the address."""

    unit: str
    title: str
    closes_on: date
    address: str
    language: str


@dataclass(frozen=True, slots=True)
class SlipText:
    """What is said in one language to those who are invited: what it is about, and how long it takes."""

    heading: SlipHeading
    purpose: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Slip:
    """A code as typed, and the address its QR code leads to."""

    code: str
    address: str


def slips(text: SlipText, printed: Sequence[Slip], progress: Progress = lambda _: None) -> bytes:
    """Return a tagged PDF (PDF/UA-1): how to use the bowl, then the slips, ten to an A4 page with cut lines.

    `progress` is called with how many slips are laid out so far. Addresses are alike in length.
    """
    return rendering.render_in_parts(_parts(text, printed, progress))


def poster(texts: Sequence[SlipText], link: str) -> bytes:
    """Return a tagged PDF (PDF/UA-1): one A4 page with the open link, to scan or to type.

    It speaks every language of the texts, and the first one large.
    """
    first, *others = texts
    shown = typed_address(link)
    call = get_locale(first.heading.language).say("Take part in the survey")
    page = _page(
        "poster.html",
        first,
        others=[_said(each) for each in others],
        call=call,
        call_size=best_setting(call, _CALL[not others], _POSTER_CALL).size,
        link=shown,
        setting=best_setting(shown, _LINK, _POSTER_LINE),
        qr_code=qr_codes.data_uri(link),
    )
    return rendering.render_uncached(page)


def typed_address(address: str) -> str:
    """Return an address as people type it: browsers add the https:// themselves."""
    return address.removeprefix("https://")


def _parts(text: SlipText, printed: Sequence[Slip], progress: Progress) -> Iterator[str]:
    """Yield the guide, then pages of slips, few at a time, so that progress can be told between them."""
    yield _page("slips_guide.html", text, number=len(printed))
    shown = typed_address(text.heading.address)
    setting = best_setting(shown, _ADDRESS, _SLIP_LINE)
    size, lines = _print(text, setting)
    mask = qr_codes.best_mask(printed[0].address)
    for start in range(0, len(printed), _SLIPS_A_PAGE * _PAGES_AT_ONCE):
        own = printed[start : start + _SLIPS_A_PAGE * _PAGES_AT_ONCE]
        drawn = [
            (slip, best_setting(slip.code, _CODE, _CODE_LINE).size, qr_codes.data_uri(slip.address, mask))
            for slip in own
        ]
        yield _page(
            "slips.html",
            text,
            pages=[drawn[first : first + _SLIPS_A_PAGE] for first in range(0, len(drawn), _SLIPS_A_PAGE)],
            columns=_COLUMNS,
            address=shown,
            setting=setting,
            print_size=size,
            purpose_lines=lines,
        )
        progress(start + len(own))


def _print(text: SlipText, address: Setting) -> tuple[float, int]:
    """Return how large a slip is printed, as a share of the usual size, and the lines of its purpose."""
    return next((each for each in _PRINT if _height(text, address, *each) <= _ABOUT_ROOM), _PRINT[-1])


def _height(text: SlipText, address: Setting, scale: float, purpose: int) -> float:
    """Return how high all that stands on a slip is, in mm: font sizes and line heights are the template's."""
    locale, _, minutes = _said(text)
    about = (
        (f"{minutes} · {locale.say('voluntary')}", 8.5, 1.2, _ABOUT_LINE),
        (locale.say("Last day: %(day)s", day=locale.day(text.heading.closes_on)), 10.5, 1.2, _ABOUT_LINE),
        (
            locale.say("Scan or type this to answer, and later to see the results:"),
            7.8,
            1.25,
            _SLIP_LINE,
        ),
    )
    printed = sum(lines_of(said, size * scale, width) * size * height for said, size, height, width in about)
    named = min(2, lines_of(text.heading.unit, 9.5 * scale, _NAME_LINE)) * 9.5 * 1.2 + 8 * 1.2
    needed = min(purpose, lines_of(text.purpose, 8.3 * scale, _NAME_LINE)) * 8.3 * 1.2
    typed = address.size * address.lines * 1.2 + _CODE[0].size * 1.25
    return ((printed + named + needed) * scale + typed) * _MILLIMETRES_A_POINT


def _page(template: str, text: SlipText, **values: object) -> str:
    locale, _, minutes = _said(text)
    return html_pages.fill(template, locale, heading=text.heading, text=text, minutes=minutes, **values)


def _said(text: SlipText) -> tuple[Locale, SlipText, str]:
    """Return a text with its locale, and how long it takes in words."""
    locale = get_locale(text.heading.language)
    return locale, text, locale.count("about one minute", "about %(number)s minutes", text.minutes)
