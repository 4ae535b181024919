"""Answer monitoring programs whether the installation works; without a sign-in, and nothing else."""

from flask import Blueprint, Response, jsonify

from survey.background import jobs, maintenance
from survey.operations import health
from survey.web.platform.context import context

probe = Blueprint("probe", __name__)


@probe.get("/health")
def show_health() -> Response:
    """Return what was looked at as JSON, with status 200 where all of it works and 503 where not."""
    installation = context().installation
    checks = dict(health.check(installation, maintenance.last_run(installation), jobs.seconds()))
    works = all(outcome == health.OK for outcome in checks.values())
    reply = jsonify(status="ok" if works else "failing", checks=checks)
    reply.status_code = 200 if works else 503
    return reply
