"""Bring what a file of another program asks into a definition to go on with.

What no such file holds is left empty there (the promise, what a dimension is, levels), so that the check of
the definition names every place that has to be written: nothing is made up.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from instruments.definition import schema
from instruments.formats.foreign.losses import Losses
from instruments.formats.foreign.own_ids import OwnIds
from instruments.formats.foreign.questionnaire import (
    Choice,
    ForeignQuestionnaire,
    Question,
    QuestionGroup,
    Texts,
)
from instruments.formats.foreign.scale import ReadScale, read_scale

LEVEL: Final = "any"
VERSION: Final = "1.0.0"
_MINIMUM_ANSWERED: Final = 0.5
_NAME_LONGEST: Final[int] = schema.DEFS["dimensionTexts"]["properties"]["name"]["maxLength"]
_INDICATOR_LONGEST: Final[int] = schema.DEFS["item"]["properties"]["indicator"]["maxLength"]

_LONGEST_NAME: Final = 40  # letters of an id that stands in the names of files

Tree = dict[str, Any]
_Signature = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A group with the questions of it that are on the scale, and the ids that they get."""

    id: str
    group: QuestionGroup
    questions: Mapping[str, Question]


def draft_of(found: ForeignQuestionnaire, edition: str, losses: Losses) -> Tree | None:
    """Return the tables of a definition, or None where no question is answered on a scale.

    The scale is the one that most questions are answered on; the others are left out.
    """
    scales = _Scales(found, losses)
    scale = scales.of_most()
    if scale is None:
        return None
    ids = OwnIds()
    kept = [each for group in found.groups if (each := _kept(group, scales, ids, losses))]
    if not kept:
        return None
    losses.add("", "reverse-unknown")
    answers = OwnIds()
    unscored = {answers.make(each.code, "answer"): each for each in scale.unscored}
    languages = _languages(found, kept)
    return {
        "format": 1,
        "name": OwnIds().make(found.name.lower()[:_LONGEST_NAME], "questionnaire"),
        "version": VERSION,
        "scale": {"categories": [number for number, _ in scale.scored], "unscored": list(unscored)},
        "scoring": {"minimum_answered": _MINIMUM_ANSWERED},
        "levels": {"ids": [LEVEL], "cuts": [], "status": "provisional"},
        "editions": {edition: list(languages)},
        "dimensions": [_dimension(each, found) for each in kept],
        "texts": dict(_texts(found, kept, scale, unscored, languages=languages, losses=losses)),
    }


class _Scales:
    """Know of each list of answers which scale it is; lists that say the same in each language are one."""

    def __init__(self, found: ForeignQuestionnaire, losses: Losses) -> None:
        self._found, self._losses = found, losses
        self._signatures = {name: _signature(choices) for name, choices in found.choices.items()}
        self._chosen: _Signature = ()

    def of_most(self) -> ReadScale | None:
        """Return the scale of the list that most questions have, and hold to it."""
        asked = [each for group in self._found.groups for each in group.questions]
        counted = Counter(
            self._signatures[each.choices] for each in asked if each.choices in self._signatures
        )
        for signature, _ in counted.most_common():
            name = next(name for name, each in self._signatures.items() if each == signature)
            noted = Losses()
            scale = read_scale(self._found.choices[name], "", name, noted)
            if scale is not None:
                for each in noted.all():
                    self._losses.add(each.place, each.code, **each.values)
                self._chosen = signature
                return scale
        return None

    def keeps(self, question: Question) -> bool:
        """Return whether a question is on the scale, noting it where not."""
        choices = self._found.choices.get(question.choices, ())
        if self._signatures.get(question.choices) == self._chosen:
            return True
        few = read_scale(choices, "", question.choices, Losses()) is None
        self._losses.add(question.place, "choices-missing" if few else "other-scale", list=question.choices)
        return False


def _signature(choices: Sequence[Choice]) -> _Signature:
    return tuple((each.code, tuple(sorted(each.labels.items()))) for each in choices)


def _kept(group: QuestionGroup, scales: _Scales, ids: OwnIds, losses: Losses) -> _Kept | None:
    asked = [each for each in group.questions if scales.keeps(each)]
    if not asked:
        return None
    heading = next(iter(group.heading.values()), "")
    own = ids.make(group.name or heading, "dimension")
    if group.name and own != group.name:
        losses.add(group.place, "renamed", name=own)
    questions = {}
    for each in asked:
        made = ids.make(each.name, "item")
        if made != each.name:
            losses.add(each.place, "renamed", name=made)
        questions[made] = each
    return _Kept(own, group, questions)


def _languages(found: ForeignQuestionnaire, kept: Sequence[_Kept]) -> tuple[str, ...]:
    """Return the languages in which any kept question is asked."""
    asked = {tag for each in kept for question in each.questions.values() for tag in question.texts}
    return (
        tuple(each for each in found.languages if each in asked)
        or tuple(sorted(asked))
        or found.languages[:1]
    )


def _dimension(kept: _Kept, found: ForeignQuestionnaire) -> Tree:
    return {
        "id": kept.id,
        "anchor": f"brought from {found.source}, {kept.group.place}",
        "items": [
            {
                "id": own,
                "indicator": (next(iter(each.texts.values()), "") or each.name)[:_INDICATOR_LONGEST],
                "anchor": f"brought from {found.source}, {each.place}",
            }
            for own, each in kept.questions.items()
        ],
    }


def _texts(
    found: ForeignQuestionnaire,
    kept: Sequence[_Kept],
    scale: ReadScale,
    unscored: Mapping[str, Choice],
    *,
    languages: Sequence[str],
    losses: Losses,
) -> Iterator[tuple[str, Tree]]:
    referent = found.referent or _common_stem(kept)
    headings = {each.id: _heading(each, referent, losses) for each in kept}
    for tag in languages:
        texts: Tree = {"title": found.titles.get(tag, "")}
        if found.subtitle.get(tag):
            texts["subtitle"] = found.subtitle[tag]
        texts |= {"name": "", "promise": "", "introduction": list(found.introduction.get(tag, ()))}
        texts["referent"] = referent.get(tag, "")
        # an answer without words is shown as its number
        texts["categories"] = {str(number): each.labels.get(tag, "") for number, each in scale.scored}
        texts["unscored"] = {own: each.labels.get(tag, "") for own, each in unscored.items()}
        texts["levels"] = {LEVEL: ""}
        texts["items"] = {
            own: question.texts.get(tag, "") for each in kept for own, question in each.questions.items()
        }
        texts["dimensions"] = {each.id: _dimension_texts(each, headings[each.id], tag) for each in kept}
        yield tag, texts


def _common_stem(kept: Sequence[_Kept]) -> Texts:
    """Return what stands above the statements of most groups."""
    counted = Counter(tuple(sorted(each.group.stem.items())) for each in kept if each.group.stem)
    return dict(counted.most_common(1)[0][0]) if counted else {}


def _heading(kept: _Kept, referent: Texts, losses: Losses) -> Texts:
    """Return what stands above a group's statements instead of its name, where that is not above most."""
    stem = kept.group.stem
    if not stem or stem == referent:
        return {}
    if all(len(text) <= _NAME_LONGEST for text in stem.values()):
        return stem
    losses.add(kept.group.place, "stem", text=next(iter(stem.values())))
    return {}


def _dimension_texts(kept: _Kept, heading: Texts, tag: str) -> Tree:
    name, explanation = kept.group.heading.get(tag, ""), kept.group.explanation.get(tag, "")
    # a heading as long as a sentence says what the group is, and does not name it
    if len(name) > _NAME_LONGEST and not explanation:
        name, explanation = "", name
    texts = {"name": name, "definition": explanation}
    if heading.get(tag):
        texts["heading"] = heading[tag]
    return texts
