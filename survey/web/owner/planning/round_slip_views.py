"""Owners order the slips of a round for all units that have none yet: files that only leaders can open."""

from collections.abc import Sequence

from flask import Response, request
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import Refused
from survey.background import jobs
from survey.background.slips import round_slips, slip_orders
from survey.job_files import JobFile
from survey.store.repositories import access_history, planned_rounds
from survey.store.repositories.jobs import Job
from survey.store.repositories.planned_rounds import PlannedRound
from survey.web.owner.blueprint import owner
from survey.web.owner.planning.planning_views import fault_of
from survey.web.platform import languages
from survey.web.platform.context import context
from survey.web.platform.file_names import joined_name
from survey.web.platform.rendering import FormError, download_made, redirect_to, render_page

_REFRESH_SECONDS = 5


@owner.get("/<unit>/planned/<planned>/slips", endpoint="round_slips")
def show_round_slips(unit: str, planned: str) -> Response:
    """Say which units wait for slips and what ordering them does, or how far the last order is."""
    return _page(planned_rounds.by_key(context().database, unit, planned))


@owner.post("/<unit>/planned/<planned>/slips")
def order_round_slips(unit: str, planned: str) -> AnyResponse:
    """Let a worker print the slips; asked for twice, they are printed once."""
    found = planned_rounds.by_key(context().database, unit, planned)
    try:
        round_slips.place_order(context().installation, found, languages.current(), now=context().now)
    except Refused as reason:
        return _page(found, [fault_of(reason)])
    return redirect_to("owner.round_slips", unit=unit, planned=planned)


@owner.get("/<unit>/planned/<planned>/slips.zip")
def download_round_slips(unit: str, planned: str) -> Response:
    """Send the slips that were ordered last, while they are kept."""
    found = planned_rounds.by_key(context().database, unit, planned)
    made = _file(round_slips.latest_order(context().installation, found))
    if made is None:
        raise NotFound
    reply = download_made(made, "application/zip", joined_name("slips", found.title, ending="zip"))
    # once it is opened, and before anything of it is sent
    access_history.record_once(context().database, "slips-downloaded", unit, about=found.title)
    return reply


def _page(found: PlannedRound, faults: Sequence[FormError] = ()) -> Response:
    here = context()
    job = round_slips.latest_order(here.installation, found)
    # a page that fetches itself again interrupts whoever has it read aloud: only for those who ask
    follows = job is not None and job.is_underway and "follow" in request.args
    return render_page(
        "owner/round_slips.html",
        gettext("Slips for “%(title)s”", title=found.title),
        faults=faults,
        status=409 if faults else 200,
        unit=found.unit_key,
        found=found,
        job=job,
        made=_file(job) is not None,
        waiting=round_slips.waiting(here.installation, found),
        refresh=_REFRESH_SECONDS if follows else 0,
    )


def _file(job: Job | None) -> JobFile | None:
    """Return the file that a job made, while it is kept."""
    here = context()
    if job is None or job.result is None or slip_orders.is_over(job, here.policy.retention, jobs.seconds()):
        return None
    made = jobs.folder(here.installation, job.key).file(job.result)
    return made if made.exists() else None
