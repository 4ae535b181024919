"""Go on with a definition that was brought in: its texts, its languages, and what belongs to which dimension.

Each function returns new tables and leaves those it was given alone.
"""

from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any, Final

from instruments.formats.foreign.own_ids import OwnIds

Tree = dict[str, Any]
TextPath = tuple[str, ...]  # of a text of one language, such as ("items", "heard")

PARAGRAPHS: Final[TextPath] = ("introduction",)  # the one text that is a list: a paragraph each
_FRAME: Final = ("title", "subtitle", "name", "promise", "introduction", "referent")
_TABLES: Final = ("categories", "unscored", "levels")
_OF_DIMENSION: Final = ("name", "definition", "heading")
_MAY_BE_LEFT_OUT: Final = frozenset({"subtitle", "heading", "introduction"})


def is_required(path: TextPath) -> bool:
    """Return whether a text has to be written before a wave can begin."""
    return path[-1] not in _MAY_BE_LEFT_OUT or path[0] == "items"


def frame_texts(tree: Mapping[str, Any], tag: str) -> dict[TextPath, str]:
    """Return what is read around the statements in a language, and the words of answers and levels."""
    found: dict[TextPath, str] = {(key,): _text(tree, tag, (key,)) for key in _FRAME}
    keys = {
        "categories": map(str, tree["scale"]["categories"]),
        "unscored": tree["scale"].get("unscored", ()),
        "levels": tree["levels"]["ids"],
    }
    found |= {(table, key): _text(tree, tag, (table, key)) for table in _TABLES for key in keys[table]}
    return found


def dimension_texts(tree: Mapping[str, Any], tag: str, dimension: str) -> dict[TextPath, str]:
    """Return the texts of a dimension itself in a language."""
    paths = [("dimensions", dimension, key) for key in _OF_DIMENSION]
    return {path: _text(tree, tag, path) for path in paths}


def item_text(tree: Mapping[str, Any], tag: str, item: str) -> str:
    """Return what a statement says in a language; empty where it says nothing yet."""
    return _text(tree, tag, ("items", item))


def with_texts(tree: Mapping[str, Any], tag: str, given: Mapping[TextPath, str]) -> Tree:
    """Return the definition with these texts of a language: each in one line, the introduction in several."""
    made = deepcopy(dict(tree))
    for path, text in given.items():
        table = made["texts"][tag]
        for key in path[:-1]:
            table = table.setdefault(key, {})
        if path == PARAGRAPHS:
            table[path[-1]] = [line for each in text.splitlines() if (line := _in_one_line(each))]
        else:
            table[path[-1]] = _in_one_line(text)
        if not table[path[-1]] and not is_required(path) and path != PARAGRAPHS:
            del table[path[-1]]
    return made


def with_languages(
    tree: Mapping[str, Any], tags: Collection[str], aside: Mapping[str, Any]
) -> tuple[Tree, Tree]:
    """Return the definition in these languages, and the texts of the others, laid aside with those before.

    What was written in a language that comes back is there again; in a new one every text stands empty.
    """
    made, kept = deepcopy(dict(tree)), deepcopy(dict(aside))
    kept |= {tag: texts for tag, texts in made["texts"].items() if tag not in tags}
    written = {tag: made["texts"].get(tag) or kept.pop(tag, {}) for tag in tags}
    made["texts"] = written
    made["editions"] = {edition: list(tags) for edition in made["editions"]}
    for tag in tags:
        made = with_texts(made, tag, _all_texts(made, tag))
    return made, kept


def with_dimension(tree: Mapping[str, Any], name: str, tag: str) -> Tree:
    """Return the definition with one more dimension, of that name in a language, without statements."""
    made = deepcopy(dict(tree))
    own = OwnIds()
    taken = [each["id"] for each in made["dimensions"]]
    taken += [item["id"] for each in made["dimensions"] for item in each["items"]]
    for each in taken:
        own.make(each, "dimension")
    key = own.make(name, "dimension")
    made["dimensions"].append({"id": key, "anchor": "ours", "items": []})
    for each in made["texts"]:
        names: dict[TextPath, str] = {
            ("dimensions", key, "name"): name if each == tag else "",
            ("dimensions", key, "definition"): "",
        }
        made = with_texts(made, each, names)
    return made


def without_dimension(tree: Mapping[str, Any], dimension: str) -> Tree:
    """Return the definition without a dimension that has no statements; the same where it has some."""
    made = deepcopy(dict(tree))
    found = next((each for each in made["dimensions"] if each["id"] == dimension), None)
    if found is None or found["items"] or len(made["dimensions"]) == 1:
        return made
    made["dimensions"].remove(found)
    for texts in made["texts"].values():
        texts.get("dimensions", {}).pop(dimension, None)
    return made


def with_items(tree: Mapping[str, Any], dimension_of: Mapping[str, str], reverse: Mapping[str, bool]) -> Tree:
    """Return the definition with statements in these dimensions, at their ends, and these turned or not.

    What names no statement or no dimension is passed over.
    """
    made = deepcopy(dict(tree))
    dimensions = {each["id"]: each for each in made["dimensions"]}
    moved = []
    for dimension in made["dimensions"]:
        for item in list(dimension["items"]):
            if item["id"] in reverse:
                item.pop("reverse", None)
                if reverse[item["id"]]:
                    item["reverse"] = True
            goal = dimension_of.get(item["id"], dimension["id"])
            if goal != dimension["id"] and goal in dimensions:
                dimension["items"].remove(item)
                moved.append((goal, item))
    for goal, item in moved:
        dimensions[goal]["items"].append(item)
    return made


def _all_texts(tree: Mapping[str, Any], tag: str) -> dict[TextPath, str]:
    """Return every text of a language, empty where there is none."""
    found = frame_texts(tree, tag)
    for each in tree["dimensions"]:
        found |= dimension_texts(tree, tag, each["id"])
        found |= {("items", item["id"]): item_text(tree, tag, item["id"]) for item in each["items"]}
    return found


def _text(tree: Mapping[str, Any], tag: str, path: TextPath) -> str:
    found: Any = tree["texts"].get(tag, {})
    for key in path:
        found = found.get(key, {}) if isinstance(found, Mapping) else {}
    if isinstance(found, list):
        return "\n".join(found)
    return found if isinstance(found, str) else ""


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
