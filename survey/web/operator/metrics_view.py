"""Tell a monitoring program how the installation stands, where it brings the token it was given."""

import hmac
from http import HTTPStatus

from flask import Response, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import NotFound

from survey.background import jobs
from survey.operations import installation_state, metrics
from survey.web.operator.health_view import probe
from survey.web.platform.context import context

_SCHEME = "bearer"
_REFUSED = "Send the token of KJENNETEGN_METRICS_TOKEN in the header Authorization, after the word Bearer.\n"


@probe.get("/metrics")
def show_metrics() -> Response:
    """Return the metrics in the text format of Prometheus.

    Without the token it is 401, and 404 where the installation has none. That a request comes from this
    machine admits nobody: so does everything that the web server in front hands on. Raises NotFound.
    """
    wanted = context().settings.metrics_token
    if not wanted:
        raise NotFound
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != _SCHEME or not hmac.compare_digest(token.strip().encode(), wanted.encode()):
        reply = Response(_REFUSED, HTTPStatus.UNAUTHORIZED, mimetype="text/plain")
        reply.www_authenticate = WWWAuthenticate(_SCHEME, {"realm": "kjennetegn"})
        return reply
    told = metrics.exposition(installation_state.look(context().installation, jobs.seconds()))
    return Response(told, content_type=metrics.CONTENT_TYPE)
