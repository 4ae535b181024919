"""Who may open which route: the one table, and the hook that enforces it."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from flask import Flask, g, redirect, request, url_for
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from instruments.problems import refuse
from survey.web.platform import sign_ins


class Role(Enum):
    """What a person may be to this service; a respondent is anyone with a draft in their cookie."""

    ANYONE = "anyone"
    ACCOUNT = "account"
    LEADER = "leader"
    OWNER = "owner"
    RESEARCHER = "researcher"
    EDITOR = "editor"
    OPERATOR = "operator"


ANYONE = frozenset({Role.ANYONE})
SIGNED_IN = frozenset({Role.ACCOUNT})
LEADER = frozenset({Role.LEADER})
OWNER = frozenset({Role.OWNER})
RESEARCHER = frozenset({Role.RESEARCHER})
EDITOR = frozenset({Role.EDITOR})
OPERATOR = frozenset({Role.OPERATOR})

# route → the roles that may open it. A leader holds the role in the unit the address names, an owner
# in that unit or one above it. A route that is missing here keeps the application from starting.
ROUTES: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        "static": ANYONE,
        "respond.start": ANYONE,
        "respond.start_with_typed_code": ANYONE,
        "respond.start_with_scanned_code": ANYONE,
        "respond.start_with_open_link": ANYONE,
        "respond.proceed": ANYONE,
        "respond.language": ANYONE,
        "respond.choose_language": ANYONE,
        "respond.promise": ANYONE,
        "respond.dimension": ANYONE,
        "respond.save_dimension": ANYONE,
        "respond.background": ANYONE,
        "respond.save_background": ANYONE,
        "respond.review": ANYONE,
        "respond.send": ANYONE,
        "respond.receipt": ANYONE,
        "respond.finish": ANYONE,
        "respond.privacy": ANYONE,
        "account.sign_in": ANYONE,
        "account.check_sign_in": ANYONE,
        "account.first_password": ANYONE,
        "account.choose_password": ANYONE,
        "account.sign_out": SIGNED_IN,
        "account.home": SIGNED_IN,
        "account.password": SIGNED_IN,
        "account.change_password": SIGNED_IN,
        "lead.desk": LEADER,
        "lead.new_wave": LEADER,
        "lead.create_wave": LEADER,
        "lead.wave": LEADER,
        "lead.open_wave": LEADER,
        "lead.close_wave": LEADER,
        "lead.seal_wave": LEADER,
        "lead.slips": LEADER,
        "lead.poster": LEADER,
        "ordered.slips": LEADER,
        "ordered.fetch": LEADER,
        "agree.new_action": LEADER,
        "agree.add_action": LEADER,
        "agree.action": LEADER,
        "agree.change_action": LEADER,
        "agree.confirm_removal": LEADER,
        "agree.remove_action": LEADER,
        "tell.overview": LEADER,
        "tell.dimension": LEADER,
        "tell.figure": LEADER,
        "tell.report": LEADER,
        "own.overview": OWNER,
        "own.reports": OWNER,
        "own.make_reports": OWNER,
        "own.download_reports": OWNER,
        "total.show": OWNER,
        "total.release_round": OWNER,
        "total.figures": OWNER,
        "research.desk": RESEARCHER,
        "research.table": RESEARCHER,
        "research.codebook": RESEARCHER,
        "edit.shelf": EDITOR,
        "edit.version": EDITOR,
        "edit.dimension": EDITOR,
        "edit.compare": EDITOR,
        "edit.take": EDITOR,
        "operate.status": OPERATOR,
        "operate.check": OPERATOR,
        "operate.listing": OPERATOR,
        "operate.new_account": OPERATOR,
        "operate.add_account": OPERATOR,
        "operate.confirm_link": OPERATOR,
        "operate.renew_link": OPERATOR,
        "operate.end_sign_ins": OPERATOR,
        "operate.new_role": OPERATOR,
        "operate.give_role": OPERATOR,
        "operate.take_role": OPERATOR,
    }
)


def install(app: Flask) -> None:
    """Enforce the table before every request, and refuse to start with a route that is not in it."""
    unlisted = {rule.endpoint for rule in app.url_map.iter_rules()} ^ set(ROUTES)
    if unlisted:
        raise RuntimeError(
            f"survey.web.permissions and the routes disagree about: {', '.join(sorted(unlisted))}"
        )
    app.before_request(enforce)


def enforce() -> Response | None:
    """Let the request through, send it to the sign-in page, or end it with 403 or 404.

    A unit that a person has no role in is told apart from one that is not there by nothing.
    """
    if request.endpoint is None or Role.ANYONE in ROUTES[request.endpoint]:
        return None
    visitor = g.visitor = sign_ins.current()
    if visitor is None:
        if request.method == "POST":
            raise refuse("session-ended", "The form was sent without a sign-in.", "Sign in again.")
        return redirect(url_for("account.sign_in", next=request.path), 303)
    roles = ROUTES[request.endpoint]
    if Role.ACCOUNT in roles:
        return None
    if not visitor.holds({role.value for role in roles}):
        raise Forbidden
    named = (request.view_args or {}).get("unit")
    if named is not None and not any(named in visitor.units(role.value) for role in roles):
        raise NotFound
    return None
