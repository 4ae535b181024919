"""Say in three sentences what a report's figures settle, what changed, and where the staff differ most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from reports.disclosure import ReleasedItem, Suppressed
from reports.presentation.change_sentences import ChangeSentences
from reports.presentation.locale import gettext_noop
from reports.presentation.sentences import Sentences
from reports.results.certain import (
    Detectable,
    certain_changes,
    change,
    comparison,
    detectable,
    most_divided_items,
    settled_levels,
)
from reports.results.change import Comparison, DimensionChange
from reports.results.verdicts import Contrast, Verdict

_MOST_NAMES: Final = 4  # dimensions named in a sentence; more are counted
_TWO: Final = 2
_CHANGED: Final[Mapping[tuple[Contrast, Verdict], str]] = MappingProxyType(
    {
        (Contrast.PREVIOUS, Verdict.HIGHER): gettext_noop("Higher than in %(wave)s: %(dimensions)s."),
        (Contrast.PREVIOUS, Verdict.LOWER): gettext_noop("Lower than in %(wave)s: %(dimensions)s."),
        (Contrast.FIRST, Verdict.HIGHER): gettext_noop("Higher than in %(wave)s: %(dimensions)s."),
        (Contrast.FIRST, Verdict.LOWER): gettext_noop("Lower than in %(wave)s: %(dimensions)s."),
        (Contrast.TREND, Verdict.HIGHER): gettext_noop("Rising over %(number)s surveys: %(dimensions)s."),
        (Contrast.TREND, Verdict.LOWER): gettext_noop("Falling over %(number)s surveys: %(dimensions)s."),
    }
)

_STANDING: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.HIGHER: gettext_noop("Higher since then: %(dimensions)s."),
        Verdict.LOWER: gettext_noop("Lower since then: %(dimensions)s."),
        Verdict.NO_CERTAIN_CHANGE: gettext_noop(
            "The answers do not settle whether this has changed: %(dimensions)s."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Headline:
    """The sentences of the first page; each is empty where there is nothing to say."""

    settled: str
    changed: str
    divided: str


def headline(sentences: Sentences) -> Headline:
    """Make the sentences from the released figures; all are empty where none is released."""
    if isinstance(sentences.profile.released, Suppressed):
        return Headline("", "", "")
    return Headline(_settled(sentences), _changed(sentences), _divided(sentences))


def agreed_standing(sentences: Sentences) -> str:
    """Say how the dimensions stand that something was agreed for; empty where nothing is compared."""
    profile, said = sentences.profile, []
    agreed = {each.dimension for each in profile.agreed.before}
    ids = [each.id for each in profile.version if each.id in agreed]
    if not isinstance(profile.step, Comparison):
        return ""
    for verdict, message in _STANDING.items():
        changes = [change(profile, each, Contrast.PREVIOUS) for each in ids]
        found = [each.dimension for each in changes if each and each.verdict is verdict]
        if found:
            said.append(sentences.words.say(message, dimensions=_named(sentences, found)))
    return " ".join(said)


def _settled(sentences: Sentences) -> str:
    profile, say = sentences.profile, sentences.words.say
    found = settled_levels(profile)
    if not found.settled and not found.open:
        fewest = sentences.words.number(profile.policy.thresholds[profile.audience].interval)
        return say(
            "Fewer than %(number)s answers settle no level: read the points as a first impression.",
            number=fewest,
        )
    if not found.settled:
        return say(
            "The answers settle the level of no dimension: every interval reaches over a limit between two."
        )
    said = [
        say(
            "%(level)s: %(dimensions)s.",
            level=sentences.wording.levels[level],
            dimensions=_named(sentences, ids),
        )
        for level, ids in found.settled.items()
    ]
    if found.open:
        said.append(say("Open between two levels: %(dimensions)s.", dimensions=_named(sentences, found.open)))
    return " ".join(said)


def _changed(sentences: Sentences) -> str:
    profile, said = sentences.profile, ChangeSentences(sentences)
    if profile.step is None:
        if len(profile.waves) == 1 and profile.is_merged:
            return sentences.words.say(
                "This is the first survey since units were merged. Earlier ones, of this unit or of those "
                "that are in it now, are not compared with it: too many of the staff would be new, or the "
                "figures of one unit could be worked out."
            )
        if len(profile.waves) == 1:
            return sentences.words.say("This is the first survey. The next one can be compared with it.")
        return sentences.words.say("No earlier survey is shown that this one could be compared with.")
    since = _certain(sentences, Contrast.PREVIOUS)
    if not isinstance(profile.step, Comparison):
        since = [said.obstacle()]
    elif not since:
        # that nothing is certain, and what would have been seen, is said here and nowhere else
        since = [said.unclaimed()]
    elif rest := detectable(profile):
        since.append(_rest(sentences, rest))
    longer = [text for each in (Contrast.FIRST, Contrast.TREND) for text in _certain(sentences, each)]
    return " ".join(filter(None, (*since, *longer)))


def _rest(sentences: Sentences, found: Detectable) -> str:
    """Say that none of the others changed for certain, and what would have been seen in all of them."""
    if not found.everywhere:
        return sentences.words.say("No certain change in the others since then.")
    smallest = sentences.words.number(found.change, found.decimals)
    return sentences.words.say(
        "No certain change in the others since then; the smallest that would have been seen is %(change)s.",
        change=smallest,
    )


def _certain(sentences: Sentences, contrast: Contrast) -> list[str]:
    made = comparison(sentences.profile, contrast)
    said: list[str] = []
    for verdict in (Verdict.HIGHER, Verdict.LOWER):
        found = [each for each in certain_changes(sentences.profile, contrast) if each.verdict is verdict]
        if made and found:
            said.append(
                sentences.words.say(
                    _CHANGED[contrast, verdict],
                    wave=sentences.title(made.earlier),
                    number=sentences.words.number(_waves(found)),
                    dimensions=_named(sentences, [each.dimension for each in found]),
                )
            )
    return said


def _waves(changes: Sequence[DimensionChange]) -> int:
    return max(each.rests_on for each in changes)


def _divided(sentences: Sentences) -> str:
    profile, say = sentences.profile, sentences.words.say
    found = most_divided_items(profile)
    texts = [sentences.wording.items[each.id].rstrip(".") for each in found]
    if len(found) == _TWO:
        return say(
            "Of the statements shown here, the answers to these two lie farthest apart: “%(first)s” and "
            "“%(second)s”.",
            first=texts[0],
            second=texts[1],
        )
    if len(found) != 1:
        # where more are alike in this, none stands out
        return ""
    if all(isinstance(profile.item(each.id), ReleasedItem) for each in profile.version.items):
        return say("Answers to the statement “%(statement)s” lie farthest apart.", statement=texts[0])
    return say(
        "Of the statements shown here, the answers to “%(statement)s” lie farthest apart.", statement=texts[0]
    )


def _named(sentences: Sentences, ids: Sequence[str]) -> str:
    """Return the names of dimensions, or how many of all they are where there are many."""
    names = [sentences.wording.dimensions[each].name for each in ids]
    whole = len(sentences.profile.version.dimensions)
    total = sentences.words.number(whole)
    if len(names) == whole > _MOST_NAMES:
        return sentences.words.say("all %(total)s dimensions", total=total)
    if len(names) > _MOST_NAMES:
        number = sentences.words.number(len(names))
        return sentences.words.say("%(number)s of %(total)s dimensions", number=number, total=total)
    return sentences.words.listed(names)
