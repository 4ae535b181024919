"""Build a version on another one: what it takes over, and what its changelog does to it.

A definition with `based_on` holds only what differs. `keep` names the items it takes over (all, if absent),
and each entry of `[[changes]]` makes a change and says why (docs/decisions/0010 and 0011).
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from instruments.definition import texts
from instruments.definition.loader import DefinitionDraft, Tree
from instruments.definition.toml_positions import KeyPath

_SCALE_WORDS = ("referent", "categories")
_NOT_INHERITED = ("based_on", "keep", "changes", "texts")
_NEEDED = {
    "reworded": (),
    "corrected": (),
    "dropped": (),
    "replaced": ("by", "indicator", "anchor"),
    "added": ("dimension", "indicator", "anchor"),
}


def inherit(draft: DefinitionDraft, base: DefinitionDraft) -> None:
    """Fill a draft with what its base says and it does not; note changes that cannot be made."""
    own = draft.tree
    asked = {key: deepcopy(value) for key, value in base.tree.items() if key not in _NOT_INHERITED}
    if "keep" in own:
        _keep(draft, asked)
    made = _apply_changes(draft, asked)
    tree = texts.overlay(asked, {key: value for key, value in own.items() if key != "texts"})
    # merging these two would bring back editions and terms that the new version has left out
    for table in ("editions", "terms"):
        if table in own:
            tree[table] = own[table]
    tree["texts"] = texts.overlay(_still_asked(tree, base.tree.get("texts", {})), own.get("texts", {}))
    draft.tree = tree
    _inherit_places(draft, base, made)


def _keep(draft: DefinitionDraft, asked: Tree) -> None:
    wanted = draft.tree["keep"]
    known = {item["id"] for dimension in asked["dimensions"] for item in dimension["items"]}
    for k, item in enumerate(wanted):
        if item not in known:
            fault = f"{draft.tree['based_on']} has no item {item[:80]!r}."
            draft.add(("keep", k), "keep-unknown", fault, "Name items of the version built on.")
    # an unknown item was noted and keeps nothing; a dimension that lost all its items is not asked
    for dimension in asked["dimensions"]:
        dimension["items"] = [item for item in dimension["items"] if item["id"] in wanted]
    asked["dimensions"] = [dimension for dimension in asked["dimensions"] if dimension["items"]]


def _apply_changes(draft: DefinitionDraft, asked: Tree) -> dict[str, KeyPath]:
    """Make the changes in `asked`; return item id → the entry that brought it."""
    made: dict[str, KeyPath] = {}
    for k, change in enumerate(draft.tree.get("changes", ())):
        # an entry without a kind, or of an unknown one, was noted when its form was checked
        if change.get("kind") not in _NEEDED:
            continue
        fault = _obstacle(change, asked)
        if fault:
            draft.add(("changes", k), "change-malformed", fault, "See docs/authoring.md, A new version.")
        elif "item" in change:
            _apply(change, asked)
            made[change.get("by", change["item"])] = ("changes", k)
    return made


def _obstacle(change: Tree, asked: Tree) -> str:
    """Return why a change cannot be made, as a sentence, or an empty text where it can."""
    kind = change["kind"]
    if ("item" in change) == ("text" in change):
        return "a change names either an item or a text."
    if "text" in change:
        known = change["text"] in _SCALE_WORDS and kind == "corrected"
        return "" if known else f"only {' and '.join(_SCALE_WORDS)} are named as text, and only corrected."
    missing = [key for key in _NEEDED[kind] if key not in change]
    if missing:
        return f"a {kind} item needs {', '.join(missing)}."
    if kind == "added":
        dimensions = [dimension["id"] for dimension in asked["dimensions"]]
        return "" if change["dimension"] in dimensions else f"there is no dimension {change['dimension']!r}."
    known = _find(asked, change["item"]) is not None
    return "" if known else f"the version built on has no item {change['item'][:80]!r}."


def _apply(change: Tree, asked: Tree) -> None:
    notes: Tree = {key: change[key] for key in ("indicator", "anchor", "reverse") if key in change}
    if change["kind"] == "added":
        for dimension in asked["dimensions"]:
            if dimension["id"] == change["dimension"]:
                dimension["items"].append({"id": change["item"], **notes})
        return
    found = _find(asked, change["item"])
    if found is None:
        return
    items, at = found
    match change["kind"]:
        case "dropped":
            del items[at]
        # in the place of the old one: the order of the questionnaire stays
        case "replaced":
            items[at] = {"id": change["by"], **notes}
        case _:
            items[at].update(notes)


def _find(asked: Tree, item: str) -> tuple[list[Tree], int] | None:
    """Return the list an item stands in and its place there, or None."""
    for dimension in asked["dimensions"]:
        for at, each in enumerate(dimension["items"]):
            if each["id"] == item:
                return dimension["items"], at
    return None


def _still_asked(tree: Tree, inherited: Tree) -> Tree:
    """Return the base's texts without those for what the new version does not ask."""
    # texts of an edition or a language that is left out would be refused as strays
    promised = tree.get("editions", {})
    kept: Tree = {}
    for language, shared in inherited.items():
        if any(language in languages for languages in promised.values()):
            kept[language] = _without_strays(tree, shared)
            kept[language]["editions"] = {
                edition: _without_strays(tree, own)
                for edition, own in shared.get("editions", {}).items()
                if language in promised.get(edition, ())
            }
    return kept


def _without_strays(tree: Tree, inherited: Tree) -> Tree:
    left = dict(inherited)
    for table, known, _ in texts.text_tables(tree):
        if table in left:
            left[table] = {key: value for key, value in left[table].items() if key in known}
    return left


def _inherit_places(draft: DefinitionDraft, base: DefinitionDraft, made: dict[str, KeyPath]) -> None:
    """Let faults of what was taken over point at the base's file, and those of items at their change.

    The dimensions' own paths are left out: keeping and dropping items has shifted their indices.
    """
    known = {**base.inherited, **base.places}
    draft.inherited = {path: place for path, place in known.items() if path[:1] != ("dimensions",)}
    draft.inherited["dimensions",] = draft.place(("based_on",))
    for path, item in _item_paths(draft.tree):
        if item in made:
            draft.inherited[path] = draft.place(made[item])


def _item_paths(tree: dict[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    for k, dimension in enumerate(tree.get("dimensions", ())):
        for m, item in enumerate(dimension.get("items", ())):
            yield ("dimensions", k, "items", m), item.get("id", "")
