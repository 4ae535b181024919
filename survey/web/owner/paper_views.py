"""Owners: the papers that a municipality has to have, with the owner's name."""

from flask import Response
from flask_babel import gettext

from survey.store.repositories import units
from survey.web.owner.blueprint import owner
from survey.web.papers import pages
from survey.web.papers.paper import LANGUAGES
from survey.web.platform import languages
from survey.web.platform.context import context
from survey.web.platform.rendering import render_page


@owner.get("/<unit>/papers")
def papers(unit: str) -> Response:
    """List the papers, each in the languages in which they are written."""
    return render_page(
        "owner/papers.html",
        gettext("Papers to fill in: %(place)s", place=units.by_key(context().database, unit).name),
        unit=unit,
        titles=pages.TITLES,
        endings=pages.OFFERED,
        written=[(tag, languages.NAMES[tag]) for tag in LANGUAGES],
    )


@owner.get("/<unit>/papers/<tongue>/<kind>.<ending>")
def download_paper(unit: str, tongue: str, kind: str, ending: str) -> Response:
    """Send a paper as a file."""
    return pages.send(kind, tongue, ending, unit)
