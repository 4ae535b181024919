"""A device has more users than one: ask whose the unsent answers on it are, and delete them on demand.

Nobody signs in, so nobody can be told from anybody else. What can be told is whether a page was asked for
from one of ours or otherwise: by a scanned code, a typed address, a bookmark or the browser's history.
"""

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from survey.collection.admission import Admission
from survey.web.platform import kiosk_mode, languages, paper_mode
from survey.web.platform.answering_pages import endpoint
from survey.web.platform.draft_state import can_go_on, has_answers, is_underway
from survey.web.platform.rendering import redirect_to, render_page
from survey.web.respondent import draft
from survey.web.respondent.blueprint import answering, respondent
from survey.web.respondent.forms import not_offered, require_only
from survey.web.respondent.rehearsal_views import home_address
from survey.web.respondent.session import place_address, redirect_to_place, respondent_session

# the pages that show something of the answers on the device, or change it
_OF_ONE_PERSON = frozenset(
    {
        "first_page",
        "page",
        "save_page",
        "review",
        "send",
        "confirm_sending_nothing",
        "send_nothing",
        "confirm_stopping",
        "stop",
        "still_there",
    }
)


@answering.before_request
@respondent.before_request
def guard_answers() -> AnyResponse | None:
    """Send whoever may not be the one who answered from that person's pages to the question who they are."""
    if (request.endpoint or "").rpartition(".")[2] not in _OF_ONE_PERSON:
        return None
    if draft.is_sent():
        return redirect_to(endpoint("receipt"))
    if kiosk_mode.wave_key() is not None:
        # nobody goes on there, neither with a typed address nor after the one before has gone
        if kiosk_mode.is_deserted() or (has_answers() and comes_from_elsewhere()):
            return redirect_to("respondent.kiosk")
        kiosk_mode.touch()
        return None
    if has_answers() and (draft.arrived() or comes_from_elsewhere()):
        return redirect_to(endpoint("ask_whose"))
    return None


def comes_from_elsewhere() -> bool:
    """Return whether the browser says that no page of ours led here.

    Browsers say so where the connection is encrypted, and not on older ones: then nothing is known.
    """
    return request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"


def arrive(admission: Admission) -> AnyResponse:
    """Lead whoever was admitted to the first page, or first to the question whose the answers here are."""
    if has_answers() and can_go_on() and kiosk_mode.wave_key() is None:
        draft.await_decision(admission)
        return redirect_to(endpoint("ask_whose"))
    if paper_mode.wave_key() is not None:
        paper_mode.leave()
    # answers of a survey that takes no more are of use to nobody
    draft.begin(admission)
    if kiosk_mode.wave_key() is not None:
        kiosk_mode.touch()
    return redirect_to(endpoint("first_page"))


@answering.get("/answer")
def ask_whose() -> AnyResponse:
    """Ask whether to go on with the answers on this device or to start anew, and show nothing of them."""
    if draft.is_sent():
        return redirect(home_address(), 303)
    if kiosk_mode.wave_key() is not None:
        # a page of ours led here while somebody is there, such as one about privacy
        if not is_underway() or comes_from_elsewhere() or kiosk_mode.is_deserted():
            return redirect_to("respondent.kiosk")
        ongoing = respondent_session()
        return redirect_to_place(ongoing, ongoing.draft.place)
    if not has_answers():
        # nothing is here yet that could be another's
        respondent_session()
        return redirect_to(endpoint("first_page"))
    if not draft.arrived():
        respondent_session()
    return render_page("respondent/ask_whose.html", gettext("Go on, or start again?"))


@answering.post("/answer")
def decide_whose() -> AnyResponse:
    """Go on with the answers on this device, or delete them and let start whoever has arrived."""
    require_only(["choice"])
    arrived, choice = draft.arrived(), request.form.get("choice")
    if choice not in {"on", "anew"}:
        raise not_offered("choice")
    if choice == "on":
        draft.turn_away()
        ongoing = respondent_session()
        return redirect_to_place(ongoing, ongoing.draft.place)
    draft.forget()
    if arrived is None:
        return redirect(home_address(), 303)
    draft.begin(arrived)
    return redirect_to(endpoint("first_page"))


@answering.get("/answer/stop")
def confirm_stopping() -> AnyResponse:
    """Say that deleting cannot be undone, before the answers on this device are deleted."""
    ongoing = respondent_session()
    return render_page(
        "respondent/stop.html",
        gettext("Stop and delete your answers here?"),
        back=place_address(ongoing, ongoing.draft.place),
        offered=ongoing.offered,
    )


@answering.post("/answer/stop")
def stop() -> AnyResponse:
    """Delete the answers on this device, and everything else that its cookie holds."""
    require_only([])
    draft.forget_everything()
    return redirect_to(endpoint("stopped"), language=languages.current())


@answering.get("/answer/stopped")
def stopped() -> AnyResponse:
    """Say that nothing is left. Anybody may open it: it says nothing of anyone."""
    return render_page("respondent/stopped.html", gettext("Your answers here have been deleted"))


@answering.post("/answer/finish")
def finish() -> AnyResponse:
    """Forget this respondent, so that the next person at the same device can start."""
    require_only([])
    home = home_address()
    draft.forget_everything()
    return redirect(home, 303)
