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


_ANYONE = frozenset({Role.ANYONE})
_SIGNED_IN = frozenset({Role.ACCOUNT})
_LEADER = frozenset({Role.LEADER})
_OWNER = frozenset({Role.OWNER})
_RESEARCHER = frozenset({Role.RESEARCHER})
_EDITOR = frozenset({Role.EDITOR})
_OPERATOR = frozenset({Role.OPERATOR})

# route → the roles that may open it. A leader holds the role in the unit the address names, an owner
# in that unit or one above it. A route that is missing here keeps the application from starting.
ROUTES: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        "static": _ANYONE,
        "probe.show_health": _ANYONE,
        "respondent.start": _ANYONE,
        "respondent.start_with_typed_code": _ANYONE,
        "respondent.start_with_scanned_code": _ANYONE,
        "respondent.start_with_open_link": _ANYONE,
        "respondent.proceed": _ANYONE,
        "respondent.language": _ANYONE,
        "respondent.choose_language": _ANYONE,
        "respondent.promise": _ANYONE,
        "respondent.dimension": _ANYONE,
        "respondent.save_dimension": _ANYONE,
        "respondent.background": _ANYONE,
        "respondent.save_background": _ANYONE,
        "respondent.review": _ANYONE,
        "respondent.send": _ANYONE,
        "respondent.receipt": _ANYONE,
        "respondent.finish": _ANYONE,
        "respondent.privacy": _ANYONE,
        "key_holder.sheet": _ANYONE,
        "key_holder.give_sheet": _ANYONE,
        "account.sign_in": _ANYONE,
        "account.check_sign_in": _ANYONE,
        "account.first_password": _ANYONE,
        "account.choose_password": _ANYONE,
        "account.sign_out": _SIGNED_IN,
        "account.home": _SIGNED_IN,
        "account.password": _SIGNED_IN,
        "account.change_password": _SIGNED_IN,
        "leader.desk": _LEADER,
        "leader.access": _LEADER,
        "leader.new_wave": _LEADER,
        "leader.create_wave": _LEADER,
        "leader.wave": _LEADER,
        "leader.open_wave": _LEADER,
        "leader.print_key_sheets": _LEADER,
        "leader.open_with_sheets": _LEADER,
        "leader.give_sheets": _LEADER,
        "leader.close_wave": _LEADER,
        "leader.seal_wave": _LEADER,
        "leader.confirm_abandoning": _LEADER,
        "leader.abandon_wave": _LEADER,
        "leader.print_slips": _LEADER,
        "leader.print_poster": _LEADER,
        "leader.slip_order": _LEADER,
        "leader.download_slips": _LEADER,
        "leader.new_action": _LEADER,
        "leader.add_action": _LEADER,
        "leader.action": _LEADER,
        "leader.change_action": _LEADER,
        "leader.confirm_action_removal": _LEADER,
        "leader.remove_action": _LEADER,
        "leader.profile": _LEADER,
        "leader.dimension": _LEADER,
        "leader.figure": _LEADER,
        "leader.report": _LEADER,
        "owner.overview": _OWNER,
        "owner.reports": _OWNER,
        "owner.make_reports": _OWNER,
        "owner.download_reports": _OWNER,
        "owner.show_round": _OWNER,
        "owner.release_round": _OWNER,
        "owner.round_figures": _OWNER,
        "researcher.desk": _RESEARCHER,
        "researcher.table": _RESEARCHER,
        "researcher.codebook": _RESEARCHER,
        "instrument_editor.overview": _EDITOR,
        "instrument_editor.version": _EDITOR,
        "instrument_editor.dimension": _EDITOR,
        "instrument_editor.compare": _EDITOR,
        "instrument_editor.download_version": _EDITOR,
        "operator.status": _OPERATOR,
        "operator.check": _OPERATOR,
        "operator.list_accounts": _OPERATOR,
        "operator.new_account": _OPERATOR,
        "operator.add_account": _OPERATOR,
        "operator.confirm_password_link": _OPERATOR,
        "operator.renew_password_link": _OPERATOR,
        "operator.end_sign_ins": _OPERATOR,
        "operator.new_role": _OPERATOR,
        "operator.give_role": _OPERATOR,
        "operator.take_role": _OPERATOR,
    }
)

# the routes that show results, or what was made of them: a role opens them from the day after it was given
RESULTS = frozenset(
    {
        "leader.action",
        "leader.change_action",
        "leader.confirm_action_removal",
        "leader.remove_action",
        "leader.profile",
        "leader.dimension",
        "leader.figure",
        "leader.report",
        "owner.reports",
        "owner.make_reports",
        "owner.download_reports",
        "owner.show_round",
        "owner.release_round",
        "owner.round_figures",
        "researcher.table",
        "researcher.codebook",
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

    A unit in which a person has no role looks exactly like one that does not exist.
    """
    if request.endpoint is None or Role.ANYONE in ROUTES[request.endpoint]:
        return None
    # rendering and the log read it from here
    visitor = g.visitor = sign_ins.current()
    if visitor is None:
        # a form cannot be sent again from the sign-in page: say so instead of losing it without a word
        if request.method == "POST":
            raise sign_ins.ended()
        return redirect_to("account.sign_in", next=request.script_root + request.path)
    roles = ROUTES[request.endpoint]
    if Role.ACCOUNT in roles:
        return None
    if not visitor.holds({role.value for role in roles}):
        raise Forbidden
    named = (request.view_args or {}).get("unit")
    if named is not None and not any(named in visitor.units(role.value) for role in roles):
        raise NotFound
    if request.endpoint in RESULTS and not visitor.sees_results({role.value for role in roles}, named):
        raise refuse(
            "results-tomorrow",
            "You were given the role today, or a new link to choose your password was made today.",
            "Come back tomorrow: a role shows results from the next day, and everyone who leads the unit "
            "sees who was given one.",
        )
    return None
