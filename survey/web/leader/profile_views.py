"""The profile on screen: the same released figures, drawings and sentences as in the report."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from flask import Response, request
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from instruments.problems import refuse
from reports.disclosure import Suppressed
from reports.pdf import report as document
from reports.presentation import alt_text, charts
from reports.presentation.locale import Locale, get_locale
from reports.presentation.sentences import Sentences
from reports.presentation.subgroup_table import subgroup_table
from reports.presentation.tables import time_table
from reports.results.agreed_actions import by_dimension
from reports.results.answer_shares import answer_shares, axis_range
from reports.results.change import NotCompared
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
    """All dimensions at a glance, what changed, and the waves in a table."""
    found, shown = _profile(unit, wave)
    teller = Sentences(shown, get_locale(_language(shown)))
    rows = [(each.id, teller.wording.dimensions[each.id].name) for each in shown.version]
    names = dict(rows)
    return render_page(
        "leader/profile.html",
        gettext("Profile: %(wave)s", wave=found.title),
        wave=found,
        shown=shown,
        told=None if isinstance(shown.told, Suppressed) else shown.told,
        teller=teller,
        say=teller.words.say,
        glance=alt_text.overview_text(shown, teller.words),
        rows=rows,
        changes=[(name, teller.since(key)) for key, name in rows if teller.since(key)],
        obstacle=teller.obstacle(shown.step) if isinstance(shown.step, NotCompared) else "",
        times=time_table(shown, teller) if shown.follows else None,
        groups=subgroup_table(shown, teller),
        agreed=by_dimension(shown.agreed.before, names),
        planned=by_dimension(shown.agreed.after, names),
        names=names,
        offered=[(tag, languages.NAMES[tag]) for tag in shown.version.editions[found.edition]],
    )


@leader.get("/<unit>/<wave>/profile/<dimension>")
def dimension(unit: str, wave: str, dimension: str) -> Response:
    """One dimension: where it stands, how answers are spread, over time, and what to talk about."""
    found, shown = _profile(unit, wave)
    said = get_locale(_language(shown))
    section = next((each for each in document.sections(shown, said) if each.id == dimension), None)
    if section is None:
        raise NotFound
    ids = [each.id for each in shown.version]
    place = ids.index(dimension)
    teller = Sentences(shown, said)
    return render_page(
        "leader/dimension.html",
        section.words.name,
        wave=found,
        section=section,
        teller=teller,
        say=teller.words.say,
        standing=teller.standing(shown.dimension(dimension)),
        times=alt_text.time_text(shown, dimension, said) if shown.follows else "",
        before=ids[place - 1] if place else "",
        after=ids[place + 1] if place + 1 < len(ids) else "",
    )


@leader.get("/<unit>/<wave>/figure/<name>.svg")
@leader.get("/<unit>/<wave>/figure/<name>/<dimension>.svg")
def figure(unit: str, wave: str, name: str, dimension: str = "") -> Response:
    """A drawing of the profile, as its page shows it."""
    _, shown = _profile(unit, wave)
    known = dimension in {each.id for each in shown.version} or (name.startswith("glance") and not dimension)
    if name not in _FIGURES or not known:
        raise NotFound
    drawing = _FIGURES[name](shown, dimension, get_locale(_language(shown)))
    if drawing is None:
        raise NotFound
    return Response(drawing, mimetype=_SVG)


@leader.get("/<unit>/<wave>/report.pdf")
def report(unit: str, wave: str) -> Response:
    """The report as a PDF, in the language asked for."""
    found, shown = _profile(unit, wave)
    asked = request.args.get("in", _language(shown))
    printed = document.report(shown, asked)
    return download(printed, "application/pdf", f"{found.key}-{asked}.pdf")


def _profile(unit: str, wave_key: str) -> tuple[Wave, Profile]:
    """The wave and its profile beside the earlier ones. Raises Refused where it is not sealed."""
    found = waves.by_key(context().database, wave_key)
    if found.unit_key != unit:
        raise NotFound
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


def _glance(shown: Profile, _: str, said: Locale, *, narrow: bool = False) -> bytes | None:
    names = [Sentences(shown, said).wording.dimensions[each.id].name for each in shown.version]
    return charts.overview_chart(shown, said, charts.RowLabels(names, above=narrow))


def _bars(shown: Profile, dimension_id: str, said: Locale, *, narrow: bool = False) -> bytes | None:
    found = answer_shares(shown, dimension_id)
    if found is None:
        return None
    wording = Sentences(shown, said).wording
    names = [
        said.say("All together") if row.item is None else wording.items[row.item.id] for row in found.rows
    ]
    return charts.shares_chart(found, axis_range(shown), charts.RowLabels(names, above=narrow))


def _over_time(shown: Profile, dimension_id: str, said: Locale) -> bytes | None:
    return charts.time_chart(shown, dimension_id, said) if shown.follows else None


_FIGURES: Mapping[str, Callable[[Profile, str, Locale], bytes | None]] = MappingProxyType(
    {
        "glance": _glance,
        "glance-narrow": partial(_glance, narrow=True),
        "bars": _bars,
        "bars-narrow": partial(_bars, narrow=True),
        "time": _over_time,
    }
)
