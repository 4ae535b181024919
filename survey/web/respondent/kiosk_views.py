"""A shared tablet in kiosk mode: each person starts at a clean first page, and none goes on from another."""

from collections.abc import Sequence

from flask import Response
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import Refused, refuse
from survey.collection import admission, lifecycle
from survey.collection.admission import Admission
from survey.store.repositories import access_history, waves
from survey.store.repositories.waves import Wave
from survey.web import error_pages
from survey.web.platform import headers, kiosk_mode
from survey.web.platform.context import context
from survey.web.platform.draft_state import can_go_on, has_answers, is_underway
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page
from survey.web.respondent import draft
from survey.web.respondent.blueprint import answering, respondent
from survey.web.respondent.code_throttle import admit_unless_guessed
from survey.web.respondent.forms import StartForm, require_only
from survey.web.respondent.session import place_address, respondent_session


@answering.after_request
@respondent.after_request
def allow_forgetting(reply: Response) -> Response:
    """Let the pages of a device in kiosk mode run the script that counts the seconds without a touch."""
    # afterwards, because a request may take the device out of it
    if kiosk_mode.wave_key() is not None:
        headers.allow_own_script()
    return reply


# in capitals too, as people type addresses
@respondent.get("/k/<code>", strict_slashes=False)
@respondent.get("/K/<code>", strict_slashes=False)
def set_up_kiosk(code: str) -> AnyResponse:
    """Put this device into kiosk mode, unless somebody's answers are on it: then ask first."""
    found = _found(code)
    if kiosk_mode.wave_key() is None and has_answers() and can_go_on():
        return render_page("respondent/kiosk_over_answers.html", gettext("There are answers on this device"))
    return _set_up(found)


@respondent.post("/k/<code>", strict_slashes=False)
@respondent.post("/K/<code>", strict_slashes=False)
def set_up_kiosk_over_answers(code: str) -> AnyResponse:
    """Delete the answers on this device and put it into kiosk mode."""
    require_only([])
    return _set_up(_found(code))


@respondent.get("/kiosk")
def kiosk() -> Response:
    """Show the start page of kiosk mode, with nothing left of whoever was here before."""
    wave = _wave()
    draft.forget_everything()
    return _start_page(wave, StartForm(formdata=None))


@respondent.post("/kiosk")
def start_at_kiosk() -> AnyResponse:
    """Begin for one more person: by the open link's leave, or with the code of their slip."""
    wave, form = _wave(), StartForm()
    require_only([] if wave.open_link else ["code"])
    if wave.open_link:
        return _begin(admission.admit_to(context().database, context().keys, wave, context().today))
    if not form.validate():
        return _start_page(wave, form, form_errors(form))
    try:
        return _begin(admit_unless_guessed(admission.admit, str(form.code.data)))
    except Refused as refused:
        _, happened, remedy = error_pages.explain(refused)
        form.code.errors = [f"{happened}. {remedy}"]
        return _start_page(wave, form, form_errors(form))


@respondent.get("/kiosk/still-there")
def still_there() -> AnyResponse:
    """Ask whether somebody is there, where no script counts the seconds; nobody's answers are on the page."""
    _wave()
    if not is_underway():
        return redirect_to("respondent.kiosk")
    ongoing = respondent_session()
    back = place_address(ongoing, ongoing.draft.place)
    return render_page("respondent/still_there.html", gettext("Are you still there?"), back=back)


@respondent.get("/kiosk/leave")
def confirm_leaving_kiosk() -> Response:
    """Ask for the code of the kiosk, which its leader has."""
    return _leaving_page(_wave(), StartForm(formdata=None))


@respondent.post("/kiosk/leave")
def leave_kiosk() -> AnyResponse:
    """Take this device out of kiosk mode."""
    require_only(["code"])
    wave, form = _wave(), StartForm()
    if not form.validate():
        return _leaving_page(wave, form, form_errors(form))
    try:
        found = _found(str(form.code.data))
    except Refused as refused:
        _, happened, remedy = error_pages.explain(refused)
        form.code.errors = [f"{happened}. {remedy}"]
        return _leaving_page(wave, form, form_errors(form))
    if found.key != wave.key:
        form.code.errors = [gettext("That is the code of another survey's tablet.")]
        return _leaving_page(wave, form, form_errors(form))
    access_history.record_once(context().database, "kiosk-ended", wave.unit_key, about=wave.title)
    kiosk_mode.leave()
    return redirect_to("respondent.start")


def _found(code: str) -> Wave:
    """Return the open wave whose kiosk this is. Raises Refused as `kiosk_wave` does."""
    return admit_unless_guessed(admission.kiosk_wave, code)


def _set_up(wave: Wave) -> AnyResponse:
    # the code leaves the address at once, as that of a slip does
    access_history.record_once(context().database, "kiosk-set-up", wave.unit_key, about=wave.title)
    kiosk_mode.set_up(wave.key)
    return redirect_to("respondent.kiosk")


def _wave() -> Wave:
    """Return the wave this device is set up for. Raises Refused where there is none, or it takes nothing."""
    key = kiosk_mode.wave_key()
    if key is None:
        raise refuse(
            "kiosk-off",
            "The survey it was set up for has closed, or it was ended here.",
            "Open the tablet's address once more: it stands on the survey's page, which the leader has.",
        )
    wave = waves.cached(context().database, key)
    try:
        lifecycle.require_open(wave, context().today)
    except Refused:
        # nothing of the survey stays on the device once it is over
        kiosk_mode.leave()
        raise
    return wave


def _begin(admitted: Admission) -> AnyResponse:
    draft.begin(admitted)
    kiosk_mode.touch()
    return redirect_to("answering.first_page")


def _start_page(wave: Wave, form: StartForm, faults: Sequence[FormError] = ()) -> Response:
    status = 400 if faults else 200
    return render_page(
        "respondent/kiosk.html", wave.title, faults=faults, status=status, wave=wave, form=form
    )


def _leaving_page(wave: Wave, form: StartForm, faults: Sequence[FormError] = ()) -> Response:
    return render_page(
        "respondent/leave_kiosk.html",
        gettext("End this mode on the tablet"),
        faults=faults,
        status=400 if faults else 200,
        wave=wave,
        form=form,
    )
