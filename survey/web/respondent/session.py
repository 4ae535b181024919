"""What a respondent's pages are made of: the cookie's draft, and the questionnaire in the chosen language."""

from dataclasses import dataclass

from flask import redirect
from werkzeug.wrappers import Response

from instruments import background, library
from instruments.answers import SKIPPED, Answer, Answers, Skipped
from instruments.background import BackgroundWording
from instruments.model import Dimension, Version, Wording
from instruments.pages import questionnaire_pages
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave
from survey.web.platform import answering_pages, draft_state, languages
from survey.web.platform.context import context
from survey.web.respondent import draft
from survey.web.respondent.draft import ResponseDraft


@dataclass(frozen=True, slots=True)
class RespondentSession:
    """One respondent's draft, with the wave and the questionnaire it belongs to, in the chosen language.

    `asked` are the texts of the wave's background question, if it asks one.
    """

    draft: ResponseDraft
    wave: Wave
    version: Version
    language: str
    asked: BackgroundWording | None

    @property
    def offered(self) -> tuple[str, ...]:
        """Return the languages that the questionnaire is written in for this unit."""
        return self.version.editions[self.wave.edition]

    @property
    def wording(self) -> Wording:
        return self.version.wording(self.wave.edition, self.language)

    @property
    def answers(self) -> Answers:
        return self.draft.answers(self.version)

    @property
    def category(self) -> str | Skipped:
        """Return what was answered to the background question."""
        return self.draft.category(self.version, self.wave.background)

    @property
    def category_name(self) -> str:
        """Return the same in words; empty where nothing was answered."""
        if self.asked is None or isinstance(self.category, Skipped):
            return ""
        return self.asked.categories[self.category]

    @property
    def is_blank(self) -> bool:
        """Return whether no statement was answered; what was said of oneself is no answer alone."""
        return all(self.answers[item.id] is SKIPPED for item in self.version.items)

    @property
    def is_late(self) -> bool:
        """Return whether the last day is over, and only what was begun before is still taken."""
        return context().today > self.wave.closes_on

    @property
    def pages(self) -> tuple[tuple[Dimension, ...], ...]:
        """Return the dimensions of each page, in order; the last one also asks the background question."""
        return questionnaire_pages(self.version)


@dataclass(frozen=True, slots=True)
class _ReviewItem:
    """One statement on the review page; `answer` is empty where it was left blank."""

    item: str
    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class _ReviewSection:
    """One dimension on the review page; `page` is the number of the page that asks it."""

    page: int
    dimension: str
    name: str
    rows: tuple[_ReviewItem, ...]

    @property
    def blank(self) -> tuple[_ReviewItem, ...]:
        return tuple(row for row in self.rows if not row.answer)


def respondent_session() -> RespondentSession:
    """Return the session of this request. Raises Refused without a draft, or where the wave is not open."""
    kept = draft.load()
    wave = waves.cached(context().database, kept.admission.wave_key)
    draft_state.require_taken(wave)
    version = library.get(wave.instrument)
    offered = version.editions[wave.edition]
    # an edition is written in some languages only; then the wave's own is the one everybody reads
    language = languages.current_among(offered, wave.language)
    asked = background.wording_of(wave.background, version.wording(wave.edition, language))
    return RespondentSession(kept, wave, version, language, asked)


def place_address(ongoing: RespondentSession, place: int, then: str | None = None) -> str:
    """Return the address of a draft's place: the first page, a page of statements, or the review."""
    if place <= 0:
        return answering_pages.address("first_page")
    if place > len(ongoing.pages):
        return answering_pages.address("review")
    return answering_pages.address("page", number=place, then=then)


def redirect_to_place(ongoing: RespondentSession, place: int, then: str | None = None) -> Response:
    """Return a redirect to a draft's place, which a browser follows with GET."""
    return redirect(place_address(ongoing, place, then), 303)


def review_sections(ongoing: RespondentSession) -> list[_ReviewSection]:
    """Return every dimension with what was answered to it."""
    return [
        _review_section(ongoing, number, part)
        for number, parts in enumerate(ongoing.pages, start=1)
        for part in parts
    ]


def _review_section(ongoing: RespondentSession, number: int, part: Dimension) -> _ReviewSection:
    answers, wording = ongoing.answers, ongoing.wording
    rows = tuple(
        _ReviewItem(each.id, wording.items[each.id], _said(wording, answers[each.id])) for each in part.items
    )
    return _ReviewSection(number, part.id, wording.dimensions[part.id].heading, rows)


def _said(wording: Wording, answer: Answer) -> str:
    if isinstance(answer, Skipped):
        return ""
    return wording.categories[answer] if isinstance(answer, int) else wording.unscored[answer]
