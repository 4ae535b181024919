"""What people come in by, on paper: slips with one-time codes to draw from a bowl, or a poster."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import HTML

from reports.wording import catalogue, words

HERE = Path(__file__).parent
SLIPS_A_PAGE = 10
_PAGES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What stands on every slip: whose wave it is, its title, its last day, and the service's address."""

    community: str
    title: str
    closes_on: date
    address: str
    language: str


@dataclass(frozen=True, slots=True)
class Slip:
    """A code as typed, and the address its square leads to."""

    code: str
    address: str


def slips(occasion: Occasion, handed_out: Sequence[Slip]) -> bytes:
    """A tagged PDF (PDF/UA-1): how to use the bowl, then the slips, ten to an A4 page with cut lines."""
    pages = [handed_out[start : start + SLIPS_A_PAGE] for start in range(0, len(handed_out), SLIPS_A_PAGE)]
    return _printed("slips.html", occasion, pages=pages, number=len(handed_out))


def poster(occasion: Occasion, link: str) -> bytes:
    """A tagged PDF (PDF/UA-1): one A4 page with the open link, to scan or to type."""
    return _printed("poster.html", occasion, link=link)


def _printed(template: str, occasion: Occasion, **values: object) -> bytes:
    page = _PAGES.get_template(template).render(
        occasion=occasion,
        last_day=words(occasion.language).day(occasion.closes_on),
        square=_square,
        _=catalogue(occasion.language, "slips").gettext,
        **values,
    )
    return bytes(HTML(string=page).write_pdf(pdf_variant="pdf/ua-1") or b"")


def _square(address: str) -> Markup:
    """The QR code of an address as an SVG element; middling error correction, for paper that is folded."""
    drawn = BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawn, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2)
    # what the square says is printed beside it
    return Markup(drawn.getvalue().decode().replace("<svg ", '<svg role="presentation" ', 1))  # noqa: S704 - drawn by segno
