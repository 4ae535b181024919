"""Turns a page of HTML into a tagged PDF (PDF/UA-1), with the fonts that ship and nothing from outside."""

import hashlib
import threading
from functools import lru_cache
from pathlib import Path
from typing import Final

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from instruments.problems import refuse

HERE: Final = Path(__file__).parent
FACES: Final = {
    "IBMPlexSans-Regular.ttf": "font-weight: 400; font-style: normal",
    "IBMPlexSans-Italic.ttf": "font-weight: 400; font-style: italic",
    "IBMPlexSans-SemiBold.ttf": "font-weight: 600; font-style: normal",
}
KEPT: Final = 32  # printed documents in memory, some 150 kB each

# a page brings its figures along and loads nothing
_INSIDE: Final = URLFetcher(allowed_protocols=["data"], fail_on_errors=True)
_printing = threading.Lock()  # Pango and the parsed style sheets belong to one thread at a time


def check_fonts() -> None:
    """Raise Refused where a font of the reports is missing: Pango without any font ends the process."""
    missing = [name for name in FACES if not (HERE / "fonts" / name).is_file()]
    if missing:
        raise refuse(
            "font-missing",
            f"{', '.join(missing)} is not among the reports' fonts.",
            "Install the program again, whole.",
            place="reports/fonts",
        )


@lru_cache(maxsize=KEPT)
def printed(html: str, style: str) -> bytes:
    """The PDF of a page with one of the style sheets in `templates`.

    The same page gives the same bytes: its identifier is made from the page, and no clock is read. The
    page itself, figures included, is the key of what is kept, so nothing kept can be out of date.
    """
    identifier = hashlib.sha256(f"{style}\n{html}".encode()).digest()[:16]
    with _printing:
        fonts, sheet = _style(style)
        document = HTML(string=html, base_url=str(HERE), url_fetcher=_INSIDE)
        written = document.write_pdf(
            stylesheets=[sheet],
            font_config=fonts,
            pdf_variant="pdf/ua-1",
            pdf_identifier=identifier.hex().encode(),
        )
    return bytes(written or b"")


@lru_cache(maxsize=4)
def _style(name: str) -> tuple[FontConfiguration, CSS]:
    """A parsed style sheet with the fonts it uses: parsed once in a process."""
    check_fonts()
    fonts = FontConfiguration()
    faces = "".join(
        f"@font-face {{ font-family: 'IBM Plex Sans'; src: url('{_address(file)}'); {kind} }}\n"
        for file, kind in FACES.items()
    )
    text = faces + (HERE / "templates" / name).read_text(encoding="utf-8")
    return fonts, CSS(string=text, font_config=fonts, base_url=str(HERE))


def _address(font: str) -> str:
    return (HERE / "fonts" / font).as_uri()
