"""Error pages: what happened and what to do, in the reader's language, and nothing about the inside."""

from datetime import date, timedelta
from http import HTTPStatus

from flask import Flask, Response, request
from flask_babel import format_date, format_timedelta, gettext
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import Damaged, Refused, Unavailable
from survey.openid.provider import ProviderName
from survey.operations import log
from survey.store.tables import WaveState
from survey.web import unavailable_page
from survey.web.error_texts import NO_ANSWERS_TAKEN, REFUSALS, STATUSES, UNCOUNTABLE
from survey.web.platform import acts, languages, problem_details
from survey.web.platform.context import context
from survey.web.platform.cookies import is_staff_path
from survey.web.platform.draft_state import can_go_on, is_underway
from survey.web.platform.rendering import render_page
from survey.web.platform.state_names import STATE_NAMES

_IN_HOURS = 1000  # of a day and longer units that would have to be reached before a time is said in them


def explain(refused: Refused) -> tuple[int, str, str]:
    """Return the status of a refusal, what happened and what to do, in the reader's language.

    A code that is not known here was not meant for a reader: that is a fault of ours, and a 500.
    """
    known = REFUSALS.get(refused.problems[0].code)
    if known is None:
        _note_fault(refused)
        return _explained(500)
    sentences = [sentence for each in refused.problems for sentence in each.sentences(gettext, shown)]
    # several of one kind end alike: said once
    return known[0], str(known[1]), " ".join(dict.fromkeys(sentences))


def _explained(status: int) -> tuple[int, str, str]:
    happened, remedy = STATUSES[status]
    return status, str(happened), str(remedy)


def shown(value: object) -> object:
    """Return a value of a refusal as the reader's language writes it."""
    if isinstance(value, ProviderName):
        return value.in_language(languages.current())
    if isinstance(value, WaveState):
        return STATE_NAMES[value]
    if isinstance(value, timedelta):
        return format_timedelta(value, granularity="hour", threshold=_IN_HOURS)
    return format_date(value, "long") if isinstance(value, date) else value


def error_page(status: int, heading: str, remedy: str) -> Response:
    """Return an error page, whose title starts with the word for an error."""
    # with a fault of ours nothing may be asked of the database once more
    underway = is_underway() if status >= HTTPStatus.INTERNAL_SERVER_ERROR else can_go_on()
    return render_page("error.html", heading, status=status, remedy=remedy, underway=underway)


def _told(status: int, code: str, heading: str, remedy: str) -> Response:
    """Return an error for whoever asked: a page, or for a program what programs read."""
    if problem_details.are_wanted():
        return problem_details.reply(status, code, heading, remedy)
    return error_page(status, heading, remedy)


def _coded(refused: Refused) -> tuple[int, str, str, str]:
    status, heading, remedy = explain(refused)
    return (
        status,
        refused.problems[0].code if status < HTTPStatus.INTERNAL_SERVER_ERROR else "http",
        heading,
        remedy,
    )


def _note_fault(error: Refused | Damaged) -> None:
    """Log a fault of ours: by its code, and unless it met somebody who answers by its place and the page."""
    if _is_for_staff():
        log.fault("fault", error.problems, **_met())
        return
    for problem in error.problems:
        log.respondent_fault(problem.code, context().today)


def _note_unexpected(error: BaseException) -> None:
    if _is_for_staff():
        log.unexpected("fault", error, **_met())
    else:
        log.respondent_fault(log.unexpected_code(error), context().today)


def _is_for_staff() -> bool:
    return is_staff_path(request.path)


def _met() -> dict[str, object]:
    """Return which page of staff a fault met, and the keys in its address."""
    return {"page": request.endpoint, **acts.named()}


def install(app: Flask) -> None:
    """Give the application its own page for every error, and let none of Werkzeug's through."""
    # Flask's own would write the address that was asked for, with a code in it, and a traceback
    app.log_exception = lambda exc_info: _note_unexpected(exc_info[1])  # type: ignore[method-assign,arg-type]

    def http(error: HTTPException) -> AnyResponse:
        code = error.code or 500
        if code < 400:  # noqa: PLR2004 - a redirect is no error
            return error.get_response()
        # one that stands for another error was logged as that
        if code >= 500 and getattr(error, "original_exception", None) is None:  # noqa: PLR2004 - ours
            _note_unexpected(error)
        status = code if code in STATUSES else min(code // 100 * 100, 500)
        reply = _told(status, "http", *_explained(status)[1:])
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After", "WWW-Authenticate"}:
                reply.headers[name] = value
        return reply

    def refusal(refused: Refused) -> Response:
        return _told(*_coded(refused))

    def damage(damaged: Damaged) -> Response:
        _note_fault(damaged)
        uncountable = {each.code for each in damaged.problems} <= UNCOUNTABLE
        if uncountable and not _is_for_staff():
            status, happened, remedy = NO_ANSWERS_TAKEN
            return error_page(status, str(happened), str(remedy))
        return _told(500, "http", *_explained(500)[1:])

    def no_room(error: OSError) -> Response:
        return unavailable_page.reply(unavailable_page.of_file(error))

    app.register_error_handler(Unavailable, unavailable_page.reply)
    app.register_error_handler(OSError, no_room)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Refused, refusal)
    app.register_error_handler(Damaged, damage)
    app.register_error_handler(InternalServerError, http)
