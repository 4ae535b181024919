"""Every fault in what a definition asks: its ids, scale, levels, terms, editions and dimensions."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from instruments.definition import schema
from instruments.definition import texts as words
from instruments.definition.loader import DefinitionDraft
from instruments.definition.toml_positions import KeyPath

_FORMAT = 1
_SPSS_RESERVED = frozenset(
    ["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"]
)
_FEWEST_CATEGORIES = 2
_MOST_CATEGORIES = 101  # 0–100; a stored answer is one byte
_MOST_UNSCORED = 20
_LARGEST_CODE = 1000
_MOST_ITEMS = 500

_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?")
_NUMBER = re.compile(r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")


def check_definition(draft: DefinitionDraft) -> None:
    """Note every fault of a conforming draft: what it asks, and the words it asks it with."""
    _identity(draft)
    _scale(draft)
    _levels(draft)
    _dimensions(draft)
    _terms(draft)
    _editions(draft)
    words.check_texts(draft)


def is_number(text: str) -> bool:
    """Whether a text is a version number, MAJOR.MINOR.PATCH."""
    return _NUMBER.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Whether a text is a valid id: a name SPSS accepts for a variable."""
    return (
        bool(_NAME.fullmatch(text)) and len(text) <= schema.LONGEST_ID and text.upper() not in _SPSS_RESERVED
    )


def _identity(draft: DefinitionDraft) -> None:
    tree = draft.tree
    if tree.get("format", _FORMAT) != _FORMAT:
        fault = f"format {tree['format']} is not known."
        draft.fault(("format",), "format-unknown", fault, f"Write format = {_FORMAT}.")
    if "name" in tree:
        _name(draft, ("name",), tree["name"])
    if not is_number(tree.get("version", "0.0.0")):
        fault = f"{tree['version']!r} is no version number."
        draft.fault(("version",), "version-malformed", fault, 'Write three numbers, as in "1.0.0".')


def _name(draft: DefinitionDraft, path: KeyPath, name: str) -> None:
    if not is_name(name):
        remedy = (
            f"Use at most {schema.LONGEST_ID} letters A-Z, digits and underscores, a letter first and no "
            f"underscore last, and none of {', '.join(sorted(_SPSS_RESERVED))}."
        )
        draft.fault(path, "name-invalid", f"{name[:80]!r} cannot name a variable in SPSS.", remedy)


def _unique(draft: DefinitionDraft, named: Iterator[tuple[KeyPath, str]]) -> None:
    seen: dict[str, KeyPath] = {}
    for path, name in named:
        _name(draft, path, name)
        first = seen.setdefault(name.upper(), path)
        if first != path:
            fault = f"the id {name!r} is taken at {draft.place(first)} (case does not tell ids apart)."
            draft.fault(path, "id-duplicate", fault, "Give each dimension, item and code its own id.")


def _scale(draft: DefinitionDraft) -> None:
    scale = draft.tree.get("scale", {})
    codes = scale.get("categories")
    if codes is not None:
        path = ("scale", "categories")
        if not _FEWEST_CATEGORIES <= len(codes) <= _MOST_CATEGORIES:
            fault = f"the scale has {len(codes)} codes."
            remedy = f"Give {_FEWEST_CATEGORIES} to {_MOST_CATEGORIES}."
            draft.fault(path, "codes-number", fault, remedy)
        if any(abs(code) > _LARGEST_CODE for code in codes):
            fault = f"a code lies beyond ±{_LARGEST_CODE}."
            draft.fault(path, "codes-range", fault, "Number the categories plainly, as 1, 2, 3.")
        if any(later <= earlier for earlier, later in pairwise(codes)):
            remedy = "Write each code once, from the lowest to the highest."
            draft.fault(path, "codes-order", "the codes do not strictly increase.", remedy)
    unscored = scale.get("unscored", [])
    _unique(draft, ((("scale", "unscored", k), name) for k, name in enumerate(unscored)))
    if len(unscored) > _MOST_UNSCORED:
        fault = f"there are {len(unscored)} unscored answers."
        draft.fault(("scale", "unscored"), "codes-number", fault, f"Give at most {_MOST_UNSCORED}.")
    share = draft.tree.get("scoring", {}).get("minimum_answered", 1)
    if not 0 < share <= 1:
        fault = f"{share} is no share of a dimension's items."
        remedy = "Write a number above 0 and at most 1."
        draft.fault(("scoring", "minimum_answered"), "share-invalid", fault, remedy)


def _levels(draft: DefinitionDraft) -> None:
    levels = draft.tree.get("levels", {})
    ids, cuts = levels.get("ids"), levels.get("cuts")
    _unique(draft, ((("levels", "ids", k), name) for k, name in enumerate(ids or [])))
    if ids is not None and cuts is not None and len(cuts) != len(ids) - 1:
        fault = f"{len(cuts)} cuts cannot part {len(ids)} levels."
        draft.fault(("levels", "cuts"), "cuts-number", fault, "Give one cut fewer than levels.")
    if cuts is None:
        return
    if not all(earlier < later for earlier, later in pairwise(cuts)):
        remedy = "Write them from the lowest to the highest."
        draft.fault(("levels", "cuts"), "cuts-order", "the cuts do not strictly increase.", remedy)
    codes = draft.tree.get("scale", {}).get("categories")
    for k, cut in enumerate(cuts):
        if codes and not min(codes) < cut < max(codes):
            fault = f"the cut {cut} does not lie inside the scale {min(codes)}–{max(codes)}."
            draft.fault(("levels", "cuts", k), "cuts-range", fault, "Place it between the end codes.")


def _dimensions(draft: DefinitionDraft) -> None:
    dimensions = draft.tree.get("dimensions")
    if dimensions is None:
        return
    _unique(draft, _ids(dimensions))
    if not dimensions:
        draft.fault(
            ("dimensions",), "dimensions-none", "there are no dimensions.", "Add a [[dimensions]] table."
        )
    for k, dimension in enumerate(dimensions):
        if dimension.get("items") == []:
            fault = f"the dimension {dimension.get('id')!r} has no items."
            draft.fault(("dimensions", k), "dimension-empty", fault, "Add an item, or drop the dimension.")
    number = sum(len(dimension.get("items", ())) for dimension in dimensions)
    if number > _MOST_ITEMS:
        fault = f"there are {number} items."
        draft.fault(("dimensions",), "items-many", fault, f"Ask at most {_MOST_ITEMS}.")
    for path, kind, text in _notes(dimensions):
        words.check_text(draft, path, text, kind)


def _ids(dimensions: list[dict[str, Any]]) -> Iterator[tuple[KeyPath, str]]:
    for k, dimension in enumerate(dimensions):
        if "id" in dimension:
            yield ("dimensions", k, "id"), dimension["id"]
        for m, item in enumerate(dimension.get("items", ())):
            if "id" in item:
                yield ("dimensions", k, "items", m, "id"), item["id"]


def _notes(dimensions: list[dict[str, Any]]) -> Iterator[tuple[KeyPath, int, str]]:
    for k, dimension in enumerate(dimensions):
        if "anchor" in dimension:
            yield ("dimensions", k, "anchor"), 400, dimension["anchor"]
        for m, item in enumerate(dimension.get("items", ())):
            for key, longest in (("indicator", 200), ("anchor", 400)):
                if key in item:
                    yield ("dimensions", k, "items", m, key), longest, item[key]


def _terms(draft: DefinitionDraft) -> None:
    for term, forms in draft.tree.get("terms", {}).items():
        _name(draft, ("terms", term), term)
        _unique(draft, ((("terms", term, k), form) for k, form in enumerate(forms)))


def _editions(draft: DefinitionDraft) -> None:
    editions = draft.tree.get("editions")
    texts = draft.tree.get("texts", {})
    for language in texts:
        if not _LANGUAGE.fullmatch(language):
            fault = f"{language[:40]!r} is no language tag."
            draft.fault(("texts", language), "language-malformed", fault, "Use one as nb, nn, da or en.")
    if editions is None:
        return
    if not editions:
        draft.fault(("editions",), "editions-none", "there are no editions.", 'Add one: school = ["en"].')
        return
    for edition, languages in editions.items():
        _name(draft, ("editions", edition), edition)
        if len(set(languages)) < len(languages):
            fault = f"the edition {edition!r} lists a language twice."
            draft.fault(("editions", edition), "language-repeated", fault, "List each language once.")
        if not languages:
            fault = f"the edition {edition!r} has no language."
            draft.fault(("editions", edition), "edition-wordless", fault, "List at least one language.")
        for k, language in enumerate(languages):
            if language not in texts:
                fault = f"the edition {edition!r} promises {language!r}, which has no texts."
                remedy = f"Write {language}.toml (in a single file: [texts.{language}]), or drop it here."
                draft.fault(("editions", edition, k), "language-missing", fault, remedy)
    _unasked(draft, editions, texts)


def _unasked(draft: DefinitionDraft, editions: dict[str, Any], texts: dict[str, Any]) -> None:
    promised = {language for languages in editions.values() for language in languages}
    for language, shared in texts.items():
        if language not in promised and _LANGUAGE.fullmatch(language):
            fault = f"no edition asks in {language!r}."
            draft.fault(
                ("texts", language), "language-unasked", fault, "List it under [editions], or delete it."
            )
        for edition in shared.get("editions", {}):
            if language not in editions.get(edition, ()):
                fault = f"[editions] knows no edition {edition!r} in {language!r}."
                path = ("texts", language, "editions", edition)
                draft.fault(path, "edition-unknown", fault, "List it under [editions], or delete it.")
