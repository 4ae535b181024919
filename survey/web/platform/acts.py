"""Which requests are acts of staff, so that each that is carried out is a line of the log."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Flask, Response, g, request

from survey.operations import log

# route → what was done where its reply is no error. Whatever changes something for or by staff is here, and
# what takes figures out; `round-released` is logged where it happens, whoever asked for it
ACTS: Mapping[str, str] = MappingProxyType(
    {
        "account.check_sign_in": "signed-in",
        "account.sign_out": "signed-out",
        "account.change_password": "password-changed",
        "account.choose_password": "password-chosen",
        "leader.create_wave": "wave-drafted",
        "leader.open_wave": "wave-opened",
        "leader.print_key_sheets": "sheets-printed",
        "leader.open_with_sheets": "wave-opened",
        "leader.give_sheets": "key-sheet-given",
        "key_holder.give_sheet": "key-sheet-given",
        "leader.close_wave": "wave-closed",
        "leader.seal_wave": "wave-sealed",
        "leader.abandon_wave": "wave-abandoned",
        "leader.print_slips": "slips-ordered",
        "leader.download_slips": "slips-downloaded",
        "leader.print_poster": "poster-printed",
        "leader.add_action": "action-added",
        "leader.change_action": "action-changed",
        "leader.remove_action": "action-removed",
        "leader.report": "report-made",
        "owner.make_reports": "reports-ordered",
        "owner.download_reports": "reports-downloaded",
        "owner.release_round": "release-asked",
        "owner.round_figures": "export-made",
        "researcher.table": "export-made",
        "researcher.codebook": "codebook-made",
        "operator.add_account": "account-added",
        "operator.renew_password_link": "link-made",
        "operator.end_sign_ins": "sign-ins-ended",
        "operator.give_role": "role-given",
        "operator.take_role": "role-taken",
    }
)
# what of an address may stand in the log: no part of it that lets somebody in
_KEYS = frozenset({"unit", "wave", "action", "half", "edition", "instrument", "rows"})
_FIRST_ERROR = 400


def install(app: Flask) -> None:
    """Log the acts of staff. Comes after the permissions, which find out who sends a request."""

    @app.before_request
    def begin() -> None:
        visitor = g.get("visitor")
        if visitor is not None:
            log.act_as(visitor.account.id)

    @app.after_request
    def note(reply: Response) -> Response:
        event = ACTS.get(request.endpoint or "")
        if event is not None and reply.status_code < _FIRST_ERROR:
            log.act(event, **{**named(), **g.get("act", {})})
        return reply

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        log.act_as_nobody()


def describe(**details: object) -> None:
    """Add to the act of this request what its address does not say: the key of what it made, a role."""
    g.act = {**g.get("act", {}), **details}


def named() -> dict[str, object]:
    """Return the keys in the address of this request: of the unit, the wave and the like."""
    return {name: value for name, value in (request.view_args or {}).items() if name in _KEYS}
