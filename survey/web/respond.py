"""Staff answer: from a code or a link through the questionnaire to the receipt. Nobody signs in here."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from instruments import library
from instruments.answers import SKIPPED, Answer, Answers, Skipped
from instruments.model import Dimension, Version, Wording
from instruments.problems import Refused, refuse
from survey import participation
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave
from survey.web import draft, errors, languages
from survey.web.draft import Draft
from survey.web.forms import ButtonForm, StartForm, dimension_form, field_name, given, require_only
from survey.web.house import house
from survey.web.page import Fault, faults_of, page

respond = Blueprint("respond", __name__)


@dataclass(frozen=True, slots=True)
class Sitting:
    """One respondent at work: the draft, and the questionnaire in the language they chose."""

    draft: Draft
    wave: Wave
    version: Version
    wording: Wording

    @property
    def answers(self) -> Answers:
        return self.draft.answers(self.version)


@dataclass(frozen=True, slots=True)
class Row:
    """One statement on the review page; `answer` is empty where it was left blank."""

    item: str
    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class Part:
    """One dimension on the review page."""

    number: int
    name: str
    rows: tuple[Row, ...]

    @property
    def blank(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.answer)


@respond.get("/")
def start() -> Response:
    """The front door: type a code."""
    return page(
        "respond/start.html", gettext("Answer the survey"), form=StartForm(), underway=draft.is_underway()
    )


@respond.post("/")
def start_with_typed_code() -> AnyResponse:
    """Admit the holder of a typed code."""
    require_only(["code"])
    form = StartForm()
    if not form.validate():
        return _start_again(400, faults_of(form), form)
    try:
        admission = _admit(str(form.code.data))
    except Refused as refused:
        status, happened, remedy = errors.explain(refused)
        form.code.errors = [f"{happened}. {remedy}"]
        return _start_again(status, faults_of(form), form)
    return _admitted(admission)


@respond.get("/c/<code>")
def start_with_scanned_code(code: str) -> AnyResponse:
    """Admit the holder of a QR code, and move the code out of the address at once."""
    return _admitted(_admit(code))


@respond.get("/open/<link>")
def start_with_open_link(link: str) -> AnyResponse:
    """Admit a person who scanned the poster; one who is under way already goes on where they were."""
    admission = participation.admit_by_link(house().database, house().keys, link, house().today)
    if draft.is_underway() and draft.load().admission.wave_key == admission.wave_key:
        return redirect(url_for("respond.proceed"), 303)
    return _admitted(admission)


@respond.get("/answer")
def proceed() -> AnyResponse:
    """Go on where one was: the receipt, the review, or the first page with nothing answered yet."""
    sitting = _sitting()
    if sitting.draft.sent:
        return redirect(url_for("respond.receipt"), 303)
    if not sitting.draft.encoded:
        return redirect(url_for("respond.promise"), 303)
    for number, dimension in enumerate(sitting.version, start=1):
        if all(sitting.answers[item.id] is SKIPPED for item in dimension.items):
            return redirect(url_for("respond.dimension", number=number), 303)
    return redirect(url_for("respond.review"), 303)


@respond.get("/answer/language")
def language() -> Response:
    """Choose among the languages of the community's edition."""
    sitting = _sitting()
    offered = sitting.version.editions[sitting.wave.edition]
    return page("respond/language.html", gettext("Choose a language"), form=ButtonForm(), offered=offered)


@respond.post("/answer/language")
def choose_language() -> AnyResponse:
    """Remember the language and go on."""
    sitting = _sitting()
    require_only(["choice"])
    chosen = request.form.get("choice", "")
    if chosen not in sitting.version.editions[sitting.wave.edition]:
        raise refuse(
            "field-unknown", "The survey does not speak that language.", "Choose one that is offered."
        )
    languages.choose(chosen)
    return redirect(url_for("respond.proceed"), 303)


@respond.get("/answer/promise")
def promise() -> Response:
    """Who sees what, in two sentences, before the first question."""
    sitting = _sitting()
    return page("respond/promise.html", sitting.wording.title, sitting=sitting)


@respond.get("/answer/<int:number>")
def dimension(number: int) -> AnyResponse:
    """One dimension's items, with what was answered before."""
    sitting = _sitting()
    if sitting.draft.sent:
        return redirect(url_for("respond.receipt"), 303)
    asked = _asked(sitting.version, number)
    return _dimension_page(sitting, number, asked, _filled(sitting, asked))


@respond.post("/answer/<int:number>")
def save_dimension(number: int) -> AnyResponse:
    """Keep the page's answers in the cookie and go where the pressed button says."""
    sitting = _sitting()
    if sitting.draft.sent:
        return redirect(url_for("respond.receipt"), 303)
    asked = _asked(sitting.version, number)
    require_only([*(field_name(item.id) for item in asked.items), "go"])
    form = dimension_form(sitting.version, sitting.wording, asked)()
    if not form.validate():
        raise refuse("field-unknown", "A field holds a value that was not offered.", "Load the page again.")
    before = sitting.answers
    answers = Answers(sitting.version, {**before.given, **given(form, sitting.version, asked)})
    draft.save(sitting.draft.answered(answers))
    return redirect(_next(request.form.get("go", "forward"), number, len(sitting.version.dimensions)), 303)


@respond.get("/answer/review")
def review() -> AnyResponse:
    """Everything before it is sent: what was answered, what was skipped, with links back."""
    sitting = _sitting()
    if sitting.draft.sent:
        return redirect(url_for("respond.receipt"), 303)
    parts = [_part(sitting, number, part) for number, part in enumerate(sitting.version, start=1)]
    blank = sum(len(part.blank) for part in parts)
    return page("respond/review.html", gettext("Check and send"), form=ButtonForm(), parts=parts, blank=blank)


@respond.post("/answer/send")
def send() -> AnyResponse:
    """Store the answers. The same draft sent twice counts once, and ends at the same receipt."""
    require_only([])
    sitting = _sitting()
    if not sitting.draft.sent:
        participation.submit(
            house().database, house().keys, sitting.draft.admission, sitting.answers, house().today
        )
        draft.save(sitting.draft.delivered())
    return redirect(url_for("respond.receipt"), 303)


@respond.get("/answer/receipt")
def receipt() -> AnyResponse:
    """The answers have arrived."""
    if not draft.load().sent:
        return redirect(url_for("respond.proceed"), 303)
    return page("respond/receipt.html", gettext("Thank you. Your answers have arrived"), form=ButtonForm())


@respond.post("/answer/finish")
def finish() -> AnyResponse:
    """Forget this respondent, so that the next person at the same device can start."""
    require_only([])
    draft.forget()
    return redirect(url_for("respond.start"), 303)


@respond.get("/privacy")
def privacy() -> Response:
    """What is stored and who sees what."""
    return page("privacy.html", gettext("Privacy"))


def _admit(code: str) -> participation.Admission:
    return participation.admit(house().database, house().keys, code, house().today)


def _admitted(admission: participation.Admission) -> AnyResponse:
    begun = draft.begin(admission)
    return redirect(url_for("respond.proceed" if begun.encoded or begun.sent else "respond.language"), 303)


def _start_again(status: int, faults: Sequence[Fault], form: StartForm) -> Response:
    return page("respond/start.html", gettext("Answer the survey"), faults=faults, status=status, form=form)


def _sitting() -> Sitting:
    """The respondent behind this request. Raises Refused without a draft, or where the wave is not open."""
    kept = draft.load()
    wave = waves.by_key(house().database, kept.admission.wave_key)
    if not kept.sent:
        participation.require_open(wave, house().today)
    version = library.get(wave.instrument)
    offered = version.editions[wave.edition]
    language = languages.current() if languages.current() in offered else wave.language
    return Sitting(kept, wave, version, version.wording(wave.edition, language))


def _asked(version: Version, number: int) -> Dimension:
    if not 1 <= number <= len(version.dimensions):
        raise NotFound
    return version.dimensions[number - 1]


def _filled(sitting: Sitting, asked: Dimension) -> FlaskForm:
    answers = sitting.answers
    data = {
        field_name(item.id): None if answers[item.id] is SKIPPED else str(answers[item.id])
        for item in asked.items
    }
    return dimension_form(sitting.version, sitting.wording, asked)(formdata=None, data=data)


def _dimension_page(sitting: Sitting, number: int, asked: Dimension, form: FlaskForm) -> Response:
    return page(
        "respond/dimension.html",
        sitting.wording.dimensions[asked.id].name,
        sitting=sitting,
        form=form,
        fields=[form[field_name(item.id)] for item in asked.items],
        number=number,
        last=len(sitting.version.dimensions),
        scored=len(sitting.version.scale.categories),
    )


def _part(sitting: Sitting, number: int, part: Dimension) -> Part:
    answers = sitting.answers
    rows = tuple(
        Row(i.id, sitting.wording.items[i.id], _said(sitting.wording, answers[i.id])) for i in part.items
    )
    return Part(number, sitting.wording.dimensions[part.id].name, rows)


def _said(wording: Wording, answer: Answer) -> str:
    if isinstance(answer, Skipped):
        return ""
    return wording.categories[answer] if isinstance(answer, int) else wording.unscored[answer]


def _next(pressed: str, number: int, last: int) -> str:
    if pressed == "back":
        return url_for("respond.dimension", number=number - 1) if number > 1 else url_for("respond.promise")
    if pressed == "language":
        return url_for("respond.language")
    if pressed == "review" or number == last:
        return url_for("respond.review")
    return url_for("respond.dimension", number=number + 1)
