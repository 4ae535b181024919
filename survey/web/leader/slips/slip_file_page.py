"""The slips that the owner of a round ordered for a unit: the file, and the password that opens it."""

from flask import Response
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from survey.background import jobs
from survey.background.slips import round_slips, slip_orders
from survey.collection import slip_password
from survey.job_files import JobFile
from survey.store.repositories import access_history
from survey.store.repositories.jobs import Job
from survey.store.repositories.waves import Wave
from survey.web.leader.blueprint import leader
from survey.web.leader.wave_views import found_wave
from survey.web.platform.context import context
from survey.web.platform.file_names import file_name
from survey.web.platform.rendering import download, render_page


@leader.get("/<unit>/<wave>/slip-file")
def slip_file(unit: str, wave: str) -> Response:
    """Show the password, and the file while it is kept; for a survey of a round that takes slips."""
    found = _in_a_round(unit, wave)
    return render_page(
        "leader/slip_file.html",
        gettext("Slips from the owner"),
        wave=found,
        password=slip_password.password_of(context().keys, found.key),
        ready=_own_slips(found) is not None,
    )


@leader.get("/<unit>/<wave>/slip-file.pdf")
def download_slip_file(unit: str, wave: str) -> Response:
    """Send the unit's own file, locked as the owner has it."""
    found = _in_a_round(unit, wave)
    locked = _own_slips(found)
    if locked is None:
        raise NotFound
    access_history.record_once(context().database, "slips-downloaded", found.unit_key, about=found.title)
    return download(locked, "application/pdf", file_name("slips", found, found.language, "pdf"))


def _in_a_round(unit: str, wave: str) -> Wave:
    found = found_wave(unit, wave)
    if not slip_password.is_used(found):
        raise NotFound
    return found


def _own_slips(found: Wave) -> bytes | None:
    return round_slips.own_slips(context().installation, found, _kept)


def _kept(job: Job) -> JobFile | None:
    here = context()
    if job.result is None or slip_orders.is_over(job, here.policy.retention, jobs.seconds()):
        return None
    return jobs.folder(here.installation, job.key).file(job.result)
