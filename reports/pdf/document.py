"""A document of headings, paragraphs, lists and tables: as a page of HTML, and as a tagged PDF."""

from reports.pdf import html_pages, rendering
from reports.presentation.locale import get_locale

_STYLE = "document.css"


def html(title: str, language: str, body: str) -> str:
    """Return the document as one page of HTML that loads nothing; `body` is HTML below the title."""
    style = (html_pages.TEMPLATES / _STYLE).read_text("utf-8")
    return html_pages.fill("document.html", get_locale(language), title=title, body=body, style=style)


def pdf(title: str, language: str, body: str) -> bytes:
    """Return the document as a PDF/UA-1 and PDF/A-2a file. The same document gives the same bytes."""
    page = html_pages.fill("document.html", get_locale(language), title=title, body=body, style="")
    return rendering.render(page, _STYLE)
