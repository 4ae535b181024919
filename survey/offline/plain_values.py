"""Turn figures into plain values: JSON with a reason beside every null, and rows for statistics programs."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from instruments.statistics import Interval, Undefined

Tree = dict[str, Any]  # figures by name, nested

# `value` is a number in every row, so that no program reads it as text
COLUMNS: Final = ("group", "dimension", "item", "figure", "value", "text", "n", "undefined")

_Place = tuple[str, str, str]  # group, dimension, item


def plain(tree: object) -> Any:  # noqa: ANN401 - JSON is any value
    """Return nested figures as JSON has them: an interval is low and high, a figure without a value null.

    In the same object `undefined` maps the names of the nulls to their reasons.
    """
    if isinstance(tree, Mapping):
        found = {name: plain(value) for name, value in tree.items()}
        why = {name: value.reason.value for name, value in tree.items() if isinstance(value, Undefined)}
        return found | ({"undefined": why} if why else {})
    if isinstance(tree, list | tuple):
        return [plain(each) for each in tree]
    if isinstance(tree, Undefined):
        return None
    return {"low": tree.low, "high": tree.high} if isinstance(tree, Interval) else tree


def figure_rows(content: Tree) -> Iterator[tuple[object, ...]]:
    """Yield every figure of everyone as a row of `COLUMNS`: a value or names with n, or why there is none."""
    yield from _dimension_rows("", content["dimensions"])
    for pair in content["correlations"]:
        name = f"correlation.{pair['second']}"
        named = {key: value for key, value in pair.items() if key not in {"first", "second"}}
        yield from _leaves(("", pair["first"], ""), {name: named}, None)
    for part in ("between_groups", "comparison", "planning"):
        if part in content:
            for dimension, found in content[part]["dimensions"].items():
                yield from _leaves(("", dimension, ""), {part: found}, None)


def group_rows(label: str, dimensions: Tree) -> Iterator[tuple[object, ...]]:
    """Yield every figure of one group as `figure_rows` does."""
    yield from _dimension_rows(label, dimensions)


def _dimension_rows(label: str, dimensions: Tree) -> Iterator[tuple[object, ...]]:
    for dimension, found in dimensions.items():
        own = {name: value for name, value in found.items() if name != "items"}
        yield from _leaves((label, dimension, ""), own, None)
        for item, figures in found.get("items", {}).items():
            yield from _leaves((label, dimension, item), figures, None)


def _leaves(place: _Place, tree: Tree, n: object, around: str = "") -> Iterator[tuple[object, ...]]:
    """Yield a row for each figure; `n` is what stands nearest around it."""
    n = tree.get("n", n)
    for name, value in tree.items():
        figure = around + name
        if isinstance(value, Interval):
            yield (*place, f"{figure}.low", value.low, "", n, "")
            yield (*place, f"{figure}.high", value.high, "", n, "")
        elif isinstance(value, Mapping):
            yield from _leaves(place, dict(value), n, f"{figure}.")
        elif isinstance(value, Undefined):
            yield (*place, figure, "", "", n, value.reason.value)
        elif isinstance(value, list | tuple):
            yield (*place, figure, "", " ".join(map(str, value)), n, "")
        else:
            yield (*place, figure, int(value) if isinstance(value, bool) else value, "", n, "")
