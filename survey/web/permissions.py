"""Who may open which route: the one table, and the hook that enforces it."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from flask import Flask, g, request
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from instruments.problems import refuse
from survey.web.platform import sign_ins
from survey.web.platform.rendering import redirect_to


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
        "probe.show_health": ANYONE,
        "respondent.start": ANYONE,
        "respondent.start_with_typed_code": ANYONE,
        "respondent.start_with_scanned_code": ANYONE,
        "respondent.start_with_open_link": ANYONE,
        "respondent.proceed": ANYONE,
        "respondent.language": ANYONE,
        "respondent.choose_language": ANYONE,
        "respondent.promise": ANYONE,
        "respondent.dimension": ANYONE,
        "respondent.save_dimension": ANYONE,
        "respondent.background": ANYONE,
        "respondent.save_background": ANYONE,
        "respondent.review": ANYONE,
        "respondent.send": ANYONE,
        "respondent.receipt": ANYONE,
        "respondent.finish": ANYONE,
        "respondent.privacy": ANYONE,
        "account.sign_in": ANYONE,
        "account.check_sign_in": ANYONE,
        "account.first_password": ANYONE,
        "account.choose_password": ANYONE,
        "account.sign_out": SIGNED_IN,
        "account.home": SIGNED_IN,
        "account.password": SIGNED_IN,
        "account.change_password": SIGNED_IN,
        "leader.desk": LEADER,
        "leader.new_wave": LEADER,
        "leader.create_wave": LEADER,
        "leader.wave": LEADER,
        "leader.open_wave": LEADER,
        "leader.close_wave": LEADER,
        "leader.seal_wave": LEADER,
        "leader.confirm_abandoning": LEADER,
        "leader.abandon_wave": LEADER,
        "leader.print_slips": LEADER,
        "leader.print_poster": LEADER,
        "leader.slip_order": LEADER,
        "leader.download_slips": LEADER,
        "leader.new_action": LEADER,
        "leader.add_action": LEADER,
        "leader.action": LEADER,
        "leader.change_action": LEADER,
        "leader.confirm_action_removal": LEADER,
        "leader.remove_action": LEADER,
        "leader.profile": LEADER,
        "leader.dimension": LEADER,
        "leader.figure": LEADER,
        "leader.report": LEADER,
        "owner.overview": OWNER,
        "owner.reports": OWNER,
        "owner.make_reports": OWNER,
        "owner.download_reports": OWNER,
        "owner.show_round": OWNER,
        "owner.release_round": OWNER,
        "owner.round_figures": OWNER,
        "researcher.desk": RESEARCHER,
        "researcher.table": RESEARCHER,
        "researcher.codebook": RESEARCHER,
        "instrument_editor.overview": EDITOR,
        "instrument_editor.version": EDITOR,
        "instrument_editor.dimension": EDITOR,
        "instrument_editor.compare": EDITOR,
        "instrument_editor.download_version": EDITOR,
        "operator.status": OPERATOR,
        "operator.check": OPERATOR,
        "operator.list_accounts": OPERATOR,
        "operator.new_account": OPERATOR,
        "operator.add_account": OPERATOR,
        "operator.confirm_password_link": OPERATOR,
        "operator.renew_password_link": OPERATOR,
        "operator.end_sign_ins": OPERATOR,
        "operator.new_role": OPERATOR,
        "operator.give_role": OPERATOR,
        "operator.take_role": OPERATOR,
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
        return redirect_to("account.sign_in", next=request.script_root + request.path)
    roles = ROUTES[request.endpoint]
    if Role.ACCOUNT in roles:
        return None
    if not visitor.holds({role.value for role in roles}):
        raise Forbidden
    named = (request.view_args or {}).get("unit")
    if named is not None and not any(named in visitor.units(role.value) for role in roles):
        raise NotFound
    return None
