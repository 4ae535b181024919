"""Operators: the papers that a municipality has to have, with the name of one, or with a blank for it."""

from flask import Response, request
from flask_babel import gettext

from survey.store.repositories import units
from survey.store.repositories.units import Unit
from survey.web.operator.blueprint import operator
from survey.web.papers import pages
from survey.web.papers.paper import LANGUAGES
from survey.web.platform import languages
from survey.web.platform.context import context
from survey.web.platform.rendering import render_page

_OWNED = ("municipality", "county", "country")  # kinds of units that have owners, and papers


@operator.get("/papers")
def papers() -> Response:
    """List the papers, each in the languages in which they are written, and whose they can be."""
    chosen, heading = _chosen(), gettext("Papers to fill in")
    return render_page(
        "operator/papers.html",
        gettext("Papers to fill in: %(place)s", place=chosen.name) if chosen else heading,
        chosen=chosen,
        owners=[each for each in units.every(context().database) if each.kind in _OWNED],
        titles=pages.TITLES,
        endings=pages.OFFERED,
        written=[(tag, languages.NAMES[tag]) for tag in LANGUAGES],
    )


@operator.get("/papers/<tongue>/<kind>.<ending>")
def download_paper(tongue: str, kind: str, ending: str) -> Response:
    """Send a paper as a file."""
    chosen = _chosen()
    return pages.send(kind, tongue, ending, chosen.key if chosen else None)


def _chosen() -> Unit | None:
    """Return the unit whose papers are asked for; None for nobody's. Raises Refused("unit-unknown")."""
    key = request.args.get("unit", "")
    return units.by_key(context().database, key) if key else None
