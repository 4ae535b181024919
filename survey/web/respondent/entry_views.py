"""Staff come in: by a typed code, a scanned one or an open link. Nobody signs in here."""

from collections.abc import Sequence

from flask import Response
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import Refused
from survey.collection.admission import Admission, admit, admit_by_link
from survey.web import error_pages
from survey.web.platform.context import context
from survey.web.platform.draft_state import is_underway, is_unsent
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page
from survey.web.respondent import draft
from survey.web.respondent.blueprint import respondent
from survey.web.respondent.code_throttle import code_throttle
from survey.web.respondent.forms import (
    StartForm,
    require_only,
)


@respondent.get("/")
def start() -> Response:
    """Ask for a code."""
    return render_page(
        "respondent/start.html", gettext("Answer the survey"), form=StartForm(), underway=is_unsent()
    )


@respondent.post("/")
def start_with_typed_code() -> AnyResponse:
    """Admit the holder of a typed code."""
    require_only(["code"])
    form = StartForm()
    if not form.validate():
        return _start_again(400, form_errors(form), form)
    try:
        admission = _admit(str(form.code.data))
    except Refused as refused:
        status, happened, remedy = error_pages.explain(refused)
        form.code.errors = [f"{happened}. {remedy}"]
        return _start_again(status, form_errors(form), form)
    return _admitted(admission)


@respondent.get("/c/<code>")
def start_with_scanned_code(code: str) -> AnyResponse:
    """Admit the holder of a QR code, and move the code out of the address at once."""
    return _admitted(_admit(code))


@respondent.get("/open/<link>")
def start_with_open_link(link: str) -> AnyResponse:
    """Admit a person who scanned the poster; one who is under way already goes on where they were."""
    admission = admit_by_link(context().database, context().keys, link, context().today)
    if is_underway() and draft.load().admission.wave_key == admission.wave_key:
        return redirect_to("respondent.proceed")
    return _admitted(admission)


@respondent.get("/privacy")
def privacy() -> Response:
    """Say what is stored and who sees what."""
    return render_page("privacy.html", gettext("Privacy"), underway=is_unsent())


def _admit(code: str) -> Admission:
    code_throttle().require_few(context().now)
    try:
        return admit(context().database, context().keys, code, context().today)
    except Refused as refused:
        # only what nobody was given is a guess: a used code, or one of a closed wave, is somebody's
        if refused.problems[0].code == "code-unknown":
            code_throttle().note(context().now)
        raise


def _admitted(admission: Admission) -> AnyResponse:
    begun = draft.begin(admission)
    return redirect_to("respondent.proceed" if begun.encoded or begun.sent else "respondent.language")


def _start_again(status: int, faults: Sequence[FormError], form: StartForm) -> Response:
    return render_page(
        "respondent/start.html", gettext("Answer the survey"), faults=faults, status=status, form=form
    )
