"""Check what a definition asks beyond its form: unique ids, increasing codes and cuts, declared languages."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from instruments.definition import schema, texts
from instruments.definition.loader import DefinitionDraft, Tree
from instruments.definition.toml_positions import KeyPath

_SPSS_RESERVED = frozenset(
    ["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"]
)
_MOST_ITEMS = 500
_MOST_IN_DIMENSION = 100  # items: a table of all pairs of them is kept in memory while answers are scored
_WIDEST_SCALE = 100  # scale points: 101 codes a point apart reach as far
_UNREADABLE_CODES = frozenset(["codes-range", "type-wrong"])
_ID = re.compile(schema.DEFS["id"]["pattern"])
_LANGUAGE_TAG = re.compile(schema.DEFS["languageTag"]["pattern"])
_VERSION_NUMBER = re.compile(schema.DEFS["definition"]["properties"]["version"]["pattern"])


def check_definition(draft: DefinitionDraft) -> None:
    """Note every fault of a draft whose form was checked: what it asks, and the words it asks it with."""
    tree = draft.tree
    if "name" in tree:
        _check_reserved(draft, ("name",), tree["name"])
    _check_scale(draft, tree.get("scale", {}))
    _check_levels(draft, tree.get("levels", {}))
    _check_dimensions(draft, tree.get("dimensions", []))
    _check_terms(draft, tree.get("terms", {}))
    if tree.get("editions"):
        _check_editions(draft, tree["editions"], tree.get("texts", {}))
    texts.check_texts(draft)


def is_version_number(text: str) -> bool:
    """Return whether a text is MAJOR.MINOR.PATCH."""
    return _VERSION_NUMBER.fullmatch(text) is not None


def is_id(text: str) -> bool:
    """Return whether a text can be an id: a name that SPSS accepts for a variable."""
    # the schema's patterns are meant as they are there: of the whole text
    short = len(text) <= schema.DEFS["id"]["maxLength"]
    return short and _ID.fullmatch(text) is not None and text.upper() not in _SPSS_RESERVED


def is_language_tag(text: str) -> bool:
    """Return whether a text can be the tag of a language, such as nb or en-GB."""
    return _LANGUAGE_TAG.fullmatch(text) is not None


def _check_reserved(draft: DefinitionDraft, path: KeyPath, name: str) -> None:
    if name.upper() in _SPSS_RESERVED:
        remedy = f"Use none of {', '.join(sorted(_SPSS_RESERVED))}."
        draft.add(path, "name-invalid", f"{name!r} cannot name a variable in SPSS.", remedy)


def _check_ids(draft: DefinitionDraft, named: Iterable[tuple[KeyPath, str]]) -> None:
    """Note ids that are reserved words, or taken: SPSS does not tell upper and lower case apart."""
    seen: dict[str, KeyPath] = {}
    for path, name in named:
        _check_reserved(draft, path, name)
        first = seen.setdefault(name.upper(), path)
        if first != path:
            fault = f"the id {name!r} is taken at {draft.place(first)} (case does not tell ids apart)."
            draft.add(path, "id-duplicate", fault, "Give each dimension, item and code its own id.")


def _numbered(path: KeyPath, names: Iterable[str]) -> Iterator[tuple[KeyPath, str]]:
    return (((*path, place), name) for place, name in enumerate(names))


def _check_scale(draft: DefinitionDraft, scale: Tree) -> None:
    # where a code could not be read, the steps between the others say nothing
    if not any(problem.code in _UNREADABLE_CODES for problem in draft.problems):
        _check_codes(draft, scale.get("categories", []))
    _check_ids(draft, _numbered(("scale", "unscored"), scale.get("unscored", ())))


def _check_codes(draft: DefinitionDraft, codes: list[int]) -> None:
    """Note codes that do not increase, that are not evenly spaced, or that reach too far."""
    steps = [later - earlier for earlier, later in pairwise(codes)]
    if any(step <= 0 for step in steps):
        remedy = "Write each code once, from the lowest to the highest."
        draft.add(("scale", "categories"), "codes-order", "the codes do not strictly increase.", remedy)
    elif len(set(steps)) > 1:
        _refuse_uneven(draft, codes, steps)
    elif sum(steps) > _WIDEST_SCALE:
        fault = f"the codes {codes[0]} to {codes[-1]} reach over {sum(steps)} points."
        remedy = f"Let them reach over at most {_WIDEST_SCALE}, such as 0, 25, 50, 75, 100."
        draft.add(("scale", "categories"), "codes-wide", fault, remedy)


def _refuse_uneven(draft: DefinitionDraft, codes: list[int], steps: list[int]) -> None:
    """Note codes from whose mean the single answers could be read, as from 0, 10, 100 and 1000."""
    place = next(place for place, step in enumerate(steps) if step != steps[0])
    fault = (
        f"the codes are not evenly spaced: {codes[0]} and {codes[1]} lie {steps[0]} apart, "
        f"{codes[place]} and {codes[place + 1]} {steps[place]}. Their mean tells how many chose each."
    )
    remedy = (
        "Space them evenly, such as 1 to 5, 0 to 10, or 0, 25, 50, 75, 100; "
        "an answer that is no point of the scale belongs under unscored."
    )
    draft.add(("scale", "categories"), "codes-uneven", fault, remedy)


def _check_levels(draft: DefinitionDraft, levels: Tree) -> None:
    ids, cuts = levels.get("ids"), levels.get("cuts", [])
    _check_ids(draft, _numbered(("levels", "ids"), ids or ()))
    if ids is not None and "cuts" in levels and len(cuts) != len(ids) - 1:
        fault = f"{len(cuts)} cuts cannot part {len(ids)} levels."
        draft.add(("levels", "cuts"), "cuts-number", fault, "Give one cut fewer than levels.")
    if not all(earlier < later for earlier, later in pairwise(cuts)):
        remedy = "Write them from the lowest to the highest."
        draft.add(("levels", "cuts"), "cuts-order", "the cuts do not strictly increase.", remedy)
    codes = draft.tree.get("scale", {}).get("categories")
    for place, cut in enumerate(cuts):
        # a cut on an end code would make a level that everybody or nobody is in
        if codes and not min(codes) < cut < max(codes):
            fault = f"the cut {cut} does not lie inside the scale {min(codes)}–{max(codes)}."
            draft.add(("levels", "cuts", place), "cuts-range", fault, "Place it between the end codes.")


def _check_dimensions(draft: DefinitionDraft, dimensions: list[dict[str, Any]]) -> None:
    # dimensions and items are both columns of an export, so that they share one set of ids
    _check_ids(draft, _dimension_ids(dimensions))
    # beyond what anybody answers, and a bound for what a hostile file can make us compute
    number = sum(len(dimension.get("items", ())) for dimension in dimensions)
    if number > _MOST_ITEMS:
        fault = f"there are {number} items."
        draft.add(("dimensions",), "items-many", fault, f"Ask at most {_MOST_ITEMS}.")
    for k, dimension in enumerate(dimensions):
        if len(dimension.get("items", ())) > _MOST_IN_DIMENSION:
            fault = f"the dimension has {len(dimension['items'])} items."
            remedy = f"Give it at most {_MOST_IN_DIMENSION}, or part it in two."
            draft.add(("dimensions", k), "dimension-long", fault, remedy)


def _dimension_ids(dimensions: list[dict[str, Any]]) -> Iterator[tuple[KeyPath, str]]:
    for k, dimension in enumerate(dimensions):
        if "id" in dimension:
            yield ("dimensions", k, "id"), dimension["id"]
        for m, item in enumerate(dimension.get("items", ())):
            if "id" in item:
                yield ("dimensions", k, "items", m, "id"), item["id"]


def _check_terms(draft: DefinitionDraft, terms: Tree) -> None:
    for term, forms in terms.items():
        _check_reserved(draft, ("terms", term), term)
        _check_ids(draft, _numbered(("terms", term), forms))


def _check_editions(draft: DefinitionDraft, editions: Tree, written: Tree) -> None:
    """Note languages that an edition promises and lacks, and texts that no edition asks for."""
    for edition, languages in editions.items():
        _check_reserved(draft, ("editions", edition), edition)
        if len(set(languages)) < len(languages):
            fault = f"the edition {edition!r} lists a language twice."
            draft.add(("editions", edition), "language-repeated", fault, "List each language once.")
        for place, language in enumerate(languages):
            if language not in written:
                fault = f"the edition {edition!r} promises {language!r}, which has no texts."
                remedy = f"Write {language}.toml (in a single file: [texts.{language}]), or drop it here."
                draft.add(("editions", edition, place), "language-missing", fault, remedy)
    promised = {language for languages in editions.values() for language in languages}
    remedy = "List it under [editions], or delete it."
    for language, shared in written.items():
        if language not in promised and _LANGUAGE_TAG.fullmatch(language):
            draft.add(("texts", language), "language-unasked", f"no edition asks in {language!r}.", remedy)
        for edition in shared.get("editions", {}):
            if language not in editions.get(edition, ()):
                fault = f"[editions] knows no edition {edition!r} in {language!r}."
                path = ("texts", language, "editions", edition)
                draft.add(path, "edition-unknown", fault, remedy)
