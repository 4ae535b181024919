"""The web application: built from settings, with every part installed in one place."""

from flask import Flask

from reports.disclosure import Audience, Policy, Suppressed
from survey.operations.installation import Installation
from survey.settings import Settings
from survey.web import error_pages, permissions
from survey.web.account.views import account
from survey.web.instrument_editor.views import instrument_editor
from survey.web.key_holder import key_holder
from survey.web.leader import leader
from survey.web.operator import operator
from survey.web.operator.health_view import probe
from survey.web.owner import owner
from survey.web.platform import acts, cookies, csrf, headers, languages, public_address
from survey.web.platform.context import EXTENSION, Context
from survey.web.platform.public_address import PublicAddress
from survey.web.researcher.views import researcher
from survey.web.respondent import respondent

_LARGEST_REQUEST = 64 * 1024
_MOST_FIELDS = 200


def build(settings: Settings) -> Flask:
    """Build the application on these settings. Raises Damaged where the database does not open."""
    app = Flask("survey.web", static_folder="static", template_folder="templates")
    https = settings.public_url.startswith("https://")
    address = PublicAddress.of(settings.public_url)
    app.config.update(
        MAX_CONTENT_LENGTH=_LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=_LARGEST_REQUEST,
        MAX_FORM_PARTS=_MOST_FIELDS,
        WTF_CSRF_ENABLED=False,  # every form is asked for its token by `csrf`, before any is built
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.tests["suppressed"] = lambda figure: isinstance(figure, Suppressed)
    app.jinja_env.filters["percent"] = languages.percent
    installation = Installation.on(settings)
    app.session_interface = cookies.SealedCookies(
        settings.secret,
        https=https,
        unsent=installation.policy.retention.unsent_answers,
        path=address.path or "/",
    )
    app.extensions[EXTENSION] = Context(installation)
    app.jinja_env.globals.update(_numbers(installation.policy))
    # first, so that a request to another address is turned away before anything is put into a cookie
    public_address.install(app, address)
    headers.install(app, https=https)
    languages.install(app)
    error_pages.install(app)
    csrf.install(app)
    for blueprint in (
        respondent,
        account,
        key_holder,
        leader,
        owner,
        researcher,
        instrument_editor,
        operator,
        probe,
    ):
        app.register_blueprint(blueprint)
    permissions.install(app)
    acts.install(app)
    return app


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
