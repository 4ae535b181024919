"""What people come in by, on paper: slips with one-time codes to draw from a bowl, or a poster."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import cycle, groupby, islice
from pathlib import Path

import pydyf
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import Document

from reports.pdf import page_copies, qr_codes, rendering
from reports.presentation.locale import catalogue, get_locale

HERE = Path(__file__).parent
ACROSS, DOWN = 2, 5
SLIPS_A_PAGE = ACROSS * DOWN
# millimetres from the edges of the page, for the template and for what is printed into it
PAGE_HEIGHT, MARGIN = 297, 10
WIDTH, HEIGHT, PADDING, SQUARE = 95, 55, 5, 30
_POINTS = 72 / 25.4  # in a millimetre
_SIZES = {"margin": MARGIN, "width": WIDTH, "height": HEIGHT, "padding": PADDING, "square": SQUARE}
_PAGES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

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
    """A code as typed, and the address its square leads to."""

    code: str
    address: str


def slips(occasion: SlipHeading, handed_out: Sequence[Slip], progress: Progress = lambda _: None) -> bytes:
    """A tagged PDF (PDF/UA-1): how to use the bowl, then the slips, ten to an A4 page with cut lines.

    One full sheet is typeset and all others are printed from it; `progress` is told how many slips are
    printed so far. Codes are alike in length, and so are their addresses.
    """
    sheets = [handed_out[start : start + SLIPS_A_PAGE] for start in range(0, len(handed_out), SLIPS_A_PAGE)]
    runs = [[*run] for _, run in groupby(sheets, len)]
    typeset = [_places(run) for run in runs]
    page = _page("slips.html", occasion, sheets=typeset, number=len(handed_out), size=_SIZES)

    def finish(document: Document, pdf: pydyf.PDF) -> None:
        masked, done = qr_codes.mask(handed_out[0].address), 0
        for left, (run, places) in enumerate(zip(runs, typeset, strict=True)):
            at = len(pdf.page_references) - len(runs) + left
            for printed in page_copies.copies(
                document, pdf, at, places, (_sheet(each, masked) for each in run)
            ):
                done += len(printed.words)
                progress(done)

    return rendering.render_uncached(page, finisher=finish)


def poster(occasion: SlipHeading, link: str) -> bytes:
    """A tagged PDF (PDF/UA-1): one A4 page with the open link, to scan or to type."""
    page = _page("poster.html", occasion, link=link, square=qr_codes.svg_data_uri(link))
    return rendering.render_uncached(page)


def _places(run: Sequence[Sequence[Slip]]) -> list[str]:
    """What is typeset where the codes come: of several sheets, words that hold all letters of their codes."""
    codes = [slip.code for slip in run[0]]
    if len(run) == 1:
        return codes
    letters = cycle(sorted({letter for sheet in run for slip in sheet for letter in slip.code}))
    return ["".join(islice(letters, len(code))) for code in codes]


def _sheet(handed_out: Sequence[Slip], masked: int) -> page_copies.PageCopy:
    """A sheet's codes, with their squares where the template leaves room for them."""
    drawn = []
    for place, slip in enumerate(handed_out):
        down, across = divmod(place, ACROSS)
        left = MARGIN + (across + 1) * WIDTH - PADDING - SQUARE
        top = PAGE_HEIGHT - MARGIN - down * HEIGHT - PADDING
        drawn.append(
            qr_codes.pdf_operators(slip.address, masked, left * _POINTS, top * _POINTS, SQUARE * _POINTS)
        )
    return page_copies.PageCopy([slip.code for slip in handed_out], b"".join(drawn))


def _page(template: str, occasion: SlipHeading, **values: object) -> str:
    page = _PAGES.get_template(template).render(
        occasion=occasion,
        last_day=get_locale(occasion.language).day(occasion.closes_on),
        _=catalogue(occasion.language, "slips").gettext,
        **values,
    )
    return rendering.replace_unsupported(page)
