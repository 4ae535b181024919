"""Owners: the rounds below them, and all reports as one file; never a unit's single statements."""

from collections.abc import Sequence

from flask import Response, request
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from survey.background import jobs
from survey.background.tasks import report_jobs
from survey.job_files import JobFile
from survey.publication import reports as publication
from survey.publication import round_list
from survey.store.repositories import access_history, planned_rounds, units
from survey.store.repositories import jobs as rows
from survey.store.repositories.jobs import Job
from survey.web.owner.blueprint import owner
from survey.web.owner.round_results import round_name, wording
from survey.web.platform import languages, sign_ins
from survey.web.platform.context import context
from survey.web.platform.file_names import joined_name
from survey.web.platform.rendering import FormError, download_made, redirect_to, render_page

_REFRESH_SECONDS = 5


@owner.get("/")
def overview() -> Response:
    """List the units that are owned, each with its rounds, newest first, and how each stands."""
    visitor = sign_ins.visitor().account
    keys = [each.unit_key for each in visitor.memberships if each.role == "owner" and each.unit_key]
    tops = sorted((units.by_key(context().database, key) for key in keys), key=lambda top: top.name)
    database = context().database
    listed = [
        (top, round_list.listed_rounds(database, top.key), planned_rounds.of_unit(database, top.key))
        for top in tops
    ]
    return render_page(
        "owner/overview.html", gettext("My units"), tops=listed, named=round_name, wording=wording
    )


@owner.get("/<unit>/reports")
def reports(unit: str) -> Response:
    """Show how far the making of all reports is, and the file when it is made."""
    return _reports_page(unit)


@owner.post("/<unit>/reports")
def make_reports(unit: str) -> AnyResponse:
    """Let a worker make all reports; asked for twice, they are made once."""
    offered, asked = (
        publication.offered_languages(context().database, unit),
        request.form.getlist("languages"),
    )
    chosen = [each for each in offered if each in asked]
    if offered and not chosen:
        return _reports_page(unit, [FormError(gettext("Choose at least one language."), "languages")])
    work = {"unit": unit, "reader": "owner", "languages": " ".join(chosen)}
    rows.add(context().database, report_jobs.KIND, work, now=context().now)
    access_history.record_once(context().database, "reports-made", unit, about="")
    return redirect_to("owner.reports", unit=unit)


@owner.get("/<unit>/reports.zip")
def download_reports(unit: str) -> Response:
    """Send the reports that were made last."""
    found = _file(_latest(unit))
    if found is None:
        raise NotFound
    name = joined_name("reports", units.by_key(context().database, unit).name, ending="zip")
    reply = download_made(found, "application/zip", name)
    # once it is opened, and before anything of it is sent
    access_history.record_once(context().database, "reports-downloaded", unit, about="")
    return reply


def _reports_page(unit: str, faults: Sequence[FormError] = ()) -> Response:
    job = _latest(unit)
    # a page that fetches itself again interrupts whoever has it read aloud: only for those who ask
    follows = job is not None and job.is_underway and "follow" in request.args
    possible = publication.offered_languages(context().database, unit)
    # in the order in which they are offered everywhere
    offered = [each for each in languages.NAMES if each in possible]
    before = set(job.payload.get("languages", "").split()) if job else set()
    return render_page(
        "owner/reports.html",
        gettext("All reports"),
        faults=faults,
        status=400 if faults else 200,
        place=units.by_key(context().database, unit),
        job=job,
        made=_file(job) is not None,
        unmade=report_jobs.unmade(context().database, job) if job else (),
        refresh=_REFRESH_SECONDS if follows else 0,
        offered=offered,
        ticked=set() if faults else before & set(offered) or set(offered),
    )


def _latest(unit: str) -> Job | None:
    """Return the newest job that makes the reports below a unit, in whatever languages, or None."""
    own = {"unit": unit, "reader": "owner"}.items()
    return next(
        (job for job in rows.of_kind(context().database, report_jobs.KIND) if own <= job.payload.items()),
        None,
    )


def _file(job: Job | None) -> JobFile | None:
    """Return the file that a job made, while it is kept."""
    if job is None or job.result is None:
        return None
    made = jobs.folder(context().installation, job.key).file(job.result)
    return made if made.exists() else None
