"""The web application: built from settings, with every part installed in one place."""

from functools import partial
from typing import Any

from flask import Flask, request
from werkzeug.routing import IntegerConverter

from instruments.problems import Unavailable
from instruments.statistics import Undefined
from reports.disclosure import Audience, Policy, Suppressed
from survey.openid.provider import SignInMethods
from survey.openid.provider_file import read_sign_in_methods
from survey.operations.installation import Installation
from survey.settings import Settings
from survey.web import error_pages, permissions
from survey.web.account import account
from survey.web.api import api
from survey.web.guide.views import guide
from survey.web.instrument_editor import instrument_editor
from survey.web.key_holder import key_holder
from survey.web.leader import leader
from survey.web.operator import operator
from survey.web.operator.health_view import probe
from survey.web.owner import owner
from survey.web.platform import (
    acts,
    answering_pages,
    cookies,
    csrf,
    headers,
    languages,
    public_address,
    rendering,
    uploads,
    worker_state,
)
from survey.web.platform.answering_pages import REHEARSAL
from survey.web.platform.context import EXTENSION, Context
from survey.web.platform.cookies import REHEARSAL_PATH
from survey.web.platform.public_address import PublicAddress
from survey.web.platform.state_names import ACTION_STATUS_NAMES, EXPECTED_NAMES
from survey.web.researcher.views import researcher
from survey.web.respondent import answering, respondent

_LARGEST_NUMBER = 2**31 - 1  # that a column of the database holds
_LARGEST_REQUEST = 64 * 1024
_MOST_FIELDS = 200
_BLUEPRINTS = (
    respondent,
    answering,
    account,
    guide,
    key_holder,
    leader,
    owner,
    researcher,
    api,
    instrument_editor,
    operator,
    probe,
)


class _Number(IntegerConverter):
    """A whole number in an address; one that no column holds is that of nothing."""

    def __init__(self, *given: Any, **asked: Any) -> None:  # noqa: ANN401 - as Werkzeug gives them
        super().__init__(*given, **{"max": _LARGEST_NUMBER, **asked})


def build(settings: Settings) -> Flask:
    """Build the application on these settings.

    Raises Refused where a file of settings is faulty, Damaged where the database does not open.

    One that is away for now is asked again at each request, and until it is back pages say so.
    """
    app = Flask("survey.web", static_folder="static", template_folder="templates")
    app.url_map.converters["int"] = _Number
    https = settings.public_url.startswith("https://")
    address = PublicAddress.of(settings.public_url)
    app.config.update(
        MAX_CONTENT_LENGTH=_LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=_LARGEST_REQUEST,
        MAX_FORM_PARTS=_MOST_FIELDS,
        WTF_CSRF_ENABLED=False,  # every form is asked for its token by `csrf`, before any is built
    )
    installation = Installation.on(settings, awaited=True)
    app.session_interface = cookies.SealedCookies(
        settings.secret,
        https=https,
        unsent=installation.policy.retention.unsent_answers,
        path=address.path or "/",
    )
    methods = read_sign_in_methods(settings.sign_in) if settings.sign_in else SignInMethods()
    app.extensions[EXTENSION] = Context(installation, sign_in=methods)
    app.jinja_env.globals["offers_providers"] = bool(methods.providers)
    _prepare_templates(app, installation.policy)
    # first, so that a request to another address is turned away before anything is put into a cookie
    public_address.install(app, address)
    headers.install(app, https=https)
    languages.install(app)
    error_pages.install(app)
    app.before_request(partial(_require_ready, installation))
    uploads.install(app)
    csrf.install(app)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    # the very same pages once more, for whoever walks through them beforehand
    app.register_blueprint(answering, name=REHEARSAL, url_prefix=REHEARSAL_PATH)
    permissions.install(app)
    acts.install(app)
    return app


def _require_ready(installation: Installation) -> None:
    """Raise Unavailable while the database that was away at the start is not back."""
    if installation.is_ready or request.endpoint == "static":
        return
    try:
        installation.make_ready()
    except Unavailable:
        # machines are told what is away in the words of that page
        if request.endpoint != "probe.show_health":
            raise


def _prepare_templates(app: Flask, policy: Policy) -> None:
    """Give the templates their filters, their tests and the numbers of the policy."""
    app.jinja_env.globals["worker_is_away"] = worker_state.is_away
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.tests["withheld"] = lambda figure: isinstance(figure, Undefined)
    app.jinja_env.tests["suppressed"] = lambda figure: isinstance(figure, Suppressed)
    app.jinja_env.filters["percent"] = languages.percent
    app.jinja_env.filters["breakable"] = rendering.breakable
    app.jinja_env.filters["points"] = languages.points
    app.jinja_env.filters["action_status"] = ACTION_STATUS_NAMES.__getitem__
    app.jinja_env.filters["expected"] = EXPECTED_NAMES.__getitem__
    app.jinja_env.globals["answering_address"] = answering_pages.address
    app.jinja_env.globals.update(_numbers(policy))


def _numbers(policy: Policy) -> dict[str, object]:
    """Return what the pages say of the policy: the numbers that the gate, the worker and the forms go by."""
    leaders = {"leader": Audience.LEADER, "among": Audience.LEADER_AMONG_RESPONDENTS}
    audiences = {**leaders, "owner": Audience.OWNER, "outside": Audience.OUTSIDE}
    outside = policy.thresholds[Audience.OUTSIDE]
    return {
        "policy": policy,
        "minimum": {name: policy.minimum(audience) for name, audience in audiences.items()},
        "invited_for_subgroups": {
            name: policy.invited_for_subgroups(audience) for name, audience in leaders.items()
        },
        "items_from": outside.item,
    }
