"""Turns a page of HTML into a tagged PDF (PDF/UA-1, PDF/A-2a), with the fonts that ship and nothing else."""

import gc
import hashlib
import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import fromstring

from cssselect2 import ElementWrapper
from fontTools.ttLib import TTFont
from pydyf import PDF
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from instruments.problems import damage
from reports.pdf import pdfa

HERE: Final = Path(__file__).parent
_FACES: Final = {
    "IBMPlexSans-Regular.ttf": "font-weight: 400; font-style: normal",
    "IBMPlexSans-Italic.ttf": "font-weight: 400; font-style: italic",
    "IBMPlexSans-SemiBold.ttf": "font-weight: 600; font-style: normal",
}
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
BREAKS: Final = frozenset("\n\r\t")
_KEPT: Final = 32  # printed documents in memory, some 150 kB each

Finisher = Callable[[Document, PDF], None]

# a page brings its figures along and loads nothing
_INSIDE: Final = URLFetcher(allowed_protocols=["data"], fail_on_errors=True)
_printing = threading.Lock()  # Pango and the parsed style sheets belong to one thread at a time


def check_fonts() -> None:
    """Raise Damaged where a font of the reports is missing: Pango without any font ends the process."""
    missing = [name for name in _FACES if not (HERE / "fonts" / name).is_file()]
    if missing:
        raise damage(
            "font-missing",
            f"{', '.join(missing)} is not among the reports' fonts.",
            "Install the program again, whole.",
            place="reports/pdf/fonts",
        )


def render(html: str, style: str) -> bytes:
    """The PDF of a page with one of the style sheets in `templates`, in our own fonts only.

    A letter they lack becomes the replacement character: a font of the machine would make the file differ
    from one machine to the next. Signs that turn the direction of writing are left out.
    """
    return _printed(replace_unsupported(html), style)


@lru_cache(maxsize=_KEPT)
def _printed(html: str, style: str) -> bytes:
    """The PDF: the same page gives the same bytes, for its identifier is the page's, and no clock is read.

    The page itself, figures included, is the key of what is kept, so nothing kept can be out of date.
    """
    return render_uncached(html, style)


def render_uncached(html: str, style: str = "", finisher: Finisher | None = None) -> bytes:
    """The same, kept nowhere: for pages that hold codes, or bring their style along.

    The page is expected to be `replace_unsupported`; `finisher` is WeasyPrint's last word on the PDF.
    """
    identifier = hashlib.sha256(f"{style}\n{html}".encode()).digest()[:16]

    def finish(document: Document, pdf: PDF) -> None:
        pdfa.declare_accessible(pdf)
        if finisher:
            finisher(document, pdf)

    with _printing, _uncollected():
        fonts, sheet = _style(style)
        written = _read(html).write_pdf(
            stylesheets=[sheet],
            font_config=fonts,
            color_profiles=pdfa.colour_profile(),
            output_intent=pdfa.MEANT,
            pdf_variant=pdfa.VARIANT,
            pdf_identifier=identifier.hex().encode(),
            finisher=finish,
        )
    return bytes(written or b"")


def _read(page: str) -> HTML:
    """A page of ours, which is XML as well: reading it as any HTML takes a twentieth of a report's time."""
    document = HTML(string="", base_url=str(HERE), url_fetcher=_INSIDE)
    root = fromstring(page)  # noqa: S314 - our own templates, whatever people wrote is escaped
    document.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
    document.etree_element = root
    return document


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for garbage meanwhile: a document of thousands of boxes is all in use until it is written."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def replace_unsupported(text: str) -> str:
    """The text in letters that every one of the fonts has."""
    used = set(text) - BREAKS
    turning = {each for each in used if unicodedata.category(each) in {"Cc", "Cf"}}
    strange = dict.fromkeys(map(ord, used - supported_letters()), _REPLACEMENT)
    return text.translate(strange | dict.fromkeys(map(ord, turning), ""))


@cache
def supported_letters() -> frozenset[str]:
    """The letters that all the fonts have."""
    check_fonts()
    covered = [_covered(HERE / "fonts" / name) for name in _FACES]
    return frozenset(covered[0].intersection(*covered[1:]))


def _covered(font: Path) -> set[str]:
    with TTFont(font, lazy=True) as opened:
        return set(map(chr, opened.getBestCmap()))


@lru_cache(maxsize=4)
def _style(name: str) -> tuple[FontConfiguration, CSS]:
    """A parsed style sheet, or none, with the fonts it uses: parsed once in a process."""
    check_fonts()
    fonts = FontConfiguration()
    faces = "".join(
        f"@font-face {{ font-family: 'IBM Plex Sans'; src: url('{_address(file)}'); {kind} }}\n"
        for file, kind in _FACES.items()
    )
    text = faces + ((HERE / "templates" / name).read_text(encoding="utf-8") if name else "")
    return fonts, CSS(string=text, font_config=fonts, base_url=str(HERE))


def _address(font: str) -> str:
    return (HERE / "fonts" / font).as_uri()
