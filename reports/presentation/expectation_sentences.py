"""The sentences that answer an expectation: what was expected, then what was judged, and no more."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from reports.presentation.change_sentences import ChangeSentences
from reports.presentation.locale import gettext_noop
from reports.presentation.sentences import Sentences
from reports.results.certain import change
from reports.results.expectations import Expected
from reports.results.verdicts import Contrast, Verdict

_EXPECTED: Final[Mapping[Expected, str]] = MappingProxyType(
    {
        Expected.MORE: gettext_noop("Beforehand we expected more of this."),
        Expected.LESS: gettext_noop("Beforehand we expected less of this."),
        Expected.UNSURE: gettext_noop("Beforehand we were unsure."),
    }
)
_BRIEF: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.HIGHER: gettext_noop("It is higher than then."),
        Verdict.LOWER: gettext_noop("It is lower than then."),
        Verdict.NO_CERTAIN_CHANGE: gettext_noop("The answers do not settle it."),
    }
)
_NOT_COMPARED: Final = gettext_noop("Nothing can be said about change here.")


def answered_expectations(sentences: Sentences) -> tuple[tuple[str, str], ...]:
    """Return the name of each dimension that something was expected of, and what the answers say of it."""
    said_of, names = ChangeSentences(sentences), sentences.wording.dimensions
    return tuple(
        (names[each.dimension].name, f"{sentences.words.say(_EXPECTED[each.expected])} {said}")
        for each in sentences.profile.agreed.expected
        for said in [_answer(said_of, sentences, each.dimension)]
    )


def brief_answers(sentences: Sentences) -> tuple[tuple[str, str], ...]:
    """Return the same in short, for a page that says of all dimensions at once what is certain."""
    names = sentences.wording.dimensions
    return tuple(
        (
            names[each.dimension].name,
            f"{sentences.words.say(_EXPECTED[each.expected])} {sentences.words.say(said)}",
        )
        for each in sentences.profile.agreed.expected
        if each.dimension in names
        for said in [_brief(sentences, each.dimension)]
    )


def _brief(sentences: Sentences, dimension_id: str) -> str:
    found = change(sentences.profile, dimension_id, Contrast.PREVIOUS)
    if found is None:
        return _NOT_COMPARED
    return _BRIEF.get(found.verdict, _NOT_COMPARED)


def _answer(said_of: ChangeSentences, sentences: Sentences, dimension_id: str) -> str:
    said = [said_of.certain(dimension_id), said_of.unclaimed_alone(dimension_id)]
    return " ".join(filter(None, said)) or said_of.obstacle() or sentences.words.say(_NOT_COMPARED)
