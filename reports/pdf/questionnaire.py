"""Print a questionnaire, with the ids of the one on screen, so that the answers can be typed in.

The promise of the screen speaks of encryption, so paper has a promise of its own.
"""

from instruments.model import Version, Wording
from reports.pdf import html_pages, rendering
from reports.presentation.locale import LOCALES, get_locale


def html(version: Version, wording: Wording) -> str:
    """Return the questionnaire as one page of HTML that prints on A4 and loads nothing.

    What is not the questionnaire's own is English where its language is none of ours.
    """
    locale = get_locale(wording.language if wording.language in LOCALES else "en")
    return html_pages.fill("questionnaire.html", locale, version=version, wording=wording)


def pdf(version: Version, wording: Wording) -> bytes:
    """Return the questionnaire as a tagged PDF (PDF/UA-1)."""
    return rendering.render_uncached(html(version, wording))
