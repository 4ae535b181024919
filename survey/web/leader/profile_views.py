"""The profile on screen: the same views of released figures as in the report."""

from flask import Response, request
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from instruments.problems import refuse
from reports.downloads.kinds import DOWNLOADS
from reports.pdf import report as pdf_report
from reports.presentation.expectation_sentences import answered_expectations
from reports.presentation.figures.drawing import Drawing
from reports.presentation.views import ProfileView, profile_view
from reports.results.profile import Profile
from survey.publication import reports
from survey.store.repositories import access_history, waves
from survey.store.repositories.waves import Wave
from survey.web.leader.blueprint import leader
from survey.web.platform import languages
from survey.web.platform.context import context
from survey.web.platform.file_names import file_name
from survey.web.platform.rendering import download, render_page

_SVG = "image/svg+xml"


@leader.get("/<unit>/<wave>/profile")
def profile(unit: str, wave: str) -> Response:
    """Show what the report tells, in its order: the story, the figures, then the numbers behind them."""
    found, view = _view(unit, wave)
    spoken = view.locale.language
    offered = sorted(view.profile.version.editions[found.edition], key=lambda tag: tag != spoken)
    before, after = _neighbours(found)
    return render_page(
        "leader/profile.html",
        gettext("Profile: %(wave)s", wave=found.title),
        wave=found,
        before=before,
        after=after,
        view=view,
        overview=view.drawing("overview"),
        say=view.locale.say,
        expected=answered_expectations(view.sentences),
        names={each.id: each.words.name for each in view.dimensions},
        offered=[(tag, languages.NAMES[tag]) for tag in offered],
        downloads=_downloads(view.profile),
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
        earlier=view.sentences.earlier_wave,
        coded=view.has_coded,
        say=view.locale.say,
        before=view.dimensions[place - 1].id if place else "",
        after=view.dimensions[place + 1].id if place + 1 < len(view.dimensions) else "",
    )


@leader.get("/<unit>/<wave>/figure/<name>.svg")
@leader.get("/<unit>/<wave>/figure/<name>/<dimension>.svg")
@leader.get("/<unit>/<wave>/figure/<name>/<dimension>/<int:row>.svg")
def figure(unit: str, wave: str, name: str, dimension: str = "", row: int = 0) -> Response:
    """Return a drawing of the profile as SVG: of all dimensions, of one, or of one row of its answers."""
    _, view = _view(unit, wave)
    drawing = _dimension_drawing(view, name, dimension, row) if dimension else view.drawing(name)
    if drawing is None:
        raise NotFound
    return Response(drawing.svg, mimetype=_SVG)


@leader.get("/<unit>/<wave>/figure/overview.png")
def picture(unit: str, wave: str) -> Response:
    """Return the first page's figure as a picture to save."""
    found, view = _view(unit, wave)
    drawing = view.drawing("overview")
    if drawing is None:
        raise NotFound
    content, spoken = drawing.png(), reading_language(view.profile)
    access_history.record_once(context().database, "results-downloaded", unit, about=f"{found.title} (PNG)")
    return download(content, "image/png", file_name("overview", found, spoken, "png"))


@leader.get("/<unit>/<wave>/report.pdf")
def report(unit: str, wave: str) -> Response:
    """Return the report as a PDF, in the language asked for."""
    found, shown = released_profile(unit, wave)
    asked = request.args.get("in", reading_language(shown))
    name = file_name("report", found, asked, "pdf")
    content = pdf_report.report(shown, asked)
    access_history.record_once(context().database, "report-made", unit, about=found.title)
    return download(content, "application/pdf", name)


def _dimension_drawing(view: ProfileView, name: str, dimension: str, row: int) -> Drawing | None:
    shown = view.dimension(dimension)
    if shown is None:
        return None
    if name == "time" and not row:
        return shown.over_time
    bars = shown.answers.bars if shown.answers and name == "answers" else ()
    return bars[row - 1] if 1 <= row <= len(bars) else None


def _downloads(shown: Profile) -> list[tuple[str, str]]:
    """Return the files that can be made of a profile, each with its words."""
    words = {
        "slides": gettext("Slides for the meeting (PowerPoint)"),
        "one-page": gettext("One page for the wall, A4 (PDF)"),
        "one-page-a3": gettext("One page for the wall, A3 (PDF)"),
        "pictures": gettext("All figures as pictures (ZIP)"),
        "workbook": gettext("All numbers as a workbook (Excel)"),
        "csv": gettext("All numbers as text (CSV)"),
    }
    return [(kind, said) for kind, said in words.items() if DOWNLOADS[kind].is_offered(shown)]


def _neighbours(wave: Wave) -> tuple[Wave | None, Wave | None]:
    """Return the unit's sealed waves before and after this one."""
    known = [each for each in waves.of_unit(context().database, wave.unit_key) if each.is_sealed]
    place = next(k for k, each in enumerate(known) if each.key == wave.key)
    return known[place - 1] if place else None, known[place + 1] if place + 1 < len(known) else None


def _view(unit: str, wave_key: str) -> tuple[Wave, ProfileView]:
    found, shown = released_profile(unit, wave_key)
    return found, profile_view(shown, reading_language(shown))


def released_profile(unit: str, wave_key: str) -> tuple[Wave, Profile]:
    """Return the wave, and its profile with the earlier ones. Raises Refused where it is not sealed."""
    found = waves.by_key(context().database, wave_key)
    if found.unit_key != unit:
        raise waves.unknown(wave_key)
    if not found.is_sealed:
        raise refuse(
            "wave-not-sealed",
            "The survey is “%(state)s”, and this needs a sealed survey.",
            "Close the survey and seal it first: nothing is shown before that.",
            place=wave_key,
            state=found.state,
        )
    return found, reports.for_leader(context().database, context().policy, found)


def reading_language(shown: Profile) -> str:
    """Return the language of the pages, or the first of the edition where it lacks that."""
    offered = shown.version.editions[shown.identity.edition]
    return languages.current() if languages.current() in offered else offered[0]
