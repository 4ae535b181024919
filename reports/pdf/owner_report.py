"""The owner's report: a round as a page of HTML in one language, and as a tagged PDF."""

import base64
from typing import Final

from reports.disclosure import Audience, Suppressed
from reports.pdf import html_pages, rendering, report
from reports.presentation.figures.overview import OverviewShape
from reports.presentation.round_view import RoundView, round_view
from reports.results.round_results import RoundResults

_TALLEST_ROW, _FIGURE = 20.0, 185.0  # mm


def owner_report(results: RoundResults, language: str) -> bytes:
    """Return the report of a round as a PDF/UA-1 and PDF/A-2a file: total, units as dots, states, method.

    The same results and language give the same bytes. Raises Refused for a language without reports.
    """
    return rendering.render(html(results, language), report.STYLE)


def html(results: RoundResults, language: str) -> str:
    """Return the report as one page of HTML that brings its figure along and loads nothing."""
    view = round_view(results, language)
    drawing = view.drawing(_shape(view))
    levels = results.version.levels
    places = max((len(str(cut).partition(".")[2].rstrip("0")) for cut in levels.cuts), default=0)
    return html_pages.fill(
        "owner_report.html",
        view.locale,
        view=view,
        results=results,
        total=None if isinstance(results.total, Suppressed) else results.total,
        uri="data:image/svg+xml;base64," + base64.b64encode(drawing.svg).decode("ascii"),
        alternative=drawing.alternative,
        minimum=results.policy.minimum(Audience.OWNER),
        cuts=view.locale.listed([view.locale.number(cut, places) for cut in levels.cuts]),
    )


_NAMES: Final = 44.0


def _shape(view: RoundView) -> OverviewShape:
    rows = len(view.results.version.dimensions)
    return OverviewShape(width=180.0, row=min(_TALLEST_ROW, _FIGURE / rows), names=_NAMES, letters=24)
