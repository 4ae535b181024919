"""Typing in answers on paper: one form after the other, each checked and then gone from the device.

Whoever types in need not be signed in, and is shown nothing of what was typed before.
"""

from collections.abc import Sequence

from flask import Response, flash, get_flashed_messages, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import Refused
from survey.collection import access_codes, admission, response_encoding, submission
from survey.collection.admission import Admission
from survey.store.repositories.waves import Wave
from survey.web import error_pages
from survey.web.platform import headers, kiosk_mode, languages, paper_mode
from survey.web.platform.context import context
from survey.web.platform.draft_state import can_go_on, has_answers
from survey.web.platform.paper_mode import KeptForm
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page, static_address
from survey.web.respondent.blueprint import respondent
from survey.web.respondent.code_throttle import admit_unless_guessed
from survey.web.respondent.forms import BACKGROUND, SlipForm, require_only
from survey.web.respondent.paper_form import TypedForm
from survey.web.respondent.paper_session import TypedWave, open_wave, taking_wave
from survey.web.respondent.shared_device_views import comes_from_elsewhere

_SAVED, _HELD_BEFORE = "saved", "held before"  # what became of the form before this page


# in capitals too, as people type addresses
@respondent.get("/p/<code>", strict_slashes=False)
@respondent.get("/P/<code>", strict_slashes=False)
def set_up_typing(code: str) -> AnyResponse:
    """Let forms be typed in on this device, unless somebody's answers are on it: then ask first."""
    found = admit_unless_guessed(admission.paper_wave, code)
    if kiosk_mode.wave_key() is None and has_answers() and can_go_on():
        return render_page("respondent/paper_over_answers.html", gettext("There are answers on this device"))
    return _set_up(found)


@respondent.post("/p/<code>", strict_slashes=False)
@respondent.post("/P/<code>", strict_slashes=False)
def set_up_typing_over_answers(code: str) -> AnyResponse:
    """Delete the answers on this device and let forms be typed in on it."""
    require_only([])
    return _set_up(admit_unless_guessed(admission.paper_wave, code))


@respondent.get("/paper")
def paper() -> Response:
    """Say how forms are typed in, and what is asked of whoever sees them."""
    typed = open_wave()
    return render_page(
        "respondent/paper.html",
        gettext("Type in answers on paper"),
        wave=typed.wave,
        offered=typed.offered,
        signs=typed.legend,
    )


@respondent.post("/paper")
def finish_typing() -> AnyResponse:
    """Leave nothing of typing on this device."""
    require_only([])
    paper_mode.leave()
    return redirect_to("respondent.typing_finished", language=languages.current())


@respondent.get("/paper/finished")
def typing_finished() -> Response:
    """Say what is left to do. Anybody may open it: it says nothing of any form."""
    return render_page("respondent/paper_finished.html", gettext("Nothing more is typed in on this device"))


@respondent.get("/paper/form")
def paper_form() -> Response:
    """Show an empty form: nothing of one that was not saved is left."""
    typed = open_wave()
    paper_mode.forget_form()
    outcome = "".join(map(str, get_flashed_messages()))
    return _form_page(typed, TypedForm.blank(typed.version), SlipForm(formdata=None), outcome=outcome)


@respondent.post("/paper/form")
def save_form() -> AnyResponse:
    """Keep what was typed in the cookie and lead to its check, or show what is wrong with it."""
    typed = open_wave()
    _require_fields(typed)
    if request.form.get("sheet") != paper_mode.sheet():
        raise paper_mode.outdated()
    form, slip = TypedForm.sent(typed.version, typed.asked), SlipForm()
    admitted = _admitted(typed.wave, slip)
    faults = (*form_errors(slip), *form.faults)
    if admitted is None or form.faults:
        return _form_page(typed, form, slip, faults=faults)
    paper_mode.keep_form(admitted, response_encoding.join(form.answers, typed.wave.background, form.category))
    return redirect_to("respondent.check_form")


@respondent.get("/paper/correct")
def correct_form() -> AnyResponse:
    """Show the form that is not saved yet as it was typed."""
    typed, kept = taking_wave(), _kept()
    if kept is None:
        return redirect_to("respondent.paper_form")
    code = "" if typed.wave.open_link else access_codes.formatted(kept.admission.token)
    return _form_page(typed, typed.form(kept), SlipForm(formdata=None, data={"code": code}))


@respondent.get("/paper/check")
def check_form() -> AnyResponse:
    """Show what was typed, beside the numbers on the form, before it is saved."""
    typed, kept = taking_wave(), _kept()
    if kept is None:
        return redirect_to("respondent.paper_form")
    form = typed.form(kept)
    return render_page(
        "respondent/paper_check.html",
        gettext("Check the form"),
        wave=typed.wave,
        form=form,
        key=kept.key,
        parts=typed.parts(form),
        signs=typed.legend,
        asked=typed.asked,
        said=typed.category_name(form),
    )


@respondent.post("/paper/check")
def send_form() -> AnyResponse:
    """Put the form into the urn, once however often this is sent, and leave nothing of it on this device."""
    require_only(["form"])
    typed, kept = taking_wave(), paper_mode.kept_form()
    key = request.form.get("form", "")
    if kept is None and paper_mode.was_saved_last(key):
        # a second press, or a reload
        return redirect_to("respondent.paper_form")
    if kept is None or key != kept.key:
        raise paper_mode.outdated()
    form = typed.form(kept)
    if form.is_blank:
        return redirect_to("respondent.check_form")
    here = context()
    is_new = submission.submit(
        here.database, here.keys, kept.admission, form.answers, here.closing_day, category=form.category
    )
    if here.today > typed.wave.closes_on:
        # it was checked on the last day, and no other is taken
        paper_mode.leave()
        heading = gettext("Saved. The last day is over") if is_new else gettext("The last day is over")
        return render_page(
            "respondent/paper_finished.html", heading, wave=typed.wave, is_held_before=not is_new
        )
    paper_mode.note_saved(kept.key)
    flash(_SAVED if is_new else _HELD_BEFORE)
    return redirect_to("respondent.paper_form")


def _set_up(wave: Wave) -> AnyResponse:
    # the code leaves the address at once, as that of a slip does
    paper_mode.set_up(wave.key)
    languages.choose_from_address()
    return redirect_to("respondent.paper")


def _kept() -> KeptForm | None:
    """Return the form that is not saved yet, for whoever comes from a page of ours; else it is forgotten."""
    if comes_from_elsewhere():
        paper_mode.forget_form()
    return paper_mode.kept_form()


def _admitted(wave: Wave, slip: SlipForm) -> Admission | None:
    """Return the right to save this request's form; None where its slip gives none, which then says why."""
    here, kept = context(), paper_mode.kept_form()
    if wave.open_link:
        # one that is corrected is the same form, also where it was saved and the reply was lost
        return (
            kept.admission if kept else admission.admit_form(here.database, here.keys, wave, "", here.today)
        )
    if not slip.validate():
        return None
    try:
        return admit_unless_guessed(
            lambda database, keys, typed, today: admission.admit_form(database, keys, wave, typed, today),
            str(slip.code.data),
        )
    except Refused as refused:
        _, happened, remedy = error_pages.explain(refused)
        slip.code.errors = [f"{happened}. {remedy}"]
        return None


def _require_fields(typed: TypedWave) -> None:
    asked = [*(["code"] if not typed.wave.open_link else []), *([BACKGROUND] if typed.asked else [])]
    require_only([*TypedForm.blank(typed.version).signs, *asked, "sheet"])


def _form_page(
    typed: TypedWave,
    form: TypedForm,
    slip: SlipForm,
    *,
    faults: Sequence[FormError] = (),
    outcome: str = "",
) -> Response:
    headers.allow_own_script()
    signs = typed.legend
    headings = {
        _SAVED: gettext("Saved: type in the next form"),
        _HELD_BEFORE: gettext("Nothing new was saved: type in the next form"),
    }
    return render_page(
        "respondent/paper_form.html",
        headings.get(outcome, gettext("Type in a form")),
        faults=faults,
        status=400 if faults else 200,
        is_held_before=outcome == _HELD_BEFORE,
        wave=typed.wave,
        wording=typed.wording,
        slip=slip,
        parts=typed.parts(form),
        sheet=paper_mode.sheet(),
        signs=signs,
        mode="numeric" if all(sign.isdigit() for sign in signs) else "text",
        asked=typed.asked,
        category=form.category,
        script=static_address("paper.js"),
    )
