"""The report: a profile as a page of HTML in one language, and as a tagged PDF."""

import base64
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from instruments.problems import refuse
from reports.pdf import html_pages, rendering
from reports.presentation import charts
from reports.presentation.locale import get_locale
from reports.presentation.views import DimensionView, ProfileView, profile_view
from reports.results.agreed_actions import FOCUS
from reports.results.profile import Profile

STYLE: Final = "report.css"
_LONG_CHANGE: Final = 160  # letters: more sentences on change do not fit under a figure of the usual height
_SHARE: Final = 10  # mm for a column of shares, as in the style sheet


def report(profile: Profile, language: str) -> bytes:
    """Return the report as a PDF/UA-1 and PDF/A-2a file of at most eight pages.

    The same profile and language give the same bytes. Raises Refused for a language that reports, or the
    edition that was answered, do not have.
    """
    return rendering.render(html(profile, language), STYLE)


def html(profile: Profile, language: str) -> str:
    """Return the report as one page of HTML that brings its figures along and loads nothing."""
    locale = get_locale(language)
    languages = profile.version.editions.get(profile.identity.edition, ())
    if language not in languages:
        raise refuse(
            "language-missing",
            "%(instrument)s is not written in %(language)s for the edition %(edition)s, but in: %(known)s.",
            "Choose one of these languages, or another questionnaire.",
            instrument=profile.version.reference,
            language=language,
            edition=profile.identity.edition,
            known=", ".join(languages) or "–",
        )
    view = profile_view(profile, language)
    return html_pages.fill(
        "report.html",
        locale,
        view=view,
        profile=profile,
        told=view.released,
        sentences=view.sentences,
        wording=view.wording,
        strips=_strips(view.dimensions),
        focus=range(FOCUS),
        charts=charts,
        shows=view.legend,
        crowded=any(len(each.numbers + each.change) > _LONG_CHANGE for each in view.dimensions),
        data_uri=_data_uri,
        **_method(view),
    )


def _method(view: ProfileView) -> dict[str, object]:
    profile, levels = view.profile, view.profile.version.levels
    decimals = max(len(str(cut).partition(".")[2].rstrip("0")) for cut in levels.cuts) if levels.cuts else 0
    return {
        "cuts": view.locale.listed([view.locale.number(cut, decimals) for cut in levels.cuts]),
        "provisional": levels.status == "provisional",
        "minimum": profile.policy.minimum(profile.audience),
    }


def _data_uri(drawing: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(drawing).decode("ascii")


def _strips(dimensions: Sequence[DimensionView]) -> dict[int, Markup]:
    """Return, by number of shares, the style of the strip of colours above their columns."""
    scales = {
        tuple(column.colour for column in dimension.shares.table.columns if column.colour)
        for dimension in dimensions
        if dimension.shares
    }
    return {len(colours): _strip(colours) for colours in sorted(scales)}


def _strip(colours: Sequence[str]) -> Markup:
    each = 100 / len(colours)
    stops = [f"{colour} {each * (k + end):.4g}%" for k, colour in enumerate(colours) for end in (0, 1)]
    drawn = f"linear-gradient(to right, {', '.join(stops)})"
    return Markup(f"width: {_SHARE * len(colours)}mm; background: {drawn}")  # noqa: S704 - our own colours
