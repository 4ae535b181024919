"""Who may open which route: the one table, and the hook that enforces it."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from flask import Flask, g, request
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from instruments.problems import refuse
from survey.collection import retention
from survey.web.platform import bearer, sign_ins
from survey.web.platform.answering_pages import ANSWERING, REHEARSAL
from survey.web.platform.context import context
from survey.web.platform.rendering import redirect_to
from survey.web.result_routes import RESULTS


class Role(Enum):
    """What a person may be to this service; a respondent is anyone with a draft in their cookie."""

    ANYONE = "anyone"
    ACCOUNT = "account"
    LEADER = "leader"
    DEPUTY = "deputy"
    OWNER = "owner"
    RESEARCHER = "researcher"
    EDITOR = "editor"
    OPERATOR = "operator"
    PROGRAM = "api"  # a program with a token that a researcher made


_ANYONE = frozenset({Role.ANYONE})
_SIGNED_IN = frozenset({Role.ACCOUNT})
_LEADER = frozenset({Role.LEADER, Role.DEPUTY})
_LEADER_ALONE = frozenset({Role.LEADER})
_OWNER = frozenset({Role.OWNER})
_RESEARCHER = frozenset({Role.RESEARCHER})
_EDITOR = frozenset({Role.EDITOR})
_OPERATOR = frozenset({Role.OPERATOR})
_PROGRAM = frozenset({Role.PROGRAM})

# the pages from the first of a questionnaire to the receipt, which a rehearsal goes through as well
_OF_ANSWERING = (
    "first_page",
    "page",
    "save_page",
    "review",
    "send",
    "sent",
    "receipt",
    "confirm_sending_nothing",
    "send_nothing",
    "sent_nothing",
    "confirm_stopping",
    "stop",
    "stopped",
    "finish",
    "ask_whose",
    "decide_whose",
)

# by which people come in without a password, and leave
_OF_SIGN_IN = (
    *("begin_at_provider", "go_to_provider", "finish_at_provider", "leave_provider", "end_at_provider"),
    *("choose_provider", "ask_entry", "enter"),
)
_OF_IDENTITIES = ("show_identities", "link_identity", "remove_identity", "prove_at_provider")

# route → the roles that may open it. A leader or deputy holds the role in the unit the address names, an
# owner in that unit or one above it. A route that is missing here keeps the application from starting.
ROUTES: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        "static": _ANYONE,
        "probe.show_health": _ANYONE,
        "probe.show_metrics": _ANYONE,
        "respondent.start": _ANYONE,
        "respondent.start_with_typed_code": _ANYONE,
        "respondent.start_with_scanned_code": _ANYONE,
        "respondent.start_with_open_link": _ANYONE,
        "respondent.set_up_kiosk": _ANYONE,
        "respondent.set_up_kiosk_over_answers": _ANYONE,
        "respondent.kiosk": _ANYONE,
        "respondent.start_at_kiosk": _ANYONE,
        "respondent.still_there": _ANYONE,
        "respondent.confirm_leaving_kiosk": _ANYONE,
        "respondent.leave_kiosk": _ANYONE,
        "respondent.set_up_typing": _ANYONE,
        "respondent.set_up_typing_over_answers": _ANYONE,
        "respondent.paper": _ANYONE,
        "respondent.finish_typing": _ANYONE,
        "respondent.typing_finished": _ANYONE,
        "respondent.paper_form": _ANYONE,
        "respondent.save_form": _ANYONE,
        "respondent.correct_form": _ANYONE,
        "respondent.check_form": _ANYONE,
        "respondent.send_form": _ANYONE,
        "respondent.privacy": _ANYONE,
        "respondent.results": _ANYONE,
        "respondent.results_figure": _ANYONE,
        "respondent.results_page": _ANYONE,
        **{f"{each}.{page}": _ANYONE for each in (ANSWERING, REHEARSAL) for page in _OF_ANSWERING},
        "respondent.start_rehearsal": _ANYONE,
        "respondent.leave_rehearsal": _ANYONE,
        "respondent.readers": _ANYONE,
        "respondent.released": _ANYONE,
        "respondent.released_after": _ANYONE,
        "respondent.read_questionnaire": _ANYONE,
        "guide.contents": _ANYONE,
        "guide.chapter": _ANYONE,
        "key_holder.sheet": _ANYONE,
        "key_holder.give_sheet": _ANYONE,
        "account.sign_in": _ANYONE,
        "account.check_sign_in": _ANYONE,
        "account.first_password": _ANYONE,
        "account.choose_password": _ANYONE,
        **{f"account.{page}": _ANYONE for page in _OF_SIGN_IN},
        **{f"account.{act}": _SIGNED_IN for act in _OF_IDENTITIES},
        "account.second_factor": _ANYONE,
        "account.check_second_factor": _ANYONE,
        "account.passkey_sign_in": _ANYONE,
        "account.sign_in_with_passkey": _ANYONE,
        "account.way_in": _ANYONE,
        "account.sign_out": _SIGNED_IN,
        "account.factors": _SIGNED_IN,
        "account.ask_proof": _SIGNED_IN,
        "account.check_proof": _SIGNED_IN,
        "account.new_code_app": _SIGNED_IN,
        "account.set_code_app": _SIGNED_IN,
        "account.confirm_code_app_removal": _SIGNED_IN,
        "account.remove_code_app": _SIGNED_IN,
        "account.new_passkey": _SIGNED_IN,
        "account.add_passkey": _SIGNED_IN,
        "account.confirm_passkey_removal": _SIGNED_IN,
        "account.remove_passkey": _SIGNED_IN,
        "account.make_recovery_codes": _SIGNED_IN,
        "account.drop_way_in": _SIGNED_IN,
        "account.home": _SIGNED_IN,
        "account.password": _SIGNED_IN,
        "account.change_password": _SIGNED_IN,
        "leader.desk": _LEADER,
        "leader.access": _LEADER,
        "leader.print_history": _LEADER,
        "leader.deputies": _LEADER_ALONE,
        "leader.appoint_deputy": _LEADER_ALONE,
        "leader.dismiss_deputy": _LEADER_ALONE,
        "leader.deputys_last_day": _LEADER_ALONE,
        "leader.set_deputys_last_day": _LEADER_ALONE,
        "leader.new_wave": _LEADER,
        "leader.create_wave": _LEADER,
        "leader.change_draft": _LEADER,
        "leader.save_draft": _LEADER,
        "leader.confirm_draft_removal": _LEADER,
        "leader.remove_draft": _LEADER,
        "leader.wave": _LEADER,
        "leader.open_wave": _LEADER,
        "leader.print_key_sheets": _LEADER,
        "leader.open_with_sheets": _LEADER,
        "leader.give_sheets": _LEADER,
        "leader.confirm_closing": _LEADER,
        "leader.close_wave": _LEADER,
        "leader.confirm_reopening": _LEADER,
        "leader.reopen_wave": _LEADER,
        "leader.confirm_taking_back": _LEADER,
        "leader.take_back": _LEADER,
        "leader.last_day": _LEADER,
        "leader.prolong_wave": _LEADER,
        "leader.corrections": _LEADER,
        "leader.correct_wave": _LEADER,
        "leader.confirm_sealing": _LEADER,
        "leader.seal_wave": _LEADER,
        "leader.confirm_destroying": _LEADER,
        "leader.destroy_answers": _LEADER,
        "leader.confirm_showing_staff": _LEADER,
        "leader.show_staff": _LEADER,
        "leader.confirm_abandoning": _LEADER,
        "leader.abandon_wave": _LEADER,
        "leader.print_slips": _LEADER,
        "leader.print_poster": _LEADER,
        "leader.print_turnout_poster": _LEADER,
        "leader.announcements": _LEADER,
        "leader.answering_time": _LEADER,
        "leader.paper": _LEADER,
        "leader.set_up_typing": _LEADER,
        "leader.paper_form": _LEADER,
        "leader.code_sheet": _LEADER,
        "leader.slip_file": _LEADER,
        "leader.download_slip_file": _LEADER,
        "leader.slip_order": _LEADER,
        "leader.download_slips": _LEADER,
        "leader.new_action": _LEADER,
        "leader.add_action": _LEADER,
        "leader.action": _LEADER,
        "leader.change_action": _LEADER,
        "leader.confirm_action_removal": _LEADER,
        "leader.remove_action": _LEADER,
        "leader.expected": _LEADER,
        "leader.keep_expectations": _LEADER,
        "leader.look_back": _LEADER,
        "leader.note_look_back": _LEADER,
        "leader.print_look_back_sheet": _LEADER,
        "leader.look_back_days": _LEADER,
        "leader.profile": _LEADER,
        "leader.dimension": _LEADER,
        "leader.figure": _LEADER,
        "leader.picture": _LEADER,
        "leader.report": _LEADER,
        "leader.download_results": _LEADER,
        "owner.overview": _OWNER,
        "owner.history": _OWNER,
        "owner.print_history": _OWNER,
        "owner.retention": _OWNER,
        "owner.confirm_retention": _OWNER,
        "owner.decide_retention": _OWNER,
        "owner.papers": _OWNER,
        "owner.download_paper": _OWNER,
        "owner.plan_round": _OWNER,
        "owner.store_round": _OWNER,
        "owner.board": _OWNER,
        "owner.add_units": _OWNER,
        "owner.store_added_units": _OWNER,
        "owner.round_slips": _OWNER,
        "owner.order_round_slips": _OWNER,
        "owner.download_round_slips": _OWNER,
        "owner.correct_round": _OWNER,
        "owner.save_round": _OWNER,
        "owner.confirm_round_removal": _OWNER,
        "owner.remove_round": _OWNER,
        "owner.reports": _OWNER,
        "owner.make_reports": _OWNER,
        "owner.download_reports": _OWNER,
        "owner.show_round": _OWNER,
        "owner.confirm_release": _OWNER,
        "owner.release_round": _OWNER,
        "owner.round_figures": _OWNER,
        "owner.round_report": _OWNER,
        "owner.round_slides": _OWNER,
        "owner.round_workbook": _OWNER,
        "owner.round_figure": _OWNER,
        "researcher.desk": _RESEARCHER,
        "researcher.show_study": _RESEARCHER,
        "researcher.ask_export": _RESEARCHER,
        "researcher.order_export": _RESEARCHER,
        "researcher.download_export": _RESEARCHER,
        "researcher.pools": _RESEARCHER,
        "researcher.chosen_pools": _RESEARCHER,
        "researcher.pool_table": _RESEARCHER,
        "researcher.pool_text": _RESEARCHER,
        "researcher.pool_files": _RESEARCHER,
        **{f"researcher.{act}_pool_file": _RESEARCHER for act in ("order", "download")},
        "researcher.order_validation": _RESEARCHER,
        "researcher.validation": _RESEARCHER,
        "researcher.validation_text": _RESEARCHER,
        "researcher.confirm_token": _RESEARCHER,
        "researcher.make_token": _RESEARCHER,
        "researcher.end_token": _RESEARCHER,
        "api.description": _ANYONE,
        "api.study": _PROGRAM,
        "api.table": _PROGRAM,
        "api.parquet": _PROGRAM,
        "instrument_editor.overview": _EDITOR,
        "instrument_editor.version": _EDITOR,
        "instrument_editor.dimension": _EDITOR,
        "instrument_editor.compare": _EDITOR,
        "instrument_editor.download_version": _EDITOR,
        "instrument_editor.ask_foreign": _EDITOR,
        "instrument_editor.read_foreign": _EDITOR,
        "instrument_editor.show_foreign": _EDITOR,
        "instrument_editor.download_foreign": _EDITOR,
        **{f"instrument_editor.{act}": _EDITOR for act in ("choose_languages", "ask_texts", "keep_texts")},
        **{f"instrument_editor.{act}_dimension": _EDITOR for act in ("add", "ask", "keep", "remove")},
        "operator.status": _OPERATOR,
        "operator.list_studies": _OPERATOR,
        "operator.make_study": _OPERATOR,
        "operator.show_study": _OPERATOR,
        "operator.join_study": _OPERATOR,
        "operator.confirm_leaving_study": _OPERATOR,
        "operator.leave_study": _OPERATOR,
        "operator.confirm_ending_study": _OPERATOR,
        "operator.end_study": _OPERATOR,
        "operator.check": _OPERATOR,
        "operator.papers": _OPERATOR,
        "operator.download_paper": _OPERATOR,
        "operator.list_accounts": _OPERATOR,
        "operator.new_account": _OPERATOR,
        "operator.add_account": _OPERATOR,
        "operator.confirm_password_link": _OPERATOR,
        "operator.renew_password_link": _OPERATOR,
        "operator.end_sign_ins": _OPERATOR,
        **{f"operator.{act}": _OPERATOR for act in ("confirm_identity_removal", "remove_identity")},
        "operator.lost_factor": _OPERATOR,
        "operator.ask_way_in": _OPERATOR,
        "operator.confirm_way_in": _OPERATOR,
        "operator.agree_way_in": _OPERATOR,
        "operator.new_role": _OPERATOR,
        "operator.give_role": _OPERATOR,
        "operator.take_role": _OPERATOR,
        "operator.ask_last_day": _OPERATOR,
        "operator.set_last_day": _OPERATOR,
        "operator.show_account": _OPERATOR,
        "operator.list_units": _OPERATOR,
        "operator.show_unit": _OPERATOR,
        "operator.new_unit": _OPERATOR,
        "operator.add_unit": _OPERATOR,
        "operator.change_unit": _OPERATOR,
        "operator.confirm_ending_sign_ins": _OPERATOR,
        "operator.confirm_taking_role": _OPERATOR,
        "operator.new_import": _OPERATOR,
        "operator.read_sheet": _OPERATOR,
        "operator.preview_import": _OPERATOR,
        "operator.import_sheet": _OPERATOR,
        "operator.drop_sheet": _OPERATOR,
        "operator.download_units": _OPERATOR,
        "operator.first_passwords": _OPERATOR,
        "operator.make_links": _OPERATOR,
        "operator.confirm_account_removal": _OPERATOR,
        "operator.remove_account": _OPERATOR,
        "operator.confirm_unit_change": _OPERATOR,
        "operator.apply_unit_change": _OPERATOR,
    }
)

# what an account reaches that needs a second factor and has none yet
SETTING_UP = frozenset(
    {
        "account.factors",
        "account.ask_proof",
        "account.check_proof",
        "account.prove_at_provider",
        "account.new_code_app",
        "account.set_code_app",
        "account.new_passkey",
        "account.add_passkey",
        "account.drop_way_in",
        "account.sign_out",
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
    by_token = Role.PROGRAM in ROUTES[request.endpoint]
    # rendering and the log read it from here
    visitor = g.visitor = bearer.current() if by_token else sign_ins.current()
    if visitor is None:
        # a form cannot be sent again from the sign-in page: say so instead of losing it without a word
        if request.method == "POST":
            raise sign_ins.ended()
        return redirect_to("account.sign_in", next=request.script_root + request.path)
    if visitor.must_set_up and request.endpoint not in SETTING_UP:
        return _sent_to_set_up()
    # a program sees what the researcher sees whose token it has
    roles = _RESEARCHER if by_token else ROUTES[request.endpoint]
    if Role.ACCOUNT in roles:
        return None
    if not visitor.holds({role.value for role in roles}):
        raise Forbidden
    named = (request.view_args or {}).get("unit")
    if named is not None and not any(named in visitor.units(role.value) for role in roles):
        raise NotFound
    if request.endpoint in RESULTS:
        here = context()
        # whether a worker runs or not, nothing is shown after its time
        retention.end_over(here.database, here.installation.keys, here.today)
    if request.endpoint in RESULTS and not visitor.sees_results({role.value for role in roles}, named):
        raise refuse(
            "results-tomorrow",
            "You were given the role today, signed in from elsewhere for the first time today, or a new link "
            "to choose your password was made today.",
            "Come back tomorrow: a role gives access to results from the next day, and everyone who "
            "leads the unit sees who has been given one.",
        )
    return None


def _sent_to_set_up() -> Response:
    """Return a redirect to where a second factor is set up. Raises Refused where a form was sent."""
    if request.method == "POST":
        raise refuse(
            "second-factor-missing",
            "Your roles need a second factor beside the password, and you have none yet.",
            "Set one up on the page “My sign-in”, and do it then.",
        )
    return redirect_to("account.factors")
