"""Owners: the rounds below them, and all reports as one file; never a unit's single statements."""

from pathlib import Path

from flask import Blueprint, Response, redirect, request, send_file, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from survey import jobs, totals
from survey.store.repositories import communities
from survey.store.repositories import jobs as rows
from survey.store.repositories.jobs import Job
from survey.web import sign_ins
from survey.web.house import house
from survey.web.page import page
from survey.web.total import round_name, wording

own = Blueprint("own", __name__, url_prefix="/own")

KIND = "reports-under"
REFRESH_SECONDS = 5


@own.get("/")
def overview() -> Response:
    """What is held, each with its rounds, newest first, and how each stands."""
    visitor = sign_ins.visitor().account
    keys = [each.community_key for each in visitor.memberships if each.role == "owner" and each.community_key]
    tops = sorted((communities.by_key(house().database, key) for key in keys), key=lambda top: top.name)
    listed = [(top, totals.standings(house().database, top.key)) for top in tops]
    return page("own/overview.html", gettext("My units"), tops=listed, named=round_name, wording=wording)


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
