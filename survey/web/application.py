"""The web application: built from settings, with every part installed in one place."""

from urllib.parse import urlsplit

from flask import Flask

from reports.release import Audience, Policy, Suppressed
from survey.installation import Installation
from survey.settings import Settings
from survey.web import cookies, errors, headers, languages, permissions, tokens
from survey.web.account import account
from survey.web.agree import agree
from survey.web.edit import edit
from survey.web.house import EXTENSION, House
from survey.web.lead import lead
from survey.web.operate import operate
from survey.web.ordered import ordered
from survey.web.own import own
from survey.web.research import research
from survey.web.respond import respond
from survey.web.tell import tell
from survey.web.total import total

LARGEST_REQUEST = 64 * 1024
MOST_FIELDS = 200


def build(settings: Settings) -> Flask:
    """The application on these settings. Raises Refused where the database does not open."""
    app = Flask("survey.web", static_folder="static", template_folder="templates")
    address = urlsplit(settings.public_url)
    https = address.scheme == "https"
    app.config.update(
        TRUSTED_HOSTS=_trusted(address.hostname or "localhost"),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        MAX_FORM_PARTS=MOST_FIELDS,
        WTF_CSRF_ENABLED=False,  # every form is asked for its token by `tokens`, before any is built
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.tests["suppressed"] = lambda figure: isinstance(figure, Suppressed)
    app.jinja_env.filters["fixed"] = languages.fixed
    app.jinja_env.globals["fewest"] = _fewest(Policy.default())
    app.session_interface = cookies.SealedCookies(settings.secret, https=https)
    app.extensions[EXTENSION] = House(Installation.on(settings))
    headers.install(app, https=https)
    languages.install(app)
    errors.install(app)
    tokens.install(app)
    for blueprint in (respond, account, lead, agree, ordered, own, research, tell, total, edit, operate):
        app.register_blueprint(blueprint)
    permissions.install(app)
    return app


def _fewest(policy: Policy) -> dict[str, int]:
    """What the pages say of the fewest answers behind any figure: the numbers that the gate goes by."""
    audiences = {
        "leader": Audience.LEADER,
        "among": Audience.LEADER_AMONG_RESPONDENTS,
        "outside": Audience.OUTSIDE,
    }
    return {name: policy.thresholds[audience].mean for name, audience in audiences.items()}


def _trusted(host: str) -> list[str]:
    # a demonstration is reached under either name of the same machine
    return ["localhost", "127.0.0.1"] if host in {"localhost", "127.0.0.1"} else [host]
