"""What the pages of typing are made of: the wave of the device, and the form in the chosen language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from instruments import background, library
from instruments.answers import Skipped, typed_codes
from instruments.background import BackgroundWording
from instruments.model import Version, Wording
from instruments.problems import Refused
from survey.collection import lifecycle
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave
from survey.web.platform import languages, paper_mode
from survey.web.platform.context import context
from survey.web.platform.paper_mode import KeptForm
from survey.web.respondent.draft import ResponseDraft
from survey.web.respondent.forms import field_name
from survey.web.respondent.paper_form import TypedForm


@dataclass(frozen=True, slots=True)
class _TypedRow:
    """One statement of a form: its number and words as printed, its field, and what was typed into it."""

    number: int
    name: str
    text: str
    sign: str
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class TypedWave:
    """The wave whose forms are typed in here, and its questionnaire in the language of the page."""

    wave: Wave
    version: Version
    wording: Wording
    asked: BackgroundWording | None

    @property
    def offered(self) -> Sequence[str]:
        """Return the languages that the questionnaire is written in for this unit."""
        return self.version.editions[self.wave.edition]

    @property
    def legend(self) -> Mapping[str, str]:
        """Return sign → the words over its box, in the order of the columns on the form."""
        words = {str(code): text for code, text in self.wording.categories.items()} | dict(
            self.wording.unscored
        )
        return {sign: words[str(answer)] for sign, answer in typed_codes(self.version.scale).items()}

    def form(self, kept: KeptForm) -> TypedForm:
        """Return the form that is not saved yet as it was typed."""
        held = ResponseDraft(kept.admission, kept.encoded)
        return TypedForm.giving(held.answers(self.version), held.category(self.version, self.wave.background))

    def parts(self, form: TypedForm) -> list[tuple[str, str, list[_TypedRow]]]:
        """Return each dimension's id, heading and rows, in the order of the form on paper."""
        numbers = {item.id: number for number, item in enumerate(self.version.items, start=1)}
        return [
            (
                dimension.id,
                self.wording.dimensions[dimension.id].heading,
                [self._row(form, numbers[item.id], item.id) for item in dimension.items],
            )
            for dimension in self.version
        ]

    def category_name(self, form: TypedForm) -> str:
        """Return what was typed of the background question, in words; empty where nothing was."""
        if self.asked is None or isinstance(form.category, Skipped):
            return ""
        return self.asked.categories[form.category]

    def _row(self, form: TypedForm, number: int, item: str) -> _TypedRow:
        name = field_name(item)
        return _TypedRow(number, name, self.wording.items[item], form.signs[name], name in form.wrong)


def open_wave() -> TypedWave:
    """Return the wave of this device. Raises Refused where there is none, or it admits nobody today."""
    return _typed_wave(context().today, lifecycle.require_open)


def taking_wave() -> TypedWave:
    """Return the wave of this device. Raises Refused where there is none, or it takes no form any more."""
    return _typed_wave(context().closing_day, lifecycle.require_taking)


def _typed_wave(day: date, require: Callable[[Wave, date], None]) -> TypedWave:
    key = paper_mode.wave_key()
    if key is None:
        raise paper_mode.outdated()
    wave = waves.cached(context().database, key)
    try:
        require(wave, day)
    except Refused:
        # nothing of the survey stays on the device once it is over
        paper_mode.leave()
        raise
    version = library.get(wave.instrument)
    language = languages.current_among(version.editions[wave.edition], wave.language)
    wording = version.wording(wave.edition, language)
    return TypedWave(wave, version, wording, background.wording_of(wave.background, wording))
