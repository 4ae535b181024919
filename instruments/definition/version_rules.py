"""Check that a version may follow the one it builds on: changes declared, and a number that admits them."""

from collections.abc import Mapping

from instruments import versions
from instruments.definition.loader import DefinitionDraft, Tree
from instruments.definition.toml_positions import KeyPath
from instruments.model import Version


def inherited_meanings(tree: Tree, base: Version) -> Mapping[str, str]:
    """Return item id → the version its meaning comes from, for items whose meaning the base already gave.

    A new major version starts every item anew, as its scale or its dimensions are new.
    """
    if tree["name"] == base.name and tree["version"].split(".")[0] != base.number.split(".")[0]:
        return {}
    changes = tree.get("changes", ())
    renewed = {each.get("by", each.get("item")) for each in changes if each["kind"] != "corrected"}
    return {item.id: item.since for item in base.items if item.id not in renewed}


def check_changes(draft: DefinitionDraft, base: Version, version: Version) -> None:
    """Note changes that are not declared, declared changes that are none, and a number that is too low."""
    differing = _differing(base, version)
    changes = draft.tree.get("changes", ())
    declared = {each[key] for each in changes for key in ("item", "by") if key in each}
    for name in sorted(differing - declared):
        path = _wording_path(draft, name)
        fault = f"the item {name!r} differs from {base.reference}, and [[changes]] does not say so."
        remedy = "Declare it as reworded (its meaning moves) or corrected (its language only)."
        draft.add(path, "change-undeclared", fault, remedy)
    for k, each in enumerate(changes):
        if each["kind"] in ("reworded", "corrected") and each.get("item", "") not in {"", *differing}:
            fault = f"{each['item']!r} is declared {each['kind']} and has not changed."
            draft.add(("changes", k), "change-empty", fault, "Change it, or delete the entry.")
    # a short form has a name of its own and counts from 1.0.0
    if base.name == version.name:
        _check_number(draft, base, version)


def _check_number(draft: DefinitionDraft, base: Version, version: Version) -> None:
    declared, needed = versions.declared_bump(base, version), versions.smallest_bump(base, version)
    if declared == versions.Bump.NONE:
        fault = f"{version.number} does not come after {base.number}, which it builds on."
        draft.add(("version",), "version-order", fault, "Give it a higher number.")
    elif declared < needed:
        largest = versions.diff(base, version)[0]
        fault = f"the step from {base.number} is a {declared.label} one, but {largest}."
        draft.add(("version",), "bump-small", fault, f"Give it a {needed.label} step.")


def _differing(base: Version, version: Version) -> set[str]:
    """Return the items of either version that are gone, new, scored another way or worded another way."""
    old, new = ({item.id: item for item in each.items} for each in (base, version))
    # what a short form leaves out is no change of anything
    gone = set() if base.name != version.name else old.keys() - new.keys()
    changed = {name for name in old.keys() & new.keys() if old[name].reverse != new[name].reverse}
    for key in base.wordings.keys() & version.wordings.keys():
        before, after = base.wordings[key].items, version.wordings[key].items
        changed |= {name for name in before.keys() & after.keys() if before[name] != after[name]}
    return gone | (new.keys() - old.keys()) | changed


def _wording_path(draft: DefinitionDraft, item: str) -> KeyPath:
    """Return where the draft itself words an item."""
    return next((path for path in draft.places if path[-2:] == ("items", item)), ("based_on",))
