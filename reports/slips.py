"""What people come in by, on paper: slips with one-time codes to draw from a bowl, or a poster."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

import segno
from babel.dates import format_date
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import HTML

HERE = Path(__file__).parent
LOCALES = {"nb": "nb", "nn": "nn", "da": "da", "en": "en_GB"}
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
        last_day=format_date(occasion.closes_on, "long", locale=LOCALES[occasion.language]),
        square=_square,
        _=lambda text: _catalogue(occasion.language).get(text, text),
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


@cache
def _catalogue(language: str) -> dict[str, str]:
    """English sentence → sentence; empty for English."""
    file = HERE / "translations" / language / "LC_MESSAGES" / "slips.po"
    if not file.exists():
        return {}
    with file.open("rb") as stream:
        return {str(each.id): str(each.string) for each in read_po(stream) if each.id and each.string}
