"""Set pages of HTML as tagged PDF files (PDF/UA-1 and PDF/A-2a), in the fonts that ship and nothing else.

WeasyPrint is loaded with the first page that is set: most commands set none.
"""

import atexit
import hashlib
import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from reports.pdf import letters, pdfa
from reports.pdf.html_pages import TEMPLATES

if TYPE_CHECKING:
    from weasyprint import CSS, Document
    from weasyprint.text.fonts import FontConfiguration

_LINE_BREAKS: Final = frozenset("\n\r\t")
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_KEPT: Final = 32  # documents in memory, some 150 kB each

# Pango and the parsed style sheets belong to one thread at a time
_one_at_a_time = threading.Lock()


def render(html: str, style: str, *, zoom: float = 1.0) -> bytes:
    """Return the PDF of a page with one of the style sheets in `templates`, everything enlarged by `zoom`.

    The same page gives the same bytes: its identifier is a hash of the page, and no clock is read. The last
    few are kept in memory under the page itself, figures included, so that nothing kept can be out of date.
    """
    return _render_cached(_replace_unsupported(html), style, zoom)


def render_uncached(html: str, style: str = "") -> bytes:
    """Return the PDF of a page and keep it nowhere: for pages that hold access codes."""
    return _render(_replace_unsupported(html), style)


def render_within(most: int, pages: Iterable[str]) -> bytes:
    """Return the PDF of the first page of HTML that takes at most so many sheets, or of the last one.

    It is kept nowhere. Raises ValueError where there is none.
    """
    document = None
    for page in pages:
        html = _replace_unsupported(page)
        with _one_at_a_time:
            document = _lay_out(html, "")
        if len(document.pages) <= most:
            break
    if document is None:
        raise ValueError("There is nothing to set.")
    with _one_at_a_time:
        return _write(document, _identifier(html, ""))


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
    missing = dict.fromkeys(map(ord, used - letters.supported()), _REPLACEMENT)
    return text.translate(missing | dict.fromkeys(map(ord, turning), ""))


@lru_cache(maxsize=_KEPT)
def _render_cached(html: str, style: str, zoom: float) -> bytes:
    return _render(html, style, zoom)


def _render(html: str, style: str, zoom: float = 1.0) -> bytes:
    with _one_at_a_time:
        return _write(_lay_out(html, style), _identifier(html, f"{style} {zoom}"), zoom)


def _identifier(html: str, style: str) -> bytes:
    return hashlib.sha256(f"{style}\n{html}".encode()).digest()


def _lay_out(html: str, style: str) -> "Document":
    from weasyprint import HTML  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    fonts, sheet = _style(style)
    # a page brings its figures along and loads nothing
    data_only = URLFetcher(allowed_protocols=["data"], fail_on_errors=True)
    page = HTML(string=html, base_url=str(TEMPLATES), url_fetcher=data_only)
    return page.render(
        stylesheets=[sheet],
        font_config=fonts,
        color_profiles=pdfa.colour_profiles(),
        pdf_variant=pdfa.VARIANT,
    )


def _write(document: "Document", identifier: bytes, zoom: float = 1.0) -> bytes:
    written = document.write_pdf(
        zoom=zoom,
        pdf_variant=pdfa.VARIANT,
        output_intent=pdfa.OUTPUT_INTENT,
        pdf_identifier=identifier[:16].hex().encode(),
        finisher=lambda _document, pdf: pdfa.declare_accessible(pdf),
    )
    return bytes(written or b"")


@lru_cache(maxsize=4)
def _style(name: str) -> "tuple[FontConfiguration, CSS]":
    """Return a parsed style sheet, or none, with the fonts it uses: parsed once in a process."""
    from weasyprint import CSS  # noqa: PLC0415
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    letters.require_fonts()
    fonts = FontConfiguration()
    faces = "".join(
        f"@font-face {{ font-family: 'IBM Plex Sans'; src: url('{file.as_uri()}'); {kind} }}\n"
        for file, kind in ((letters.FONTS / name, kind) for name, kind in letters.FACES.items())
    )
    text = faces + ((TEMPLATES / name).read_text(encoding="utf-8") if name else "")
    return fonts, CSS(string=text, font_config=fonts, base_url=str(TEMPLATES))


# WeasyPrint removes the folder of its fonts with what Python may have taken away before at its end
atexit.register(_style.cache_clear)
