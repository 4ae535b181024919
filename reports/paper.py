"""A questionnaire on paper, with the ids of the one on screen, so that the answers can be typed in.

The promise of the screen speaks of encryption, so a sheet of paper has a promise of its own.
"""

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import HTML

from instruments.model import Version, Wording

HERE = Path(__file__).parent
_PAGES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def html(version: Version, wording: Wording) -> str:
    """The questionnaire as one page of HTML that prints on A4 and loads nothing."""
    said = _catalogue(wording.language)
    page = _PAGES.get_template("paper.html")
    return page.render(version=version, wording=wording, _=lambda text: said.get(text, text))


def pdf(version: Version, wording: Wording) -> bytes:
    """The questionnaire as a tagged PDF (PDF/UA-1)."""
    document = HTML(string=html(version, wording)).write_pdf(pdf_variant="pdf/ua-1")
    return bytes(document or b"")


@cache
def _catalogue(language: str) -> dict[str, str]:
    """English sentence → sentence; empty for English and where there is no catalogue."""
    file = HERE / "translations" / language / "LC_MESSAGES" / "paper.po"
    if not file.exists():
        return {}
    with file.open("rb") as stream:
        return {str(each.id): str(each.string) for each in read_po(stream) if each.id and each.string}
