"""Staff answer: from the first page of the questionnaire to the receipt."""

from flask import Response, request
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from instruments.answers import SKIPPED, Answers
from instruments.background import BackgroundWording
from instruments.model import Dimension, Version
from instruments.problems import refuse
from survey.collection import submission
from survey.web.platform import csrf, languages
from survey.web.platform.context import context
from survey.web.platform.rendering import redirect_to, render_page
from survey.web.respondent import draft, page_cache
from survey.web.respondent.blueprint import respondent
from survey.web.respondent.forms import (
    BACKGROUND,
    answers_given,
    background_form,
    field_name,
    not_offered,
    require_only,
)
from survey.web.respondent.page_cache import CacheKey
from survey.web.respondent.session import RespondentSession, respondent_session, review_section


@respondent.get("/answer")
def proceed() -> AnyResponse:
    """Go on where one was: the receipt, the review, or the first page with nothing answered yet."""
    ongoing = respondent_session()
    if ongoing.draft.sent:
        return redirect_to("respondent.receipt")
    if not ongoing.draft.encoded:
        return redirect_to("respondent.promise")
    # the first page with nothing on it: a single blank is a choice, a whole page is where one stopped
    for number, dimension in enumerate(ongoing.version, start=1):
        if all(ongoing.answers[item.id] is SKIPPED for item in dimension.items):
            return redirect_to("respondent.dimension", number=number)
    return redirect_to("respondent.review")


@respondent.get("/answer/language")
def language() -> Response:
    """Choose among the languages of the unit's edition."""
    ongoing = respondent_session()
    offered = ongoing.version.editions[ongoing.wave.edition]
    return render_page("respondent/language.html", gettext("Choose a language"), offered=offered)


@respondent.post("/answer/language")
def choose_language() -> AnyResponse:
    """Remember the language and go on."""
    ongoing = respondent_session()
    require_only(["choice"])
    chosen = request.form.get("choice", "")
    if chosen not in ongoing.version.editions[ongoing.wave.edition]:
        raise refuse(
            "field-unknown",
            "The survey is not written in the language “%(given)s”.",
            "Choose one of: %(known)s.",
            given=chosen[:40],
            known=", ".join(ongoing.version.editions[ongoing.wave.edition]),
        )
    languages.choose(chosen)
    return redirect_to("respondent.proceed")


@respondent.get("/answer/promise")
def promise() -> Response:
    """Say who sees what, in two sentences, before the first question."""
    ongoing = respondent_session()
    return render_page("respondent/promise.html", ongoing.wording.title, respondent_session=ongoing)


@respondent.get("/answer/<int:number>")
def dimension(number: int) -> AnyResponse:
    """Ask one dimension's items, with what was answered before."""
    ongoing = respondent_session()
    if ongoing.draft.sent:
        return redirect_to("respondent.receipt")
    asked = _asked(ongoing.version, number)
    shown = CacheKey(
        request.script_root,
        ongoing.version,
        ongoing.wave.edition,
        ongoing.language,
        languages.current(),
        number,
        ongoing.pages,
    )
    return page_cache.filled_page(shown, csrf.token(), _chosen(ongoing, asked))


@respondent.post("/answer/<int:number>")
def save_dimension(number: int) -> AnyResponse:
    """Keep the page's answers in the cookie and go where the pressed button says."""
    ongoing = respondent_session()
    if ongoing.draft.sent:
        return redirect_to("respondent.receipt")
    asked = _asked(ongoing.version, number)
    require_only([*(field_name(item.id) for item in asked.items), "go"])
    given = answers_given(ongoing.version, asked)
    # one page at a time: those that were saved before stay as they are
    answers = Answers(ongoing.version, {**ongoing.answers.given, **given})
    draft.save(ongoing.draft.answered(answers, ongoing.wave.background, ongoing.category))
    return _moved_on(ongoing, request.form.get("go", "forward"), number)


@respondent.get("/answer/background")
def background() -> AnyResponse:
    """Ask the one question about the respondent, where the wave asks one."""
    ongoing = respondent_session()
    if ongoing.draft.sent:
        return redirect_to("respondent.receipt")
    chosen = None if ongoing.category is SKIPPED else ongoing.category
    form = background_form(_words(ongoing))(formdata=None, data={BACKGROUND: chosen})
    return render_page(
        "respondent/background.html", gettext("One question about you"), respondent_session=ongoing, form=form
    )


@respondent.post("/answer/background")
def save_background() -> AnyResponse:
    """Keep what was chosen in the cookie and go where the pressed button says."""
    ongoing = respondent_session()
    if ongoing.draft.sent:
        return redirect_to("respondent.receipt")
    require_only([BACKGROUND, "go"])
    form = background_form(_words(ongoing))()
    if not form.validate():
        raise not_offered(BACKGROUND)
    chosen = form[BACKGROUND].data or SKIPPED
    draft.save(ongoing.draft.answered(ongoing.answers, ongoing.wave.background, chosen))
    return _moved_on(ongoing, request.form.get("go", "forward"), ongoing.pages)


@respondent.get("/answer/review")
def review() -> AnyResponse:
    """Show everything before it is sent: what was answered, what was skipped, with links back."""
    ongoing = respondent_session()
    if ongoing.draft.sent:
        return redirect_to("respondent.receipt")
    parts = [review_section(ongoing, number, part) for number, part in enumerate(ongoing.version, start=1)]
    blank = sum(len(part.blank) for part in parts)
    return render_page(
        "respondent/review.html",
        gettext("Check and send"),
        respondent_session=ongoing,
        parts=parts,
        blank=blank,
    )


@respondent.post("/answer/send")
def send() -> AnyResponse:
    """Store the answers. The same draft sent twice counts once, and ends at the same receipt."""
    require_only([])
    ongoing = respondent_session()
    # pressed twice, or sent again after a lost reply: the receipt is all that is left to show
    if not ongoing.draft.sent:
        submission.submit(
            context().database,
            context().keys,
            ongoing.draft.admission,
            ongoing.answers,
            context().today,
            category=ongoing.category,
        )
        draft.save(ongoing.draft.delivered())
    return redirect_to("respondent.receipt")


@respondent.get("/answer/receipt")
def receipt() -> AnyResponse:
    """Confirm that the answers have arrived."""
    if not draft.load().sent:
        return redirect_to("respondent.proceed")
    return render_page("respondent/receipt.html", gettext("Thank you. Your answers have arrived"))


@respondent.post("/answer/finish")
def finish() -> AnyResponse:
    """Forget this respondent, so that the next person at the same device can start."""
    require_only([])
    draft.forget()
    return redirect_to("respondent.start")


def _asked(version: Version, number: int) -> Dimension:
    if not 1 <= number <= len(version.dimensions):
        raise NotFound
    return version.dimensions[number - 1]


def _chosen(ongoing: RespondentSession, asked: Dimension) -> dict[str, str]:
    """Return what was answered of this page before: field → value."""
    answers = ongoing.answers
    kept = {field_name(item.id): answers[item.id] for item in asked.items}
    return {name: str(answer) for name, answer in kept.items() if answer is not SKIPPED}


def _words(ongoing: RespondentSession) -> BackgroundWording:
    if ongoing.asked is None:
        raise NotFound
    return ongoing.asked


def _moved_on(ongoing: RespondentSession, pressed: str, number: int) -> AnyResponse:
    """Redirect to where the pressed button leads from a page; the background question is the last one."""
    if pressed == "back":
        if number == 1:
            return redirect_to("respondent.promise")
        return redirect_to("respondent.dimension", number=number - 1)
    if pressed == "language":
        return redirect_to("respondent.language")
    if pressed == "review" or number == ongoing.pages:
        return redirect_to("respondent.review")
    if number == len(ongoing.version.dimensions):
        return redirect_to("respondent.background")
    return redirect_to("respondent.dimension", number=number + 1)
