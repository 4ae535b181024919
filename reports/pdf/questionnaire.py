"""A questionnaire on paper, with the ids of the one on screen, so that the answers can be typed in.

The promise of the screen speaks of encryption, so a sheet of paper has a promise of its own.
"""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from instruments.model import Version, Wording
from reports.pdf import rendering
from reports.presentation.locale import catalogue

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
    said = catalogue(wording.language, "paper")
    page = _PAGES.get_template("paper.html")
    return page.render(version=version, wording=wording, _=said.gettext)


def pdf(version: Version, wording: Wording) -> bytes:
    """The questionnaire as a tagged PDF (PDF/UA-1)."""
    return rendering.render_uncached(rendering.replace_unsupported(html(version, wording)))
