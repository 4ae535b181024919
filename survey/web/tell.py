"""The profile on screen: the same released figures, drawings and sentences as in the report."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from flask import Blueprint, Response, request
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from instruments.problems import refuse
from reports import charts, describe, document
from reports.distributions import distribution, reach
from reports.groups import groups
from reports.inquiry import by_dimension
from reports.profile import Profile
from reports.release import Suppressed
from reports.tables import time_table
from reports.telling import Teller
from reports.trajectory import NotCompared
from reports.wording import Words, words
from survey import reporting
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave
from survey.web import languages
from survey.web.house import house
from survey.web.page import page

tell = Blueprint("tell", __name__, url_prefix="/lead")

SVG = "image/svg+xml"


@tell.get("/<community>/<wave>/profile")
def overview(community: str, wave: str) -> Response:
    """All dimensions at a glance, what changed, and the waves in a table."""
    found, shown = _profile(community, wave)
    teller = Teller(shown, words(_language(shown)))
    rows = [(each.id, teller.wording.dimensions[each.id].name) for each in shown.version]
    names = dict(rows)
    return page(
        "lead/profile.html",
        gettext("Profile: %(wave)s", wave=found.title),
        wave=found,
        shown=shown,
        told=None if isinstance(shown.told, Suppressed) else shown.told,
        teller=teller,
        say=teller.words.say,
        glance=describe.glance(shown, teller.words),
        rows=rows,
        changes=[(name, teller.since(key)) for key, name in rows if teller.since(key)],
        obstacle=teller.obstacle(shown.step) if isinstance(shown.step, NotCompared) else "",
        times=time_table(shown, teller) if shown.follows else None,
        groups=groups(shown, teller),
        agreed=by_dimension(shown.agreed.before, names),
        planned=by_dimension(shown.agreed.after, names),
        names=names,
        offered=[(tag, languages.NAMES[tag]) for tag in shown.version.editions[found.edition]],
    )


@tell.get("/<community>/<wave>/profile/<dimension>")
def dimension(community: str, wave: str, dimension: str) -> Response:
    """One dimension: where it stands, how answers are spread, over time, and what to talk about."""
    found, shown = _profile(community, wave)
    said = words(_language(shown))
    section = next((each for each in document.sections(shown, said) if each.id == dimension), None)
    if section is None:
        raise NotFound
    ids = [each.id for each in shown.version]
    place = ids.index(dimension)
    teller = Teller(shown, said)
    return page(
        "lead/dimension.html",
        section.words.name,
        wave=found,
        section=section,
        teller=teller,
        say=teller.words.say,
        standing=teller.standing(shown.dimension(dimension)),
        times=describe.over_time(shown, dimension, said) if shown.follows else "",
        before=ids[place - 1] if place else "",
        after=ids[place + 1] if place + 1 < len(ids) else "",
    )


@tell.get("/<community>/<wave>/figure/<name>.svg")
@tell.get("/<community>/<wave>/figure/<name>/<dimension>.svg")
def figure(community: str, wave: str, name: str, dimension: str = "") -> Response:
    """A drawing of the profile, as its page shows it."""
    _, shown = _profile(community, wave)
    known = dimension in {each.id for each in shown.version} or (name.startswith("glance") and not dimension)
    if name not in _FIGURES or not known:
        raise NotFound
    drawing = _FIGURES[name](shown, dimension, words(_language(shown)))
    if drawing is None:
        raise NotFound
    return Response(drawing, mimetype=SVG)


@tell.get("/<community>/<wave>/report.pdf")
def report(community: str, wave: str) -> Response:
    """The report as a PDF, in the language asked for."""
    found, shown = _profile(community, wave)
    asked = request.args.get("in", _language(shown))
    printed = document.report(shown, asked)
    disposition = {"Content-Disposition": f'attachment; filename="{found.key}-{asked}.pdf"'}
    return Response(printed, mimetype="application/pdf", headers=disposition)


def _profile(community: str, wave_key: str) -> tuple[Wave, Profile]:
    """The wave and its profile beside the earlier ones. Raises Refused where it is not sealed."""
    found = waves.by_key(house().database, wave_key)
    if found.community_key != community:
        raise NotFound
    if found.state != "sealed":
        raise refuse("wave-not-sealed", f"The wave is {found.state}.", "Close and seal it first.", wave_key)
    return found, reporting.for_leader(house().database, found)


def _language(shown: Profile) -> str:
    offered = shown.version.editions[shown.identity.edition]
    return languages.current() if languages.current() in offered else offered[0]


def _glance(shown: Profile, _: str, said: Words, *, narrow: bool = False) -> bytes | None:
    names = [Teller(shown, said).wording.dimensions[each.id].name for each in shown.version]
    return charts.glance(shown, said, charts.Names(names, above=narrow))


def _bars(shown: Profile, dimension_id: str, said: Words, *, narrow: bool = False) -> bytes | None:
    found = distribution(shown, dimension_id)
    if found is None:
        return None
    wording = Teller(shown, said).wording
    names = [
        said.say("All together") if row.item is None else wording.items[row.item.id] for row in found.rows
    ]
    return charts.bars(found, reach(shown), charts.Names(names, above=narrow))


def _over_time(shown: Profile, dimension_id: str, said: Words) -> bytes | None:
    return charts.over_time(shown, dimension_id, said) if shown.follows else None


_FIGURES: Mapping[str, Callable[[Profile, str, Words], bytes | None]] = MappingProxyType(
    {
        "glance": _glance,
        "glance-narrow": partial(_glance, narrow=True),
        "bars": _bars,
        "bars-narrow": partial(_bars, narrow=True),
        "time": _over_time,
    }
)
