"""Compare two versions: what differs, how large a step that is, and whether scores may be compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from types import MappingProxyType

from instruments.model import Dimension, Item, Version, Wording


class Bump(IntEnum):
    """Say which part of MAJOR.MINOR.PATCH a difference asks for."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def label(self) -> str:
        """Return the bump as people say it: "minor"."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class VersionDifference:
    """Describe one thing that is not the same: the step it asks for, its subject, and a sentence on it."""

    bump: Bump
    subject: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.sentence} ({self.bump.label})"


@dataclass(frozen=True, slots=True)
class FullyComparable:
    """Say that every item of both versions means the same: scores are compared as they are."""


@dataclass(frozen=True, slots=True)
class CommonItems:
    """Say that only these items mean the same: dimension → item ids. A dimension without any is left out."""

    items: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class NotComparable:
    """Say that nothing may be compared. `why` is a key of `REASONS`, which holds a sentence for each."""

    why: str


Comparability = FullyComparable | CommonItems | NotComparable

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "family": "The two questionnaires do not share their items.",
        "major": "The scale or the dimensions were made anew between the two versions.",
        "scale": "The two versions are answered on different scales.",
        "scoring": "The two versions ask for different numbers of answers before a dimension is scored.",
        "items": "No item has the same meaning in both versions.",
    }
)


@lru_cache(maxsize=256)
def comparability(a: Version, b: Version) -> Comparability:
    """Return whether scores from two versions may be compared, and on which items, whatever their order.

    An item is common when both versions ask it in the same dimension and direction and agree on where its
    meaning comes from (`Item.since`): a corrected wording keeps it, a reworded or replaced one does not.
    """
    obstacle = _obstacle(a, b)
    if obstacle:
        return NotComparable(obstacle)
    # by what the authors declared, and never by comparing words: a comma would end a series
    common = _meanings(a) & _meanings(b)
    if not common:
        return NotComparable("items")
    if _meanings(a) == _meanings(b):
        return FullyComparable()
    per = {
        dimension.id: frozenset(item for home, item, *_ in common if home == dimension.id) for dimension in a
    }
    return CommonItems(MappingProxyType({dimension: items for dimension, items in per.items() if items}))


def _obstacle(a: Version, b: Version) -> str:
    """Return the reason why not even common items may be compared, or an empty text."""
    if (a.family or a.name) != (b.family or b.name):
        return "family"
    # instruments of one family count their versions each for itself
    if a.name == b.name and number_parts(a.number)[0] != number_parts(b.number)[0]:
        return "major"
    if a.scale.categories != b.scale.categories:
        return "scale"
    return "" if a.minimum_answered == b.minimum_answered else "scoring"


def smallest_bump(a: Version, b: Version) -> Bump:
    """Return the smallest step from `a` to `b` that what differs allows."""
    return max((difference.bump for difference in diff(a, b)), default=Bump.NONE)


def declared_bump(a: Version, b: Version) -> Bump:
    """Return the step between the two version numbers; NONE where `b` does not come after `a`."""
    earlier, later = number_parts(a.number), number_parts(b.number)
    if later <= earlier:
        return Bump.NONE
    return next(
        bump
        for bump, before, after in zip((Bump.MAJOR, Bump.MINOR, Bump.PATCH), earlier, later, strict=True)
        if before != after
    )


def diff(a: Version, b: Version) -> tuple[VersionDifference, ...]:
    """Return everything that differs, largest steps first; empty where both say the same."""
    found = [*_frame(a, b), *_structure(a, b), *_items(a, b), *_texts(a, b)]
    return tuple(sorted(found, key=lambda difference: -difference.bump))


def number_parts(number: str) -> tuple[int, ...]:
    """Return MAJOR, MINOR and PATCH of a version number, so that 1.10.0 comes after 1.9.0."""
    return tuple(int(part) for part in number.split("."))


def _meanings(version: Version) -> set[tuple[str, str, bool, str]]:
    """Return what must agree for two versions' answers to an item to be compared, of every item."""
    return {(home.id, item.id, item.reverse, item.since) for home in version for item in home.items}


def _frame(a: Version, b: Version) -> Iterator[VersionDifference]:
    # scores rest on all of these, so that none can change within a major version; cuts only name scores
    pairs = (
        (Bump.MAJOR, "scale", a.scale.categories, b.scale.categories),
        (Bump.MAJOR, "unscored answers", a.scale.unscored, b.scale.unscored),
        (Bump.MAJOR, "share that must be answered", a.minimum_answered, b.minimum_answered),
        (Bump.MAJOR, "levels", a.levels.ids, b.levels.ids),
        (Bump.MINOR, "cut scores", a.levels.cuts, b.levels.cuts),
        (Bump.PATCH, "status of the cut scores", a.levels.status, b.levels.status),
    )
    for bump, subject, before, after in pairs:
        if before != after:
            yield VersionDifference(bump, subject, f"{_shown(before)} became {_shown(after)}")
    for edition in sorted(a.editions.keys() | b.editions.keys()):
        before, after = a.editions.get(edition, ()), b.editions.get(edition, ())
        if sorted(before) != sorted(after):
            sentence = f"languages {_shown(before)} became {_shown(after)}"
            yield VersionDifference(Bump.MINOR, f"edition {edition}", sentence)


def _shown(value: object) -> str:
    return (", ".join(map(str, value)) or "none") if isinstance(value, tuple) else str(value)


def _structure(a: Version, b: Version) -> Iterator[VersionDifference]:
    before, after = [home.id for home in a], [home.id for home in b]
    for home in before:
        if home not in after:
            yield VersionDifference(Bump.MAJOR, f"dimension {home}", "was dropped")
    for home in after:
        if home not in before:
            yield VersionDifference(Bump.MAJOR, f"dimension {home}", "was added")
    if sorted(before) == sorted(after) and before != after:
        yield VersionDifference(Bump.MINOR, "dimensions", "stand in another order")
    # of the items that both have: a new one among them moves nothing
    both = {item.id for item in a.items} & {item.id for item in b.items}
    if [i.id for i in a.items if i.id in both] != [i.id for i in b.items if i.id in both]:
        yield VersionDifference(Bump.MINOR, "items", "stand in another order")
    anchors = {home.id: home.anchor for home in a}
    for home_after in b:
        if anchors.get(home_after.id, home_after.anchor) != home_after.anchor:
            yield VersionDifference(Bump.PATCH, f"dimension {home_after.id}", "is anchored elsewhere")


def _items(a: Version, b: Version) -> Iterator[VersionDifference]:
    before, after = _items_with_dimensions(a), _items_with_dimensions(b)
    # one replaced item is one difference, and not one dropped and one added
    replaced = {change.by: change.subject for change in b.changes if change.kind == "replaced"}
    for name in before:
        if name not in after and name not in replaced.values():
            yield VersionDifference(Bump.MINOR, f"item {name}", "was dropped")
    for name, (home, item) in after.items():
        if name not in before:
            how = f"replaced {replaced[name]}" if name in replaced else f"was added to {home.id}"
            yield VersionDifference(Bump.MINOR, f"item {name}", how)
            yield from _new_item_texts(name, b)
        else:
            yield from _item(before[name], (home, item))


def _new_item_texts(item: str, version: Version) -> Iterator[VersionDifference]:
    said: dict[tuple[str, str], list[str]] = {}
    for (edition, language), wording in version.wordings.items():
        said.setdefault((language, wording.items[item]), []).append(edition)
    for (language, text), editions in said.items():
        where = _where(version, language, editions)
        yield VersionDifference(Bump.MINOR, f"item {item}, {where}", f"says «{text}»")


def _where(version: Version, language: str, editions: list[str]) -> str:
    """Return the language, and the editions unless they are all that have it."""
    everywhere = sum(language in languages for languages in version.editions.values()) == len(editions)
    return language if everywhere else f"{language} {', '.join(editions)}"


def _items_with_dimensions(version: Version) -> Mapping[str, tuple[Dimension, Item]]:
    return {item.id: (home, item) for home in version for item in home.items}


def _item(before: tuple[Dimension, Item], after: tuple[Dimension, Item]) -> Iterator[VersionDifference]:
    (old_home, old), (home, item) = before, after
    subject = f"item {item.id}"
    if old_home.id != home.id:
        yield VersionDifference(Bump.MINOR, subject, f"moved from {old_home.id} to {home.id}")
    if old.reverse != item.reverse:
        sentence = "is reversed now" if item.reverse else "is no longer reversed"
        yield VersionDifference(Bump.MINOR, subject, sentence)
    if old.since != item.since:
        yield VersionDifference(Bump.MINOR, subject, f"has another meaning since {item.since}")
    if (old.indicator, old.anchor) != (item.indicator, item.anchor):
        yield VersionDifference(Bump.PATCH, subject, "has another indicator or anchor")


def _texts(a: Version, b: Version) -> Iterator[VersionDifference]:
    corrected = {change.subject for change in b.changes if change.kind == "corrected"}
    since = {item.id: item.since for item in a.items}
    same_meaning = {item.id for item in b.items if since.get(item.id) == item.since}
    # the same change in several editions is one difference
    changed: dict[tuple[str, str, str, str], list[str]] = {}
    for key in sorted(a.wordings.keys() & b.wordings.keys()):
        edition, language = key
        for subject, before, after in _changed_texts(a.wordings[key], b.wordings[key]):
            changed.setdefault((subject, language, before, after), []).append(edition)
    for (subject, language, before, after), editions in changed.items():
        where = _where(b, language, editions)
        table, _, name = subject.partition(" ")
        # words of the scale belong to every item: another meaning of theirs would change all answers
        bump = Bump.PATCH
        if table == "item" and name not in same_meaning:
            bump = Bump.MINOR
        if table in ("category", "referent"):
            scale_words = "categories" if table == "category" else "referent"
            bump = Bump.PATCH if scale_words in corrected else Bump.MAJOR
        yield VersionDifference(bump, f"{subject}, {where}", f"«{before}» became «{after}»")


def _changed_texts(a: Wording, b: Wording) -> Iterator[tuple[str, str, str]]:
    """Yield place and both texts where people read something else in the same place."""
    before, after = dict(_texts_by_place(a)), dict(_texts_by_place(b))
    # in the order people meet them, so that two runs say the same
    for subject in dict.fromkeys((*before, *after)):
        if before.get(subject) != after.get(subject) and not _is_of_one_only(subject, before, after):
            yield subject, before.get(subject, ""), after.get(subject, "")


def _is_of_one_only(subject: str, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Return whether an item or a category is new or gone, which is said elsewhere."""
    return subject.startswith(("item ", "category ")) and not (subject in before and subject in after)


def _texts_by_place(wording: Wording) -> Iterator[tuple[str, str]]:
    """Yield every text of a wording with a name for its place, in the order people meet it."""
    yield "title", wording.title
    yield "subtitle", wording.subtitle
    yield "edition name", wording.edition_name
    yield "promise", wording.promise
    yield from ((f"introduction {k}", text) for k, text in enumerate(wording.introduction, 1))
    yield "referent", wording.referent
    yield from ((f"category {code}", text) for code, text in wording.categories.items())
    yield from ((f"unscored {name}", text) for name, text in wording.unscored.items())
    yield from ((f"item {name}", text) for name, text in wording.items.items())
    yield from ((f"level {name}", text) for name, text in wording.levels.items())
    for name, words in wording.dimensions.items():
        yield f"dimension {name} name", words.name
        # a heading that is only the name changes with it, and is one difference
        yield f"dimension {name} heading", words.heading if words.heading != words.name else ""
        yield f"dimension {name} definition", words.definition
        yield from ((f"dimension {name} question {k}", text) for k, text in enumerate(words.questions, 1))
        yield from ((f"dimension {name} first step {k}", text) for k, text in enumerate(words.first_steps, 1))
        for k, rubric in enumerate(words.rubric, 1):
            yield f"dimension {name} rubric {k} sign", rubric.sign
            yield f"dimension {name} rubric {k} evidence", rubric.evidence
    if wording.sheet is not None:
        yield "sheet title", wording.sheet.title
        yield "sheet note", wording.sheet.note
        yield from ((f"sheet question {k}", text) for k, text in enumerate(wording.sheet.questions, 1))
