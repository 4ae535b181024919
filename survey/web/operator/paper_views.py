"""Operators: the papers that a municipality has to have, without an owner's name."""

from flask import Response
from flask_babel import gettext

from survey.web.operator.blueprint import operator
from survey.web.papers import pages
from survey.web.papers.paper import LANGUAGES
from survey.web.platform import languages
from survey.web.platform.rendering import render_page


@operator.get("/papers")
def papers() -> Response:
    """List the papers, each in the languages in which they are written."""
    return render_page(
        "operator/papers.html",
        gettext("Papers to fill in"),
        titles=pages.TITLES,
        endings=pages.OFFERED,
        written=[(tag, languages.NAMES[tag]) for tag in LANGUAGES],
    )


@operator.get("/papers/<tongue>/<kind>.<ending>")
def download_paper(tongue: str, kind: str, ending: str) -> Response:
    """Send a paper as a file."""
    return pages.send(kind, tongue, ending)
