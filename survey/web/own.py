"""Owners: the units below them, told as outsiders to each of them; never a unit's single statements."""

from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, redirect, request, send_file, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from reports.release import Audience, Mean, Policy, Released, Suppressed
from survey import jobs
from survey.releasing import to_outside
from survey.store.repositories import communities, sealed, waves
from survey.store.repositories import jobs as rows
from survey.store.repositories.communities import Community
from survey.store.repositories.jobs import Job
from survey.web import languages, sign_ins
from survey.web.forms import ButtonForm
from survey.web.house import house
from survey.web.page import page

own = Blueprint("own", __name__, url_prefix="/own")

KIND = "reports-under"
REFRESH_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit with what may be told of its last sealed survey, dimension by dimension."""

    place: Community
    title: str
    told: Released | Suppressed
    names: dict[str, str]

    def figures(self) -> list[tuple[str, Mean | Suppressed]]:
        """Each dimension's name and mean."""
        if isinstance(self.told, Suppressed):
            return []
        return [(name, self.told.dimensions[key].mean) for key, name in self.names.items()]


@own.get("/")
def overview() -> Response:
    """Every unit in the subtree that has a sealed survey, by name."""
    keys = sign_ins.visitor().communities("owner")
    places = sorted((communities.by_key(house().database, key) for key in keys), key=lambda each: each.name)
    found = [_unit(place) for place in places if place.edition is not None]
    units = [unit for unit in found if unit is not None]
    visitor = sign_ins.visitor().account
    held = [each.community_key for each in visitor.memberships if each.role == "owner"]
    tops = [communities.by_key(house().database, key) for key in held if key]
    return page("own/overview.html", gettext("My units"), units=units, tops=tops)


@own.get("/<community>/reports")
def reports(community: str) -> Response:
    """How far the making of all reports is, and the file when it is made."""
    job = rows.latest(house().database, KIND, _asked(community))
    # a page that fetches itself again interrupts whoever has it read aloud: only for those who ask
    follows = job is not None and job.is_underway and "follow" in request.args
    return page(
        "own/reports.html",
        gettext("All reports"),
        place=communities.by_key(house().database, community),
        job=job,
        made=_file(job) is not None,
        refresh=REFRESH_SECONDS if follows else 0,
        form=ButtonForm(),
    )


@own.post("/<community>/reports")
def make_reports(community: str) -> AnyResponse:
    """Let a worker make all reports; asked for twice, they are made once."""
    rows.add(house().database, KIND, _asked(community), now=house().now)
    return redirect(url_for("own.reports", community=community), 303)


@own.get("/<community>/reports.zip")
def download_reports(community: str) -> Response:
    """The reports that were made last."""
    found = _file(rows.latest(house().database, KIND, _asked(community)))
    if found is None:
        raise NotFound
    return send_file(found, "application/zip", as_attachment=True, download_name=f"reports-{community}.zip")


def _asked(community: str) -> dict[str, str]:
    return {"community": community, "reader": "owner"}


def _file(job: Job | None) -> Path | None:
    """What a job made, while it is kept."""
    if job is None or job.result is None:
        return None
    made = jobs.place(house().installation, job.key) / job.result
    return made if made.is_file() else None


def _unit(place: Community) -> Unit | None:
    ended = [wave for wave in waves.of_community(house().database, place.key) if wave.state == "sealed"]
    if not ended:
        return None
    last = sealed.of_wave(house().database, ended[-1])
    offered = last.version.editions[ended[-1].edition]
    language = languages.current() if languages.current() in offered else ended[-1].language
    wording = last.version.wording(ended[-1].edition, language)
    names = {each.id: wording.dimensions[each.id].name for each in last.version}
    [told] = to_outside(house().database, Policy.default(), Audience.OWNER, [last])
    return Unit(place, ended[-1].title, told, names)
