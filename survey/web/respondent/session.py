"""What a respondent's pages are made of: the cookie's draft, and the questionnaire in the chosen language."""

from dataclasses import dataclass

from instruments import background, library
from instruments.answers import Answer, Answers, Skipped
from instruments.background import BackgroundWording
from instruments.model import Dimension, Version, Wording
from survey.collection import lifecycle
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave
from survey.web.platform import languages
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
    def pages(self) -> int:
        """Return how many pages there are to answer."""
        return len(self.version.dimensions) + (self.asked is not None)


@dataclass(frozen=True, slots=True)
class _ReviewItem:
    """One statement on the review page; `answer` is empty where it was left blank."""

    item: str
    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class _ReviewSection:
    """One dimension on the review page."""

    number: int
    name: str
    rows: tuple[_ReviewItem, ...]

    @property
    def blank(self) -> tuple[_ReviewItem, ...]:
        return tuple(row for row in self.rows if not row.answer)


def respondent_session() -> RespondentSession:
    """Return the session of this request. Raises Refused without a draft, or where the wave is not open."""
    kept = draft.load()
    wave = waves.cached(context().database, kept.admission.wave_key)
    # who has sent may still see the receipt after the wave was closed
    if not kept.sent:
        lifecycle.require_open(wave, context().today)
    version = library.get(wave.instrument)
    offered = version.editions[wave.edition]
    # an edition is written in some languages only; then the wave's own is the one everybody reads
    language = languages.current() if languages.current() in offered else wave.language
    asked = background.wording_of(wave.background, version.wording(wave.edition, language))
    return RespondentSession(kept, wave, version, language, asked)


def review_section(ongoing: RespondentSession, number: int, part: Dimension) -> _ReviewSection:
    """Return a dimension with what was answered to it."""
    answers, wording = ongoing.answers, ongoing.wording
    rows = tuple(
        _ReviewItem(each.id, wording.items[each.id], _said(wording, answers[each.id])) for each in part.items
    )
    return _ReviewSection(number, wording.dimensions[part.id].name, rows)


def _said(wording: Wording, answer: Answer) -> str:
    if isinstance(answer, Skipped):
        return ""
    return wording.categories[answer] if isinstance(answer, int) else wording.unscored[answer]
