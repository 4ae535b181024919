"""The profile on screen: the same views of released figures as in the report."""

from flask import Response, request
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from instruments.problems import refuse
from reports.pdf import report as pdf_report
from reports.presentation.views import ProfileView, profile_view
from reports.results.profile import Profile
from survey.publication import reports
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave
from survey.web.leader.blueprint import leader
from survey.web.platform import languages
from survey.web.platform.context import context
from survey.web.platform.rendering import download, render_page

_SVG = "image/svg+xml"


@leader.get("/<unit>/<wave>/profile")
def profile(unit: str, wave: str) -> Response:
    """Show all dimensions in one figure and table, what changed, and the waves in a table."""
    found, view = _view(unit, wave)
    return render_page(
        "leader/profile.html",
        gettext("Profile: %(wave)s", wave=found.title),
        wave=found,
        view=view,
        say=view.locale.say,
        names={each.id: each.words.name for each in view.dimensions},
        offered=[(tag, languages.NAMES[tag]) for tag in view.profile.version.editions[found.edition]],
    )


@leader.get("/<unit>/<wave>/profile/<dimension>")
def dimension(unit: str, wave: str, dimension: str) -> Response:
    """Show one dimension: where it stands, how answers are spread, over time, and what to talk about."""
    found, view = _view(unit, wave)
    shown = view.dimension(dimension)
    if shown is None:
        raise NotFound
    place = view.dimensions.index(shown)
    return render_page(
        "leader/dimension.html",
        shown.words.name,
        wave=found,
        shown=shown,
        coded=view.legend.coded_over_time,
        say=view.locale.say,
        before=view.dimensions[place - 1].id if place else "",
        after=view.dimensions[place + 1].id if place + 1 < len(view.dimensions) else "",
    )


@leader.get("/<unit>/<wave>/figure/<name>.svg")
@leader.get("/<unit>/<wave>/figure/<name>/<dimension>.svg")
def figure(unit: str, wave: str, name: str, dimension: str = "") -> Response:
    """Return a drawing of the profile as SVG, with the names of its rows."""
    _, view = _view(unit, wave)
    kind, _, narrow = name.partition("-")
    shown = view.dimension(dimension)
    drawing = None
    if shown is None and not dimension:
        drawing = view.overview if kind == "overview" else None
    elif shown is not None:
        shares = shown.shares.figure if shown.shares else None
        drawing = {"shares": shares, "time": shown.over_time}.get(kind)
    if drawing is None or narrow not in ("", "narrow"):
        raise NotFound
    return Response(drawing.alone(narrow=bool(narrow)), mimetype=_SVG)


@leader.get("/<unit>/<wave>/report.pdf")
def report(unit: str, wave: str) -> Response:
    """Return the report as a PDF, in the language asked for."""
    found, shown = _profile(unit, wave)
    asked = request.args.get("in", _language(shown))
    return download(pdf_report.report(shown, asked), "application/pdf", f"{found.key}-{asked}.pdf")


def _view(unit: str, wave_key: str) -> tuple[Wave, ProfileView]:
    found, shown = _profile(unit, wave_key)
    return found, profile_view(shown, _language(shown))


def _profile(unit: str, wave_key: str) -> tuple[Wave, Profile]:
    """Return the wave, and its profile with the earlier ones. Raises Refused where it is not sealed."""
    found = waves.by_key(context().database, wave_key)
    if found.unit_key != unit:
        raise waves.unknown(wave_key)
    if not found.is_sealed:
        raise refuse(
            "wave-not-sealed",
            "The survey's state is “%(state)s”, and this needs a sealed one.",
            "Close the survey and seal it first: nothing is shown before.",
            place=wave_key,
            state=found.state,
        )
    return found, reports.for_leader(context().database, context().policy, found)


def _language(shown: Profile) -> str:
    offered = shown.version.editions[shown.identity.edition]
    return languages.current() if languages.current() in offered else offered[0]
