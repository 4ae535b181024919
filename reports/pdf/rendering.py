"""Set pages of HTML as tagged PDF files (PDF/UA-1 and PDF/A-2a), in the fonts that ship and nothing else."""

import hashlib
import threading
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from instruments.problems import damage
from reports.pdf import pdfa
from reports.pdf.html_pages import TEMPLATES

FONTS: Final = Path(__file__).parent / "fonts"
_LINE_BREAKS: Final = frozenset("\n\r\t")
FACES: Final = {
    "IBMPlexSans-Regular.ttf": "font-weight: 400; font-style: normal",
    "IBMPlexSans-Italic.ttf": "font-weight: 400; font-style: italic",
    "IBMPlexSans-SemiBold.ttf": "font-weight: 600; font-style: normal",
}
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_KEPT: Final = 32  # documents in memory, some 150 kB each

# a page brings its figures along and loads nothing
_DATA_ONLY: Final = URLFetcher(allowed_protocols=["data"], fail_on_errors=True)
# Pango and the parsed style sheets belong to one thread at a time
_one_at_a_time = threading.Lock()


def _check_fonts() -> None:
    """Raise Damaged where a font of the reports is missing: Pango without any font ends the process."""
    missing = [name for name in FACES if not (FONTS / name).is_file()]
    if missing:
        raise damage(
            "font-missing",
            f"{', '.join(missing)} is not among the reports' fonts.",
            "Install the program again, whole.",
            place="reports/pdf/fonts",
        )


def render(html: str, style: str) -> bytes:
    """Return the PDF of a page with one of the style sheets in `templates`.

    The same page gives the same bytes: its identifier is a hash of the page, and no clock is read. The last
    few are kept in memory under the page itself, figures included, so that nothing kept can be out of date.
    """
    return _render_cached(_replace_unsupported(html), style)


def render_uncached(html: str, style: str = "") -> bytes:
    """Return the PDF of a page and keep it nowhere: for pages that hold access codes."""
    return _render(_replace_unsupported(html), style)


def render_in_parts(parts: Iterable[str]) -> bytes:
    """Return one PDF of several pages of HTML, each laid out when it is asked for, and keep it nowhere.

    The title and the language are those of the first. Raises ValueError where there is none.
    """
    digest, documents = hashlib.sha256(), []
    for part in parts:
        html = _replace_unsupported(part)
        digest.update(html.encode())
        # let others print meanwhile: thousands of slips take a minute
        with _one_at_a_time:
            documents.append(_lay_out(html, ""))
    if not documents:
        raise ValueError("There is nothing to set.")
    pages = [page for document in documents for page in document.pages]
    with _one_at_a_time:
        return _write(documents[0].copy(pages), digest.digest())


def _replace_unsupported(text: str) -> str:
    """Return the text in letters that every one of the fonts has.

    Others become the replacement character: a font of the machine would make the file differ from one machine
    to the next. Signs that turn the direction of writing are left out.
    """
    used = set(text) - _LINE_BREAKS
    turning = {each for each in used if unicodedata.category(each) in {"Cc", "Cf"}}
    missing = dict.fromkeys(map(ord, used - _supported_letters()), _REPLACEMENT)
    return text.translate(missing | dict.fromkeys(map(ord, turning), ""))


@cache
def _supported_letters() -> frozenset[str]:
    """Return the letters that all the fonts have."""
    _check_fonts()
    covered = [_letters(FONTS / name) for name in FACES]
    return frozenset(covered[0].intersection(*covered[1:]))


def _letters(font: Path) -> set[str]:
    with TTFont(font, lazy=True) as opened:
        return set(map(chr, opened.getBestCmap()))


@lru_cache(maxsize=_KEPT)
def _render_cached(html: str, style: str) -> bytes:
    return _render(html, style)


def _render(html: str, style: str) -> bytes:
    identifier = hashlib.sha256(f"{style}\n{html}".encode()).digest()
    with _one_at_a_time:
        return _write(_lay_out(html, style), identifier)


def _lay_out(html: str, style: str) -> Document:
    fonts, sheet = _style(style)
    page = HTML(string=html, base_url=str(TEMPLATES), url_fetcher=_DATA_ONLY)
    return page.render(
        stylesheets=[sheet],
        font_config=fonts,
        color_profiles=pdfa.colour_profiles(),
        pdf_variant=pdfa.VARIANT,
    )


def _write(document: Document, identifier: bytes) -> bytes:
    written = document.write_pdf(
        pdf_variant=pdfa.VARIANT,
        output_intent=pdfa.OUTPUT_INTENT,
        pdf_identifier=identifier[:16].hex().encode(),
        finisher=lambda _document, pdf: pdfa.declare_accessible(pdf),
    )
    return bytes(written or b"")


@lru_cache(maxsize=4)
def _style(name: str) -> tuple[FontConfiguration, CSS]:
    """Return a parsed style sheet, or none, with the fonts it uses: parsed once in a process."""
    _check_fonts()
    fonts = FontConfiguration()
    faces = "".join(
        f"@font-face {{ font-family: 'IBM Plex Sans'; src: url('{(FONTS / file).as_uri()}'); {kind} }}\n"
        for file, kind in FACES.items()
    )
    text = faces + ((TEMPLATES / name).read_text(encoding="utf-8") if name else "")
    return fonts, CSS(string=text, font_config=fonts, base_url=str(TEMPLATES))
