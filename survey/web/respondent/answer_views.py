"""Staff answer: from the first page of the questionnaire to the receipt."""

from collections.abc import Sequence

from flask import redirect, request
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from instruments.answering_time import answering_minutes
from instruments.answers import SKIPPED, Answers
from instruments.model import Dimension
from reports.results.agreed_actions import AgreedAction
from survey.collection import staff_results, submission
from survey.collection.admission import Admission
from survey.store.repositories import actions
from survey.store.repositories.waves import Wave
from survey.web.platform import answering_pages, csrf, headers, kiosk_mode, languages
from survey.web.platform.answering_pages import endpoint
from survey.web.platform.context import context
from survey.web.platform.rendering import redirect_to, render_page
from survey.web.respondent import draft, page_cache
from survey.web.respondent.blueprint import answering
from survey.web.respondent.forms import (
    BACKGROUND,
    answers_given,
    category_given,
    field_name,
    require_only,
)
from survey.web.respondent.page_cache import CacheKey
from survey.web.respondent.receipt import own_profile
from survey.web.respondent.rehearsal_views import home_address
from survey.web.respondent.session import (
    RespondentSession,
    redirect_to_place,
    respondent_session,
    review_sections,
)
from survey.web.respondent.shared_device_views import comes_from_elsewhere

# paragraphs of the introduction that stand open on the first page: what it is about, and whom "we" means
_OPENING = 2
_THEN, _REVIEW = "then", "review"  # in the address of a page that was opened from the review


@answering.get("/answer/start")
def first_page() -> AnyResponse:
    """Say whose survey it is, what it is about, how long it takes and who sees what."""
    ongoing = respondent_session()
    return render_page(
        "respondent/first_page.html",
        ongoing.wording.title,
        respondent_session=ongoing,
        offered=ongoing.offered,
        opening=_OPENING,
        minutes=answering_minutes(len(ongoing.version.items)),
    )


@answering.get("/answer/<int:number>")
def page(number: int) -> AnyResponse:
    """Ask one page's items, with what was answered before."""
    ongoing = respondent_session()
    asked = _asked(ongoing, number)
    shown = CacheKey(
        request.script_root,
        ongoing.version,
        ongoing.wave.edition,
        ongoing.language,
        languages.current(),
        number,
        ongoing.wave.background if number == len(ongoing.pages) else None,
        context().policy.minimum(ongoing.wave.audience),
        returning=bool(_returning()),
        kiosk=kiosk_mode.times(),
        rehearsal=answering_pages.is_rehearsal(),
    )
    headers.allow_own_script()
    return page_cache.filled_page(shown, csrf.token(), _chosen(ongoing, asked))


@answering.post("/answer/<int:number>")
def save_page(number: int) -> AnyResponse:
    """Keep the page's answers in the cookie and go where the pressed button says."""
    ongoing = respondent_session()
    items = [item for part in _asked(ongoing, number) for item in part.items]
    words = ongoing.asked if number == len(ongoing.pages) else None
    require_only([*(field_name(item.id) for item in items), *([BACKGROUND] if words else []), "go"])
    given = answers_given(ongoing.version, items)
    category = category_given(words) if words else ongoing.category
    # one page at a time: those that were saved before stay as they are
    answers = Answers(ongoing.version, {**ongoing.answers.given, **given})
    pressed = request.form.get("go", "forward")
    place = _next_place(ongoing, pressed, number)
    draft.save(ongoing.draft.answered(answers, ongoing.wave.background, category, place=place))
    if pressed == "stop":
        return redirect_to(endpoint("confirm_stopping"))
    if pressed in ongoing.offered:
        languages.choose(pressed)
    if pressed == "stay" or pressed in ongoing.offered:
        return redirect_to_place(ongoing, place, _returning())
    return redirect_to_place(ongoing, place)


@answering.get("/answer/review")
def review() -> AnyResponse:
    """Show everything before it is sent: what was answered, what was skipped, with links back."""
    ongoing = respondent_session()
    parts = review_sections(ongoing)
    blank = sum(len(part.blank) for part in parts)
    return render_page(
        "respondent/review.html",
        gettext("Check and send"),
        respondent_session=ongoing,
        offered=ongoing.offered,
        parts=parts,
        blank=blank,
    )


@answering.get("/answer/send")
def sent() -> AnyResponse:
    """Lead from the address that the receipt has in a browser to the receipt itself."""
    return redirect_to(endpoint("receipt"))


@answering.post("/answer/send")
def send() -> AnyResponse:
    """Store the answers, and reply with the receipt and the sender's own profile.

    The same draft sent twice counts once, and ends at the same receipt without the profile.
    """
    require_only([])
    ongoing = respondent_session()
    if ongoing.is_blank:
        return redirect_to(endpoint("confirm_sending_nothing"))
    # before anything is stored: what fails here leaves the answers where they are
    own = own_profile(ongoing.answers, ongoing.wording)
    admission = ongoing.draft.admission
    # who rehearses has no admission, and without one nothing is handed in
    agreed = _hand_in(ongoing, admission) if isinstance(admission, Admission) else ()
    draft.deliver()
    return render_page(
        "respondent/receipt.html",
        _thanks(),
        wave=ongoing.wave,
        agreed=agreed,
        own=own,
        results_address=_results_address(ongoing.wave),
    )


@answering.get("/answer/receipt")
def receipt() -> AnyResponse:
    """Confirm that the answers have arrived, to whoever sent them and to nobody who comes later."""
    if not draft.is_sent():
        return redirect_to(endpoint("ask_whose"))
    if comes_from_elsewhere():
        return redirect(home_address(), 303)
    return render_page("respondent/receipt.html", _thanks())


@answering.get("/answer/nothing")
def confirm_sending_nothing() -> AnyResponse:
    """Ask whoever has answered nothing whether that is what they want: it counts as no answer."""
    ongoing = respondent_session()
    if not ongoing.is_blank:
        return redirect_to(endpoint("review"))
    return render_page(
        "respondent/nothing.html", gettext("You have not answered anything"), offered=ongoing.offered
    )


@answering.post("/answer/nothing")
def send_nothing() -> AnyResponse:
    """Finish without an answer: nothing is stored, and the code or the link's place stays free."""
    require_only([])
    if not respondent_session().is_blank:
        return redirect_to(endpoint("review"))
    draft.forget_everything()
    return redirect_to(endpoint("sent_nothing"), language=languages.current())


@answering.get("/answer/nothing-sent")
def sent_nothing() -> AnyResponse:
    """Say that nothing was sent. Anybody may open it: it says nothing of anyone."""
    return render_page("respondent/sent_nothing.html", gettext("Nothing has been sent"))


def _hand_in(ongoing: RespondentSession, admission: Admission) -> Sequence[AgreedAction]:
    """Store the answers, and return what was agreed last time."""
    agreed = actions.agreed_before(context().database, ongoing.wave)
    submission.submit(
        context().database,
        context().keys,
        admission,
        ongoing.answers,
        context().closing_day,
        category=ongoing.category,
    )
    return agreed


def _results_address(wave: Wave) -> str | None:
    """Return where the result will be; None of a rehearsal, whose survey may never be opened."""
    if answering_pages.is_rehearsal():
        return None
    return staff_results.address(context().settings, context().keys, wave)


def _thanks() -> str:
    if answering_pages.is_rehearsal():
        return str(gettext("The rehearsal is over"))
    return str(gettext("Thank you. Your answers have arrived"))


def _asked(ongoing: RespondentSession, number: int) -> tuple[Dimension, ...]:
    if not 1 <= number <= len(ongoing.pages):
        raise NotFound
    return ongoing.pages[number - 1]


def _chosen(ongoing: RespondentSession, asked: tuple[Dimension, ...]) -> dict[str, str]:
    """Return what was answered of this page before: field → value."""
    answers = ongoing.answers
    kept = {field_name(item.id): answers[item.id] for part in asked for item in part.items}
    kept[BACKGROUND] = ongoing.category
    return {name: str(answer) for name, answer in kept.items() if answer is not SKIPPED}


def _next_place(ongoing: RespondentSession, pressed: str, number: int) -> int:
    """Return the place that the pressed button of a page leads to."""
    if pressed == "back":
        return number - 1
    if pressed in {"stop", "stay"} or pressed in ongoing.offered:
        return number
    # "stay" is pressed by the script of kiosk mode, so that a page that stands for long loses nothing
    return len(ongoing.pages) + 1 if pressed == "review" else number + 1


def _returning() -> str | None:
    """Return what the address of a page says that was opened from the review, and leads back to it."""
    return _REVIEW if request.args.get(_THEN) == _REVIEW else None
