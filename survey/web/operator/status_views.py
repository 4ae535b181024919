"""Operators: how the installation stands; no result and no single answer."""

from collections import Counter
from pathlib import Path

from flask import Response
from flask_babel import gettext

from survey.background import jobs, maintenance
from survey.operations import health, verification
from survey.store import schema
from survey.store.repositories import jobs as rows
from survey.store.repositories import waves
from survey.store.tables import JOB_KINDS
from survey.web.operator.blueprint import operator
from survey.web.platform.context import context
from survey.web.platform.rendering import render_page
from survey.web.platform.state_names import STATE_NAMES


@operator.get("/")
def status() -> Response:
    """Show database, worker, waves by state and jobs; counts only, and nobody's answers or turnout."""
    database = context().database
    with database.reading() as connection:
        revision = schema.revision(connection)
    counted = Counter(wave.state for wave in waves.every(database))
    last = maintenance.last_run(context().installation)
    return render_page(
        "operator/status.html",
        gettext("Operation"),
        engine="SQLite" if database.is_sqlite else "PostgreSQL",
        revision=revision,
        newest=schema.newest(),
        counted=[(name, counted[state]) for state, name in STATE_NAMES.items()],
        jobs=[job for kind in JOB_KINDS for job in rows.of_kind(database, kind)],
        minutes=None if last is None else max(0, jobs.seconds() - last) // 60,
        quiet=health.LONGEST_PAUSE_SECONDS // 60,
    )


@operator.get("/check")
def check() -> Response:
    """Show everything `kjennetegn verify` finds, each problem by its file's name alone."""
    # the folders of the machine are for those who can read its files; a page shows names only
    found = verification.find_problems(context().settings)
    said = [(Path(each.place).name, each.code, *each.sentences()) for each in found]
    return render_page("operator/check.html", gettext("Check"), problems=said)
