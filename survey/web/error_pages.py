"""Error pages: what happened and what to do, in the reader's language, and nothing about the inside."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from flask import Flask, Response, request
from flask_babel import LazyString, format_date, gettext, lazy_gettext, ngettext
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import Damaged, Refused
from reports.results.agreed_actions import FOCUS, MOST_ACTIONS
from survey.operations import log
from survey.store.tables import WaveState
from survey.web.platform import acts
from survey.web.platform.context import context
from survey.web.platform.cookies import is_staff_path
from survey.web.platform.draft_state import is_unsent
from survey.web.platform.rendering import render_page
from survey.web.platform.state_names import STATE_NAMES

_Explained = tuple[LazyString, LazyString]


def _unsent_are_gone() -> str:
    said: str = ngettext(
        "Answers that are not sent are kept for %(num)s hour, on your device only. Either that time has "
        "passed, or your browser does not keep cookies. Type your code or scan it again.",
        "Answers that are not sent are kept for %(num)s hours, on your device only. Either that time has "
        "passed, or your browser does not keep cookies. Type your code or scan it again.",
        context().policy.retention.unsent_answers_hours,
    )
    return said


# HTTP status → what happened, what to do
_STATUSES: Mapping[int, _Explained] = MappingProxyType(
    {
        400: (
            lazy_gettext("We could not read that"),
            lazy_gettext("What your browser sent is not what this page asks for. Go back and try again."),
        ),
        403: (
            lazy_gettext("This page is not for you"),
            lazy_gettext(
                "You do not have access to this page. Sign in with another account, or ask the "
                "person who gave you access."
            ),
        ),
        404: (
            lazy_gettext("There is no such page"),
            lazy_gettext("Check the address, or start again from the front page."),
        ),
        405: (
            lazy_gettext("That cannot be done here"),
            lazy_gettext(
                "This address does not accept what your browser tried. Start again from the front page."
            ),
        ),
        413: (
            lazy_gettext("That was too much at once"),
            lazy_gettext("What your browser sent is larger than any form here. Go back and try again."),
        ),
        421: (
            lazy_gettext("This is not our address"),
            lazy_gettext(
                "Use the address that stands on your slip, on the poster or in the link you were given. "
                "If you run the service: this request did not come to the address in "
                "KJENNETEGN_PUBLIC_URL."
            ),
        ),
        429: (
            lazy_gettext("Too many attempts"),
            lazy_gettext("Wait fifteen minutes and try again."),
        ),
        500: (
            lazy_gettext("Something went wrong with us"),
            lazy_gettext(
                "The fault is ours. Try again in a little while. Answers you have saved are kept on "
                "your device."
            ),
        ),
    }
)

_NO_SURVEY_HERE = lazy_gettext("No survey can be made here")
_IMPOSSIBLE_PLAN = lazy_gettext("The survey cannot be made like that")
_PAST = lazy_gettext("The survey is past that step")
_OTHER_SURVEY: _Explained = (
    lazy_gettext("That form does not belong to this survey"),
    lazy_gettext("Nothing you had saved is lost, and nothing was changed. Go on from where you were."),
)

# code of a refusal → HTTP status, heading, and what to do where the refusal gives no values. Where it gives
# some (always, where None stands here), its own sentences are shown in the reader's language, the same as on
# the command line. Codes that only the command line, the settings or the checks of definitions raise are not
# here: they are shown in English where they arise, and on a page one of them would be a fault of ours.
REFUSALS: Mapping[str, tuple[int, LazyString, LazyString | None]] = MappingProxyType(
    {
        "code-unknown": (
            400,
            lazy_gettext("We do not know that code"),
            lazy_gettext(
                "Check it against your slip, letter by letter. Capital and small letters count the same."
            ),
        ),
        "codes-guessed": (
            429,
            lazy_gettext("Somebody is trying codes that nobody was given"),
            lazy_gettext("Your slip is good all the same. Wait a minute and try again."),
        ),
        "code-used": (
            409,
            lazy_gettext("That code has been used"),
            lazy_gettext("If it was you who used it, your answers have arrived. If not, ask for a new slip."),
        ),
        "link-unknown": (
            404,
            lazy_gettext("We do not know that link"),
            lazy_gettext("Scan the poster again, or ask for the right address."),
        ),
        "wave-not-open": (409, lazy_gettext("The survey is not open yet"), None),
        "wave-closed": (410, lazy_gettext("The survey is closed"), None),
        "wave-sealed": (
            410,
            lazy_gettext("The survey is over"),
            lazy_gettext("The answers have been counted and destroyed, and nobody has seen the single ones."),
        ),
        "wave-abandoned": (
            410,
            lazy_gettext("The survey is over"),
            lazy_gettext(
                "This survey was given up, because nobody could read its answers. They are destroyed, and "
                "nobody has seen them."
            ),
        ),
        "wave-not-sealed": (
            409,
            lazy_gettext("There is nothing to see yet"),
            lazy_gettext("Close the survey and seal it first: nothing is shown before."),
        ),
        "released-meanwhile": (
            409,
            lazy_gettext("Somebody else released at the same moment"),
            lazy_gettext(
                "Your release overlaps with theirs, so nothing came of yours. Look at the round as it stands "
                "now, and release what is left of it."
            ),
        ),
        **dict.fromkeys(("unit-unmeasured", "edition-unknown"), (409, _NO_SURVEY_HERE, None)),
        **dict.fromkeys(
            ("invited-none", "dates-order", "background-language"), (400, _IMPOSSIBLE_PLAN, None)
        ),
        **dict.fromkeys(("answers-version", "item-unknown", "answer-unknown"), (400, *_OTHER_SURVEY)),
        **dict.fromkeys(("background-category", "background-unasked"), (400, *_OTHER_SURVEY)),
        **dict.fromkeys(("password-length", "family-key-length", "format-unknown"), (400, *_STATUSES[400])),
        **dict.fromkeys(("account-exists", "edition-missing", "dimension-unknown"), (400, *_STATUSES[400])),
        **dict.fromkeys(("instrument-unknown", "background-unknown", "job-unknown"), (404, *_STATUSES[404])),
        "wave-unknown": (404, *_STATUSES[404]),
        "action-unknown": (404, *_STATUSES[404]),
        "unit-unknown": (404, *_STATUSES[404]),
        "invitation-over": (
            410,
            lazy_gettext("This link is used or too old"),
            lazy_gettext("Ask those who run the service for a new one."),
        ),
        "wave-full": (409, lazy_gettext("The survey has all the answers it expects"), None),
        "codes-number": (400, lazy_gettext("That is more slips than people"), None),
        "actions-number": (
            409,
            lazy_gettext("%(number)s actions are written down already", number=MOST_ACTIONS),
            None,
        ),
        "focus-number": (
            409,
            lazy_gettext("You would be working on more than %(number)s dimensions", number=FOCUS),
            None,
        ),
        "language-missing": (400, lazy_gettext("The questionnaire is not written in that language"), None),
        "background-too-few": (400, lazy_gettext("Too few are invited for a background question"), None),
        "background-single-items": (
            400,
            lazy_gettext("That questionnaire has one statement for each dimension"),
            None,
        ),
        **dict.fromkeys(("wave-state", "wave-readable", "wave-over"), (409, _PAST, None)),
        "wave-by-link": (
            409,
            _PAST,
            lazy_gettext("Somebody may have done it already. Go back to the survey and see where it stands."),
        ),
        "draft-missing": (
            403,
            lazy_gettext("Start with your code"),
            LazyString(_unsent_are_gone),
        ),
        "session-ended": (
            403,
            lazy_gettext("You are signed out"),
            lazy_gettext(
                "You were away for too long, or signed out in another window. Sign in and try again."
            ),
        ),
        "form-stale": (
            400,
            lazy_gettext("This page had become too old"),
            lazy_gettext(
                "Nothing you had saved is lost. Go on from where you were, and answer this page once more."
            ),
        ),
        "field-unknown": (400, *_OTHER_SURVEY),
    }
)


def explain(refused: Refused) -> tuple[int, str, str]:
    """Return the status of a refusal, what happened and what to do, in the reader's language.

    A code that is not known here was not meant for a reader: that is a fault of ours, and a 500.
    """
    known = REFUSALS.get(refused.problems[0].code)
    if known is None:
        _note_fault(refused)
        happened, remedy = _STATUSES[500]
        return 500, str(happened), str(remedy)
    problem = refused.problems[0]
    if known[2] is not None and not problem.values:
        return known[0], str(known[1]), str(known[2])
    return known[0], str(known[1]), " ".join(problem.sentences(gettext, _shown))


def _shown(value: object) -> object:
    """Return a value of a refusal as the reader's language writes it."""
    if isinstance(value, WaveState):
        return STATE_NAMES[value]
    return format_date(value, "long") if isinstance(value, date) else value


def error_page(status: int, heading: str, remedy: str) -> Response:
    """An error page; its title starts with the word for an error."""
    return render_page("error.html", heading, status=status, remedy=remedy, underway=is_unsent())


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
        status = code if code in _STATUSES else min(code // 100 * 100, 500)
        happened, remedy = _STATUSES[status]
        reply = error_page(status, str(happened), str(remedy))
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After"}:
                reply.headers[name] = value
        return reply

    def refusal(refused: Refused) -> Response:
        return error_page(*explain(refused))

    def damage(damaged: Damaged) -> Response:
        _note_fault(damaged)
        happened, remedy = _STATUSES[500]
        return error_page(500, str(happened), str(remedy))

    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Refused, refusal)
    app.register_error_handler(Damaged, damage)
    app.register_error_handler(InternalServerError, http)
