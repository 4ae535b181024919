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
from survey.web.respondent.forms import BACKGROUND, answers_given, background_form, field_name, require_only
from survey.web.respondent.page_cache import CacheKey
from survey.web.respondent.session import RespondentSession, respondent_session, review_section


@respondent.get("/answer")
def proceed() -> AnyResponse:
    """Go on where one was: the receipt, the review, or the first page with nothing answered yet."""
    at_work = respondent_session()
    if at_work.draft.sent:
        return redirect_to("respondent.receipt")
    if not at_work.draft.encoded:
        return redirect_to("respondent.promise")
    for number, dimension in enumerate(at_work.version, start=1):
        if all(at_work.answers[item.id] is SKIPPED for item in dimension.items):
            return redirect_to("respondent.dimension", number=number)
    return redirect_to("respondent.review")


@respondent.get("/answer/language")
def language() -> Response:
    """Choose among the languages of the unit's edition."""
    at_work = respondent_session()
    offered = at_work.version.editions[at_work.wave.edition]
    return render_page("respondent/language.html", gettext("Choose a language"), offered=offered)


@respondent.post("/answer/language")
def choose_language() -> AnyResponse:
    """Remember the language and go on."""
    at_work = respondent_session()
    require_only(["choice"])
    chosen = request.form.get("choice", "")
    if chosen not in at_work.version.editions[at_work.wave.edition]:
        raise refuse(
            "field-unknown", "The survey does not speak that language.", "Choose one that is offered."
        )
    languages.choose(chosen)
    return redirect_to("respondent.proceed")


@respondent.get("/answer/promise")
def promise() -> Response:
    """Who sees what, in two sentences, before the first question."""
    at_work = respondent_session()
    return render_page("respondent/promise.html", at_work.wording.title, respondent_session=at_work)


@respondent.get("/answer/<int:number>")
def dimension(number: int) -> AnyResponse:
    """One dimension's items, with what was answered before."""
    at_work = respondent_session()
    if at_work.draft.sent:
        return redirect_to("respondent.receipt")
    asked = _asked(at_work.version, number)
    shown = CacheKey(
        request.script_root,
        at_work.version,
        at_work.wave.edition,
        at_work.language,
        languages.current(),
        number,
        at_work.pages,
    )
    return page_cache.filled_page(shown, csrf.token(), _chosen(at_work, asked))


@respondent.post("/answer/<int:number>")
def save_dimension(number: int) -> AnyResponse:
    """Keep the page's answers in the cookie and go where the pressed button says."""
    at_work = respondent_session()
    if at_work.draft.sent:
        return redirect_to("respondent.receipt")
    asked = _asked(at_work.version, number)
    require_only([*(field_name(item.id) for item in asked.items), "go"])
    given = answers_given(at_work.version, asked)
    answers = Answers(at_work.version, {**at_work.answers.given, **given})
    draft.save(at_work.draft.answered(answers, at_work.wave.background, at_work.category))
    return _moved_on(at_work, request.form.get("go", "forward"), number)


@respondent.get("/answer/background")
def background() -> AnyResponse:
    """The one question about the respondent, where the survey asks one."""
    at_work = respondent_session()
    if at_work.draft.sent:
        return redirect_to("respondent.receipt")
    chosen = None if at_work.category is SKIPPED else at_work.category
    form = background_form(_words(at_work))(formdata=None, data={BACKGROUND: chosen})
    return render_page(
        "respondent/background.html", gettext("One question about you"), respondent_session=at_work, form=form
    )


@respondent.post("/answer/background")
def save_background() -> AnyResponse:
    """Keep what was chosen in the cookie and go where the pressed button says."""
    at_work = respondent_session()
    if at_work.draft.sent:
        return redirect_to("respondent.receipt")
    require_only([BACKGROUND, "go"])
    form = background_form(_words(at_work))()
    if not form.validate():
        raise refuse("field-unknown", "A field holds a value that was not offered.", "Load the page again.")
    chosen = form[BACKGROUND].data or SKIPPED
    draft.save(at_work.draft.answered(at_work.answers, at_work.wave.background, chosen))
    return _moved_on(at_work, request.form.get("go", "forward"), at_work.pages)


@respondent.get("/answer/review")
def review() -> AnyResponse:
    """Everything before it is sent: what was answered, what was skipped, with links back."""
    at_work = respondent_session()
    if at_work.draft.sent:
        return redirect_to("respondent.receipt")
    parts = [review_section(at_work, number, part) for number, part in enumerate(at_work.version, start=1)]
    blank = sum(len(part.blank) for part in parts)
    return render_page(
        "respondent/review.html",
        gettext("Check and send"),
        respondent_session=at_work,
        parts=parts,
        blank=blank,
    )


@respondent.post("/answer/send")
def send() -> AnyResponse:
    """Store the answers. The same draft sent twice counts once, and ends at the same receipt."""
    require_only([])
    at_work = respondent_session()
    if not at_work.draft.sent:
        submission.submit(
            context().database,
            context().keys,
            at_work.draft.admission,
            at_work.answers,
            context().today,
            category=at_work.category,
        )
        draft.save(at_work.draft.delivered())
    return redirect_to("respondent.receipt")


@respondent.get("/answer/receipt")
def receipt() -> AnyResponse:
    """The answers have arrived."""
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


def _chosen(at_work: RespondentSession, asked: Dimension) -> dict[str, str]:
    """Field → value of what was answered of this page before."""
    answers = at_work.answers
    kept = {field_name(item.id): answers[item.id] for item in asked.items}
    return {name: str(answer) for name, answer in kept.items() if answer is not SKIPPED}


def _words(at_work: RespondentSession) -> BackgroundWording:
    if at_work.asked is None:
        raise NotFound
    return at_work.asked


def _moved_on(at_work: RespondentSession, pressed: str, number: int) -> AnyResponse:
    """Redirect to where the pressed button leads from a page; the background question is the last one."""
    if pressed == "back":
        if number == 1:
            return redirect_to("respondent.promise")
        return redirect_to("respondent.dimension", number=number - 1)
    if pressed == "language":
        return redirect_to("respondent.language")
    if pressed == "review" or number == at_work.pages:
        return redirect_to("respondent.review")
    if number == len(at_work.version.dimensions):
        return redirect_to("respondent.background")
    return redirect_to("respondent.dimension", number=number + 1)
