"""Slips that a worker prints: how far they are, and the file, for the sign-in that ordered them alone."""

from flask import Response, request
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from survey.background import jobs
from survey.background.slips import slip_orders
from survey.background.slips.slip_orders import Recipient
from survey.store.repositories import access_history
from survey.store.repositories.jobs import Job
from survey.store.repositories.waves import Wave
from survey.web.leader.blueprint import leader
from survey.web.leader.wave_views import found_wave
from survey.web.platform import sign_ins
from survey.web.platform.context import context
from survey.web.platform.file_names import file_name
from survey.web.platform.rendering import download, render_page

_REFRESH_SECONDS = 3


@leader.get("/<unit>/<wave>/slips")
def slip_order(unit: str, wave: str) -> Response:
    """Show how far this sign-in's last order is."""
    found = found_wave(unit, wave)
    job = _order(found)
    # a page that fetches itself again interrupts whoever has it read aloud: only for those who ask
    follows = job.is_underway and "follow" in request.args
    return render_page(
        "leader/slips.html",
        gettext("Slips"),
        wave=found,
        job=job,
        ready=_opened(job) is not None,
        refresh=_REFRESH_SECONDS if follows else 0,
    )


@leader.get("/<unit>/<wave>/ordered-slips.pdf")
def download_slips(unit: str, wave: str) -> Response:
    """Send the slips, while they are kept."""
    found = found_wave(unit, wave)
    opened = _opened(_order(found))
    if opened is None:
        raise NotFound
    access_history.record_once(context().database, "slips-downloaded", found.unit_key, about=found.title)
    return download(opened, "application/pdf", file_name("slips", found, found.language, "pdf"))


def _order(wave: Wave) -> Job:
    """Return this sign-in's last order of the wave's slips. Raises NotFound for another's."""
    job = slip_orders.latest_order(context().installation, wave.key, Recipient(sign_ins.secret()))
    if job is None:
        raise NotFound
    return job


def _opened(job: Job) -> bytes | None:
    if job.result is None:
        return None
    sealed = jobs.folder(context().installation, job.key).file(job.result)
    return slip_orders.open_order(
        sealed, job, Recipient(sign_ins.secret()), context().policy.retention, jobs.seconds()
    )
