"""Hold what a file of another program asks, before it is brought into the form of a definition."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Texts = Mapping[str, str]  # language tag → what stands there, in plain letters


@dataclass(frozen=True, slots=True)
class Choice:
    """Describe one answer of a list: `value` is the number that the program counts it as, if it has one."""

    code: str
    labels: Texts
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Describe a question with one answer of a list: `choices` is the list's key, `place` where it stands."""

    name: str
    texts: Texts
    choices: str
    place: str


@dataclass(slots=True)
class QuestionGroup:
    """Describe questions that stand together; `stem` is what is read above them, `explanation` beside."""

    name: str
    heading: Texts
    place: str
    stem: Texts = field(default_factory=dict)
    explanation: Texts = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)


@dataclass(slots=True)
class ForeignQuestionnaire:
    """Describe a questionnaire as its file has it; `source` is the program's name and the file's."""

    source: str
    name: str
    titles: Texts
    languages: tuple[str, ...]
    subtitle: Texts = field(default_factory=dict)
    introduction: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    referent: Texts = field(default_factory=dict)
    groups: list[QuestionGroup] = field(default_factory=list)
    choices: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
