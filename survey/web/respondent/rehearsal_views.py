"""Rehearse: walk through the very pages that people answer on, marked on each, and nothing is kept.

What is ticked is in a cookie of its own, so that somebody's answers on the same device are neither seen nor
touched.
"""

from flask import redirect, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey.collection import rehearsal
from survey.collection.rehearsal import Rehearsal
from survey.web.platform import answering_pages, kiosk_mode, languages
from survey.web.platform.context import context
from survey.web.platform.rendering import redirect_to
from survey.web.respondent import draft
from survey.web.respondent.blueprint import answering, respondent
from survey.web.respondent.reading_views import wave_of

_CODE = "questionnaire"  # in the cookie of a rehearsal: where its questions are read


@answering.before_request
def keep_off_shared_devices() -> AnyResponse | None:
    """Send whoever comes to a rehearsal on a device in kiosk mode back to its start page."""
    # the next person there must never tick anything that does not count
    if answering_pages.is_rehearsal() and kiosk_mode.is_kiosk():
        return redirect_to("respondent.kiosk")
    return None


@respondent.get("/rehearsal/<code>", strict_slashes=False)
def start_rehearsal(code: str) -> AnyResponse:
    """Begin a rehearsal at the first page, in place of an earlier one."""
    refused = keep_off_shared_devices()
    if refused is not None:
        return refused
    wave = wave_of(code)
    rehearsal.require_possible(wave, context().closing_day)
    draft.forget_everything()
    draft.begin(Rehearsal(wave.key))
    session[_CODE] = code
    return redirect_to(answering_pages.endpoint("first_page"))


@respondent.get("/rehearsal/leave")
def leave_rehearsal() -> AnyResponse:
    """Throw away what was ticked and go back to the page with all the questions."""
    home = home_address()
    draft.forget_everything()
    return redirect(home, 303)


def home_address() -> str:
    """Return where people start who answer; of a rehearsal, where its questions are read."""
    code = session.get(_CODE)
    if answering_pages.is_rehearsal() and isinstance(code, str):
        return url_for("respondent.read_questionnaire", code=code, language=languages.current())
    return url_for("respondent.start")
