"""What a page says to who hears it: Chromium's accessibility tree, read out in order."""

from dataclasses import dataclass

# what is read by itself; the text within is part of its name
_WHOLE = {
    "button",
    "columnheader",
    "heading",
    "link",
    "meter",
    "progressbar",
    "radio",
    "rowheader",
    "summary",
}
_SHOWN = _WHOLE | {"table", "row", "cell", "list", "group", "banner", "main", "navigation", "contentinfo"}
_ROLES = {
    "gridcell": "cell",
    "radiobutton": "radio",
    "ProgressIndicator": "progressbar",
    "StaticText": "text",
    "DisclosureTriangle": "summary",
}


@dataclass(frozen=True)
class Spoken:
    """One stop of who listens: what it is, what is said, and how it stands."""

    role: str
    name: str
    state: str = ""


def spoken(page):
    """Every stop of the page, in the order it is read."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    return list(_read(by_id, nodes[0]))


def _read(by_id, node):
    role = node.get("role", {}).get("value", "")
    role = _ROLES.get(role, role)
    name = " ".join(node.get("name", {}).get("value", "").split())
    ignored = node.get("ignored", False)
    if not ignored and role in _SHOWN:
        yield Spoken(role, name, _state(node))
    if not ignored and role == "text" and name:
        yield Spoken(role, name)
    if ignored or role not in _WHOLE:
        for child in node.get("childIds", ()):
            if child in by_id:
                yield from _read(by_id, by_id[child])


def _state(node):
    """Whether it is ticked or unfolded; of a meter, how far it reaches."""
    held = {each["name"]: each["value"].get("value") for each in node.get("properties", ())}
    if held.get("checked") == "true":
        return "checked"
    if "expanded" in held:
        return "expanded" if held["expanded"] else "collapsed"
    value = node.get("value", {}).get("value")
    return "" if value in {None, ""} or node["role"]["value"] != "meter" else str(value)
