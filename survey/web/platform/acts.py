"""Which requests are acts of staff, so that each that is carried out is a line of the log."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from flask import Flask, Response, g, request

from survey.operations import log
from survey.store import actor
from survey.web.platform.context import context
from survey.web.platform.sign_ins import Visitor

# route → what was done where its reply is no error. Whatever changes something for or by staff is here, and
# what takes figures out; `round-released` is logged where it happens, whoever asked for it
ACTS: Mapping[str, str] = MappingProxyType(
    {
        "account.check_sign_in": "signed-in",
        "account.enter": "signed-in",
        "account.finish_at_provider": "signed-in",
        "account.end_at_provider": "signed-out",
        "account.sign_out": "signed-out",
        "account.change_password": "password-changed",
        "account.choose_password": "password-chosen",
        "account.choose_provider": "provider-chosen",
        "account.link_identity": "provider-chosen",
        "account.remove_identity": "identity-removed",
        "account.check_second_factor": "signed-in",
        "account.sign_in_with_passkey": "signed-in",
        "account.check_proof": "factor-shown",
        "account.set_code_app": "code-app-added",
        "account.remove_code_app": "code-app-removed",
        "account.add_passkey": "passkey-added",
        "account.remove_passkey": "passkey-removed",
        "account.make_recovery_codes": "recovery-codes-made",
        "account.drop_way_in": "way-in-dropped",
        "leader.create_wave": "wave-drafted",
        "leader.save_draft": "wave-changed",
        "leader.remove_draft": "draft-removed",
        "leader.open_wave": "wave-opened",
        "leader.print_key_sheets": "sheets-printed",
        "leader.open_with_sheets": "wave-opened",
        "leader.give_sheets": "key-sheet-given",
        "key_holder.give_sheet": "key-sheet-given",
        "leader.close_wave": "wave-closed",
        "leader.reopen_wave": "wave-reopened",
        "leader.take_back": "wave-taken-back",
        "leader.prolong_wave": "wave-prolonged",
        "leader.correct_wave": "wave-corrected",
        "leader.seal_wave": "wave-sealed",
        "leader.destroy_answers": "wave-sealed",
        "leader.show_staff": "results-shown",
        "leader.abandon_wave": "wave-abandoned",
        "leader.print_slips": "slips-ordered",
        "leader.download_slips": "slips-downloaded",
        "leader.download_slip_file": "slips-downloaded",
        "leader.print_poster": "poster-printed",
        "leader.set_up_typing": "typing-set-up",
        "leader.code_sheet": "code-sheet-printed",
        "leader.add_action": "action-added",
        "leader.change_action": "action-changed",
        "leader.remove_action": "action-removed",
        "leader.keep_expectations": "expectations-written",
        "leader.note_look_back": "look-back-noted",
        "leader.appoint_deputy": "role-given",
        "leader.dismiss_deputy": "role-taken",
        "leader.set_deputys_last_day": "role-day-changed",
        "leader.report": "report-made",
        "leader.download_results": "results-downloaded",
        "owner.store_round": "round-planned",
        "owner.store_added_units": "round-units-added",
        "owner.save_round": "round-changed",
        "owner.remove_round": "round-removed",
        "owner.decide_retention": "years-changed",
        "owner.order_round_slips": "slips-ordered",
        "owner.download_round_slips": "slips-downloaded",
        "owner.make_reports": "reports-ordered",
        "owner.download_reports": "reports-downloaded",
        "owner.release_round": "release-asked",
        "owner.round_figures": "export-made",
        "owner.round_report": "report-made",
        "owner.round_slides": "report-made",
        "owner.round_workbook": "export-made",
        "operator.add_account": "account-added",
        "operator.renew_password_link": "link-made",
        "operator.end_sign_ins": "sign-ins-ended",
        "operator.remove_identity": "identity-removed",
        "operator.ask_way_in": "way-in-asked",
        "operator.agree_way_in": "way-in-agreed",
        "operator.give_role": "role-given",
        "operator.take_role": "role-taken",
        "operator.set_last_day": "role-day-changed",
        "operator.add_unit": "unit-added",
        "operator.change_unit": "unit-changed",
        "operator.read_sheet": "sheet-read",
        "operator.make_study": "study-made",
        "operator.join_study": "study-joined",
        "operator.leave_study": "study-left",
        "operator.end_study": "study-ended",
        "researcher.make_token": "token-made",
        "researcher.end_token": "token-ended",
        "researcher.order_export": "export-ordered",
        "researcher.download_export": "export-made",
        "researcher.pool_table": "pool-taken-out",
        "researcher.pool_text": "pool-taken-out",
        "researcher.order_pool_file": "pool-file-ordered",
        "researcher.download_pool_file": "pool-taken-out",
        "researcher.order_validation": "validation-ordered",
        "researcher.validation_text": "pool-taken-out",
        "api.table": "export-made",
        "api.parquet": "export-made",
        "instrument_editor.read_foreign": "questionnaire-read",
        "instrument_editor.choose_languages": "questionnaire-written",
        "instrument_editor.keep_texts": "questionnaire-written",
        "instrument_editor.add_dimension": "questionnaire-written",
        "instrument_editor.keep_dimension": "questionnaire-written",
        "instrument_editor.remove_dimension": "questionnaire-written",
        "operator.import_sheet": "sheet-imported",
        "operator.drop_sheet": "sheet-dropped",
        "operator.make_links": "links-made",
        "operator.remove_account": "account-removed",
        "operator.apply_unit_change": "unit-changed",
    }
)
# what may be recorded of a device that nobody signs in on: that many use it in turn, and no longer do
_KIOSK = frozenset(
    {"respondent.set_up_kiosk", "respondent.set_up_kiosk_over_answers", "respondent.leave_kiosk"}
)
# what of an address may stand in the log: no part of it that lets somebody in
_KEYS = frozenset({"unit", "wave", "action", "half", "edition", "instrument", "rows", "study", "job", "part"})
_FIRST_ERROR = 400


def install(app: Flask) -> None:
    """Log the acts of staff. Comes after the permissions, which find out who sends a request."""

    @app.before_request
    def begin() -> None:
        visitor = g.get("visitor")
        if visitor is not None:
            log.act_as(visitor.account.id)
        actor.bind(_name(visitor), context().today)

    @app.after_request
    def note(reply: Response) -> Response:
        event = g.get("event") or ACTS.get(request.endpoint or "")
        # what a program has already is not sent once more
        is_done = reply.status_code < _FIRST_ERROR and reply.status_code != HTTPStatus.NOT_MODIFIED
        if event is not None and is_done:
            log.act(event, **{**named(), **g.get("act", {})})
        return reply

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        log.act_as_nobody()
        actor.release()


def _name(visitor: Visitor | None) -> str | None:
    """Return by whom what this request does to a unit is recorded; None where it may do nothing to any."""
    if visitor is not None:
        return visitor.account.email
    if request.endpoint in _KIOSK:
        return actor.KIOSK
    return actor.KEY_HOLDER if request.blueprint == "key_holder" else None


def describe(**details: object) -> None:
    """Add to the act of this request what its address does not say: the key of what it made, a role."""
    g.act = {**g.get("act", {}), **details}


def note_as(event: str) -> None:
    """Log the act of this request by another word than that of its route, as it went otherwise."""
    g.event = event


def named() -> dict[str, object]:
    """Return the keys in the address of this request: of the unit, the wave and the like."""
    return {name: value for name, value in (request.view_args or {}).items() if name in _KEYS}
