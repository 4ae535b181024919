"""Describe a questionnaire by frozen values. A value that exists is valid: `library` has checked it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Item:
    """Describe one statement that a person answers.

    `indicator` is the practice the item is a sign of, `anchor` what it rests on; respondents see neither.
    `reverse` means that agreeing counts against the dimension. `since` is the reference of the version that
    gave the item its present meaning: answers may be compared across versions that agree on it
    (docs/decisions/0010).
    """

    # a field with a default is left out of the content hash while it has it: new fields need one
    id: str
    indicator: str
    anchor: str
    reverse: bool = False
    since: str = ""


@dataclass(frozen=True, slots=True)
class Dimension:
    """Group items that are scored together; `anchor` is the passage of the sources it rests on."""

    id: str
    anchor: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """Describe the response scale: `categories` are the scored codes, increasing; `unscored` are ids."""

    categories: tuple[int, ...]
    unscored: tuple[str, ...]

    def reversed_value(self, code: int) -> int:
        """Return what a reversed item's category counts as: lowest + highest − code."""
        return self.categories[0] + self.categories[-1] - code


@dataclass(frozen=True, slots=True)
class Levels:
    """Name maturity levels, low to high; `cuts[k]` is the lowest score of level k + 1, in scale points.

    `status` says what the cut scores rest on: `provisional`, or the study that set them.
    """

    ids: tuple[str, ...]
    cuts: tuple[float, ...]
    status: str

    def level_at(self, score: float) -> str:
        """Return the level a score lies in; a score on a cut belongs to the higher level."""
        return self.ids[sum(score >= cut for cut in self.cuts)]


@dataclass(frozen=True, slots=True)
class ChangelogEntry:
    """Declare one change of a version, and make it: the changelog is what the version is built by.

    `kind` is reworded, corrected, replaced, added or dropped; `subject` an item id of the version built on
    (of this one when added), or `referent` or `categories` where words of the scale were corrected.
    """

    kind: str
    subject: str
    why: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Rubric:
    """Describe a maturity level: what one would see, and the evidence to look for."""

    sign: str
    evidence: str


@dataclass(frozen=True, slots=True)
class DimensionWording:
    """Hold what people read about one dimension; `rubric` has one entry a maturity level, low to high.

    `heading` stands over the items while they are answered, and does not tell which answer is good; it is
    the name where an author gives none.
    """

    name: str
    heading: str
    definition: str
    questions: tuple[str, ...]
    rubric: tuple[Rubric, ...]
    first_steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DiscussionSheet:
    """Hold questions for planning together; `note` says where they come from."""

    title: str
    note: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """Hold everything a person reads of a version in one edition and language, its terms filled in.

    `subtitle` says what kind of form the title names, or is empty.
    `referent` is the stem over the items ("At our school, in the last six months"). `terms` maps
    `term.form` to its words, for texts outside the instrument that speak of the same place and people.
    """

    edition: str
    language: str
    title: str
    edition_name: str
    promise: str
    introduction: tuple[str, ...]
    referent: str
    items: Mapping[str, str]
    categories: Mapping[int, str]
    unscored: Mapping[str, str]
    levels: Mapping[str, str]
    dimensions: Mapping[str, DimensionWording]
    terms: Mapping[str, str]
    sheet: DiscussionSheet | None = None
    subtitle: str = ""


@dataclass(frozen=True)
class Version:
    """Describe one published or drafted version of an instrument.

    `minimum_answered` is the share of a dimension's items a person must have answered for a score.
    `editions` maps an edition to its languages. `wordings` holds one entry per edition and language.
    `content_hash` is the SHA-256 of the canonical content, in hexadecimal. `family` names the instrument
    the items come from (`pulse` is of the family `learning_community`); `based_on` is the reference of the
    version this one builds on, or empty; `changes` says what it did to that one, and why. `part` holds the
    dimensions of a part (`instruments.parts`), and is empty of a whole version.
    """

    name: str
    number: str
    scale: Scale
    minimum_answered: float
    levels: Levels
    dimensions: tuple[Dimension, ...]
    editions: Mapping[str, tuple[str, ...]]
    wordings: Mapping[tuple[str, str], Wording]
    # waves keep it, so that the words people answered cannot change under them
    content_hash: str
    family: str = ""
    based_on: str = ""
    changes: tuple[ChangelogEntry, ...] = ()
    part: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """Return the name that people and databases use: `learning_community@1.0.0`.

        A part's goes on with its dimensions: `learning_community@1.0.0+shared_practice`.
        """
        return "+".join([f"{self.name}@{self.number}", *self.part])

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Return all items in the order they are asked."""
        return tuple(item for dimension in self.dimensions for item in dimension.items)

    @cached_property
    def item_columns(self) -> Mapping[str, int]:
        """Return item id → its column in a response matrix."""
        return {item.id: column for column, item in enumerate(self.items)}

    def dimension(self, dimension_id: str) -> Dimension:
        """Return the dimension of that id. Raises KeyError: ids come from the version itself."""
        return self._by_id[dimension_id]

    @cached_property
    def dimension_of(self) -> Mapping[str, str]:
        """Return item id → the id of its dimension."""
        return {item.id: dimension.id for dimension in self.dimensions for item in dimension.items}

    @cached_property
    def _by_id(self) -> Mapping[str, Dimension]:
        return {dimension.id: dimension for dimension in self.dimensions}

    def wording(self, edition: str, language: str) -> Wording:
        """Return what people read in an edition and language. Raises KeyError where the version lacks it."""
        return self.wordings[edition, language]

    def __hash__(self) -> int:
        # mappings have no hash of their own, and the content hash stands for them
        return hash(self.content_hash)

    def __iter__(self) -> Iterator[Dimension]:
        return iter(self.dimensions)
