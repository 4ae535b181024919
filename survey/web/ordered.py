"""Slips that a worker prints: how far they are, and the file, for the sign-in that ordered them alone."""

from flask import Blueprint, Response, request
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from survey import jobs, orders
from survey.orders import Reader
from survey.store.repositories.jobs import Job
from survey.store.repositories.waves import Wave
from survey.web import sign_ins
from survey.web.house import house
from survey.web.lead import found_wave, pdf
from survey.web.page import page

ordered = Blueprint("ordered", __name__, url_prefix="/lead")

REFRESH_SECONDS = 3


@ordered.get("/<community>/<wave>/slips")
def slips(community: str, wave: str) -> Response:
    """How far the last order of this sign-in is."""
    found = found_wave(community, wave)
    job = _order(found)
    # a page that fetches itself again interrupts whoever has it read aloud: only for those who ask
    follows = job.is_underway and "follow" in request.args
    return page(
        "lead/slips.html",
        gettext("Slips"),
        wave=found,
        job=job,
        ready=_opened(job) is not None,
        refresh=REFRESH_SECONDS if follows else 0,
    )


@ordered.get("/<community>/<wave>/ordered-slips.pdf")
def fetch(community: str, wave: str) -> Response:
    """The slips, while they are there."""
    found = found_wave(community, wave)
    opened = _opened(_order(found))
    if opened is None:
        raise NotFound
    reply = pdf(opened, f"slips-{found.key}.pdf")
    reply.headers["Cache-Control"] = "no-store"
    return reply


def _order(wave: Wave) -> Job:
    """The last order of this wave's slips by this sign-in; another's is not there."""
    job = orders.latest(house().installation, wave.key, Reader(sign_ins.secret()))
    if job is None:
        raise NotFound
    return job


def _opened(job: Job) -> bytes | None:
    if job.result is None:
        return None
    sealed = jobs.place(house().installation, job.key) / job.result
    return orders.opened(sealed, job, Reader(sign_ins.secret()), jobs.seconds())
