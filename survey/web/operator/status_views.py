"""Operators: how the installation stands; no result and no single answer."""

from datetime import datetime
from pathlib import Path

from flask import Response
from flask_babel import format_date, format_time, gettext, ngettext

from survey.background import jobs
from survey.operations import health, installation_state, verification
from survey.operations.installation_state import InstallationState
from survey.store import schema
from survey.store.job_tables import JOB_KINDS
from survey.store.repositories import jobs as rows
from survey.web.operator import fault_texts
from survey.web.operator.blueprint import operator
from survey.web.platform.context import context
from survey.web.platform.rendering import render_page
from survey.web.platform.state_names import JOB_NAMES, STATE_NAMES

_GIGABYTE, _MEGABYTE = 1024**3, 1024**2


@operator.get("/")
def status() -> Response:
    """Show what is wrong and what to do, worker, waves by state and jobs; nobody's answers or turnout."""
    database, stands = context().database, installation_state.look(context().installation, jobs.seconds())
    return render_page(
        "operator/status.html",
        gettext("Operation"),
        wrong=[
            (fault_texts.PARTS[part], *fault_texts.FAULTS.get(code, fault_texts.ANY))
            for part, code in stands.outcomes.items()
            if code != health.OK and (part == "files" or code != stands.outcomes.get("files"))
        ],
        engine="SQLite" if database.is_sqlite else "PostgreSQL",
        revision=stands.revision,
        newest=schema.newest(),
        counted=[(name, (stands.waves or {}).get(state, "–")) for state, name in STATE_NAMES.items()],
        jobs=[job for kind in JOB_KINDS for job in rows.of_kind(database, kind)],
        job_names=JOB_NAMES,
        minutes=None if stands.round is None else max(0, stands.now - stands.round.at) // 60,
        readable=stands.has_readable_marks,
        quiet=health.LONGEST_PAUSE_SECONDS // 60,
        facts=_facts(stands),
    )


@operator.get("/check")
def check() -> Response:
    """Show everything `kjennetegn verify` finds, each problem by its file's name alone."""
    # the folders of the machine are for those who can read its files; a page shows names only
    found = verification.find_problems(context().settings)
    said = [(Path(each.place).name, each.code, *each.sentences()) for each in found]
    return render_page("operator/check.html", gettext("Check"), problems=said)


def _facts(stands: InstallationState) -> list[tuple[str, str]]:
    """Return what is known of the machine and what is around it, as pairs of what and how it stands."""
    now = datetime.fromtimestamp(stands.now, context().settings.time_zone)
    clock = format_time(now, "short", rebase=False)
    return [
        (gettext("Time zone"), gettext("%(zone)s: it is %(time)s there", zone=stands.time_zone, time=clock)),
        (gettext("Room on the disks"), _room(stands)),
        (gettext("Certificate"), _certificate(stands)),
        (gettext("Backup"), _backup(stands)),
        (gettext("Stored figures of rounds"), _figures(stands)),
    ]


def _room(stands: InstallationState) -> str:
    least = min(stands.free.values(), default=0)
    if least >= _GIGABYTE:
        return str(gettext("%(size)s GB or more", size=least // _GIGABYTE))
    return str(gettext("%(size)s MB or more", size=least // _MEGABYTE))


def _certificate(stands: InstallationState) -> str:
    found, ends = stands.certificate, stands.certificate_ends
    if not context().settings.public_url.startswith("https://"):
        return str(gettext("none, as the public address is without one"))
    if ends is not None:
        return str(gettext("good until %(day)s", day=_day(ends)))
    if found is not None and found.found.get("fault") == "unreachable":
        return str(gettext("not known: this machine does not reach the public address"))
    if found is not None and found.found.get("fault") == "refused":
        return str(gettext("refused by browsers"))
    return str(gettext("not known: it is looked at every hour by the background job"))


def _backup(stands: InstallationState) -> str:
    if not stands.has_readable_marks:
        return str(gettext("not known: it is noted among the files of jobs, which cannot be read now"))
    if stands.backup is None:
        return str(gettext("none has been made by kjennetegn backup"))
    return str(gettext("last made on %(day)s", day=_day(stands.backup.at)))


def _figures(stands: InstallationState) -> str:
    left = stands.round and stands.round.found.get("figures_left")
    if not isinstance(left, int):
        return str(gettext("not known: the background job looks at them"))
    if left == 0:
        return str(gettext("all by the rules of today"))
    return str(
        ngettext(
            "%(num)s of other rules is left to compute anew; no page shows it",
            "%(num)s of other rules are left to compute anew; no page shows them",
            left,
        )
    )


def _day(seconds: int) -> str:
    day: str = format_date(context().settings.date_at(seconds), "long")
    return day
