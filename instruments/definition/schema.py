"""What kinds of values a definition holds where; the checks and the JSON Schema for editors both read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from instruments.definition.loader import DefinitionDraft
from instruments.definition.toml_positions import KeyPath


@dataclass(frozen=True)
class Text:
    """A string of at most `longest` characters."""

    longest: int


@dataclass(frozen=True)
class Integer:
    """A whole number."""


@dataclass(frozen=True)
class Number:
    """A whole or decimal number."""


@dataclass(frozen=True)
class Boolean:
    """true or false."""


@dataclass(frozen=True)
class ListOf:
    """A list of values of one kind."""

    kind: "Kind"


@dataclass(frozen=True)
class Fields:
    """A table with known keys, some of them required."""

    kinds: Mapping[str, "Kind"]
    required: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Entries:
    """A table whose keys are the author's own."""

    kind: "Kind"


Kind = Text | Integer | Number | Boolean | ListOf | Fields | Entries

LONGEST_ID = 64  # characters, the limit of SPSS
_ID = Text(LONGEST_ID)
_RUBRIC = Fields({"sign": Text(300), "evidence": Text(300)}, frozenset({"sign", "evidence"}))
_DIMENSION_TEXT = Fields(
    {
        "name": Text(80),
        "definition": Text(600),
        "questions": ListOf(Text(300)),
        "first_steps": ListOf(Text(300)),
        "rubric": ListOf(_RUBRIC),
    }
)
_SHEET = Fields(
    {"title": Text(80), "note": Text(300), "questions": ListOf(Text(300))},
    frozenset({"title", "note", "questions"}),
)
_WORDS: Mapping[str, Kind] = {
    "title": Text(120),
    "name": Text(80),
    "promise": Text(600),
    "introduction": ListOf(Text(600)),
    "referent": Text(200),
    "categories": Entries(Text(80)),
    "unscored": Entries(Text(80)),
    "levels": Entries(Text(60)),
    "terms": Entries(Entries(Text(80))),
    "items": Entries(Text(300)),
    "dimensions": Entries(_DIMENSION_TEXT),
    "sheet": _SHEET,
}
EDITION = Fields(_WORDS)
LANGUAGE = Fields({**_WORDS, "editions": Entries(EDITION)})
_ITEM = Fields(
    {"id": _ID, "indicator": Text(200), "anchor": Text(400), "reverse": Boolean()},
    frozenset({"id", "indicator", "anchor"}),
)
_DIMENSION = Fields(
    {"id": _ID, "anchor": Text(400), "items": ListOf(_ITEM)}, frozenset({"id", "anchor", "items"})
)
_CHANGE = Fields(
    {
        "kind": Text(20),
        "item": _ID,
        "text": Text(20),
        "why": Text(600),
        "by": _ID,
        "dimension": _ID,
        "indicator": Text(200),
        "anchor": Text(400),
        "reverse": Boolean(),
    },
    frozenset({"kind", "why"}),
)
DEFINITION = Fields(
    {
        "format": Integer(),
        "name": _ID,
        "version": Text(20),
        "based_on": Text(100),
        "keep": ListOf(_ID),
        "changes": ListOf(_CHANGE),
        "scale": Fields(
            {"categories": ListOf(Integer()), "unscored": ListOf(_ID)}, frozenset({"categories"})
        ),
        "scoring": Fields({"minimum_answered": Number()}, frozenset({"minimum_answered"})),
        "levels": Fields(
            {"ids": ListOf(_ID), "cuts": ListOf(Number()), "status": Text(40)},
            frozenset({"ids", "cuts", "status"}),
        ),
        "terms": Entries(ListOf(_ID)),
        "editions": Entries(ListOf(_ID)),
        "dimensions": ListOf(_DIMENSION),
        "texts": Entries(LANGUAGE),
    },
    frozenset({"format", "name", "version", "scale", "scoring", "levels", "editions", "dimensions", "texts"}),
)
# a version that builds on another one says only what differs
OVERLAY = Fields(DEFINITION.kinds, frozenset({"format", "name", "version"}))

_MISSING = object()


def check_types(draft: DefinitionDraft) -> None:
    """Note every unknown, missing and ill-typed value of a draft, and keep only what has its kind."""
    kind = OVERLAY if "based_on" in draft.tree else DEFINITION
    kept = _conform(draft, draft.tree, kind, ())
    draft.tree = kept if isinstance(kept, dict) else {}


def _conform(draft: DefinitionDraft, value: object, kind: Kind, path: KeyPath) -> Any:  # noqa: ANN401 - TOML is any value
    match kind, value:
        case Fields(), dict():
            return _fields(draft, value, kind, path)
        case Entries(), dict():
            return _kept({key: _conform(draft, each, kind.kind, (*path, key)) for key, each in value.items()})
        case ListOf(), list():
            entries = [_conform(draft, each, kind.kind, (*path, k)) for k, each in enumerate(value)]
            return _MISSING if _MISSING in entries else entries  # a shifted index would name a wrong line
        case (Boolean(), bool()) | (Text(), str()):
            return value
        case (Integer(), int()) | (Number(), int() | float()) if not isinstance(value, bool):
            return value
    draft.fault(path, "type-wrong", f"{_dotted(path)} is {_called(value)}.", f"Make it {_wanted(kind)}.")
    return _MISSING


def _fields(draft: DefinitionDraft, table: dict[str, Any], kind: Fields, path: KeyPath) -> dict[str, Any]:
    for key in table.keys() - kind.kinds.keys():
        known = ", ".join(sorted(kind.kinds))
        draft.fault((*path, key), "key-unknown", f"{_dotted(path)} has no key {key!r}.", f"It has: {known}.")
    for key in kind.required - table.keys():
        draft.fault(path, "key-missing", f"{_dotted(path)} lacks the key {key!r}.", "Add it.")
    return _kept(
        {
            key: _conform(draft, value, kind.kinds[key], (*path, key))
            for key, value in table.items()
            if key in kind.kinds
        }
    )


def _kept(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value is not _MISSING}


def _dotted(path: KeyPath) -> str:
    return ".".join(str(part) for part in path)[:100] or "the definition"


def _called(value: object) -> str:
    names = {dict: "a table", list: "a list", str: "text", bool: "true or false", int: "a number"}
    return names.get(type(value), f"a {type(value).__name__}")


def _wanted(kind: Kind) -> str:
    names = {
        Text: "text in quotes",
        Integer: "a whole number",
        Number: "a number",
        Boolean: "true or false",
        ListOf: "a list in [ ]",
    }
    return names.get(type(kind), "a table")
