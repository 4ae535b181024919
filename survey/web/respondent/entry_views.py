"""Staff come in: by a typed code, a scanned one or an open link. Nobody signs in here."""

from collections.abc import Callable, Sequence
from datetime import date

from flask import Response, redirect
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import Refused
from survey.collection import staff_results
from survey.collection.admission import Admission, admit, admit_by_link
from survey.collection.keys import KeyDirectory
from survey.store.database import Database
from survey.web import error_pages
from survey.web.platform import kiosk_mode, languages, paper_mode, privacy_texts, stored_texts
from survey.web.platform.context import context
from survey.web.platform.draft_state import can_go_on, has_answers
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page
from survey.web.platform.words import words_in
from survey.web.respondent import draft
from survey.web.respondent.blueprint import respondent
from survey.web.respondent.code_throttle import admit_unless_guessed
from survey.web.respondent.forms import StartForm, require_only
from survey.web.respondent.results_views import address_of
from survey.web.respondent.shared_device_views import arrive


@respondent.get("/")
def start() -> AnyResponse:
    """Ask for a code; whoever was at the device before has left nothing here but what is not sent."""
    if kiosk_mode.wave_key() is not None:
        return redirect_to("respondent.kiosk")
    if paper_mode.wave_key() is not None:
        return redirect_to("respondent.paper")
    if draft.is_sent():
        draft.forget_everything()
    draft.turn_away()
    return render_page(
        "respondent/start.html",
        gettext("Answer the survey"),
        form=StartForm(),
        underway=has_answers() and can_go_on(),
    )


@respondent.post("/")
def start_with_typed_code() -> AnyResponse:
    """Admit the holder of a typed code."""
    require_only(["code"])
    form = StartForm()
    if not form.validate():
        return _start_again(400, form_errors(form), form)
    try:
        admission = admit_unless_guessed(admit, str(form.code.data))
    except Refused as refused:
        over = _result_of(refused, str(form.code.data))
        if over is not None:
            return over
        status, happened, remedy = error_pages.explain(refused)
        form.code.errors = [f"{happened}. {remedy}"]
        return _start_again(status, form_errors(form), form)
    return arrive(admission)


# capitals too: an address that is read aloud or typed in capitals leads here all the same
@respondent.get("/c/<code>", strict_slashes=False)
@respondent.get("/C/<code>", strict_slashes=False)
def start_with_scanned_code(code: str) -> AnyResponse:
    """Admit the holder of a QR code, or lead to the result; the code leaves the address at once."""
    return _admitted(admit, code)


@respondent.get("/open/<link>", strict_slashes=False)
@respondent.get("/OPEN/<link>", strict_slashes=False)
def start_with_open_link(link: str) -> AnyResponse:
    """Admit a person who scanned the poster, or lead to the result."""
    return _admitted(admit_by_link, link)


@respondent.get("/privacy")
def privacy() -> Response:
    """Say what is stored and who sees what."""
    policy, words = context().policy, words_in(languages.current())
    return render_page(
        "privacy.html",
        gettext("Privacy"),
        shown=privacy_texts.shown(policy, words),
        stored=stored_texts.stored(policy, words),
        limits=privacy_texts.limits(words),
        underway=can_go_on(),
    )


def _admitted(by: Callable[[Database, KeyDirectory, str, date], Admission], given: str) -> AnyResponse:
    try:
        admission = admit_unless_guessed(by, given)
    except Refused as refused:
        over = _result_of(refused, given)
        if over is None:
            raise
        return over
    return arrive(admission)


def _result_of(refused: Refused, given: str) -> AnyResponse | None:
    """Return the way to the result of a survey that takes no more answers; None where this leads to none.

    It is the same for every code of the survey: whether one was used is not even asked.
    """
    # what is no code to answer with may still be the last part of the result's own address
    if refused.problems[0].code not in staff_results.OVER | {"code-unknown"}:
        return None
    try:
        wave = staff_results.wave_of_code(context().database, context().keys, given)
    except Refused:
        return None
    return redirect(address_of(wave), 303)


def _start_again(status: int, faults: Sequence[FormError], form: StartForm) -> Response:
    return render_page(
        "respondent/start.html", gettext("Answer the survey"), faults=faults, status=status, form=form
    )
