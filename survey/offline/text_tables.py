"""Write a scorecard as plain text: aligned tables, and below each why a figure of it is missing."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from instruments import statistics
from instruments.statistics import Interval, Undefined
from survey.offline.plain_values import Tree

_MOST_SHARES = 7  # categories whose shares fit on a line
_NONE = "·"
_BASIS = {
    "complete": "Alpha to r*WG(J) are of people who answered every item of the dimension (complete).",
    "pairwise": "Alpha to r*WG(J) are of people who answered both items of each pair (pairs: the fewest).",
}


class _Table:
    """Collect rows of cells, and the reasons of those that have no value."""

    def __init__(self, *columns: str) -> None:
        self._columns: tuple[str, ...] = columns
        self._rows: list[tuple[str, ...]] = []
        self._missing: defaultdict[tuple[str, str], list[str]] = defaultdict(list)

    def add(self, name: str, *cells: object) -> None:
        shown = []
        for column, cell in zip(self._columns[1:], cells, strict=True):
            if isinstance(cell, Undefined):
                self._missing[column, cell.reason.value].append(name)
            shown.append(_shown(cell))
        self._rows.append((name, *shown))

    def lines(self) -> Iterator[str]:
        table: list[tuple[str, ...]] = [self._columns, *self._rows]
        widths = [max(len(row[column]) for row in table) for column in range(len(self._columns))]
        for row in table:
            cells = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
            yield "  ".join((row[0].ljust(widths[0]), *cells)).rstrip()
        # of one row the same reason often holds for several columns
        columns: defaultdict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
        for (column, reason), names in self._missing.items():
            # a column's name may stand twice, as that of intervals does
            columns[reason, tuple(dict.fromkeys(names))].append(column)
        for (reason, of), missing in columns.items():
            yield f"  {_NONE} {', '.join(missing)} of {', '.join(of)}: {reason}"
        yield ""


def text(content: Tree) -> str:
    """Return all of a scorecard but the percentiles, fit measures and standard errors, to be read."""
    return "\n".join(_lines(content)).rstrip("\n")


def _lines(content: Tree) -> Iterator[str]:
    yield f"{content['instrument']}: everyone, rows: {content['n']}"
    yield from _dimensions(content["dimensions"], content["cases"])
    yield from _camps(content["dimensions"])
    for name, found in content["dimensions"].items():
        yield from _items(name, found)
    yield from _correlations(content)
    if "between_groups" in content:
        yield from _between(content["between_groups"])
    for label, part in content.get("groups", {}).items():
        yield f"group {label}, rows: {part['n']}"
        yield from _dimensions(part["dimensions"], content["cases"])
        yield from _camps(part["dimensions"])
    if "comparison" in content:
        yield from _comparison(content["comparison"])
    if "planning" in content:
        yield from _planning(content["planning"])


def _dimensions(dimensions: Tree, cases: str) -> Iterator[str]:
    people = "complete" if cases == "complete" else "pairs"
    ordinal = all("ordinal" in found for found in dimensions.values())
    behind = ("ordinal alpha", "ordinal omega") * ordinal
    table = _Table(
        *("", "n", "missing", "mean", "95 % interval", "sd", people, "alpha", "95 % interval", "omega"),
        *(*behind, "rWG(J)", "AD", "r*WG(J)"),
    )
    for name, found in dimensions.items():
        reliability, agreement = found["reliability"], found["agreement"]
        table.add(
            name,
            *(found[each] for each in ("n", "missing", "mean", "interval", "sd")),
            *(reliability[each] for each in ("n", "alpha", "alpha_interval", "omega_model_implied")),
            *(found["ordinal"][each] for each in ("alpha", "omega") * ordinal),
            *(agreement[each] for each in ("rwg_j", "ad", "r_star")),
        )
    yield from table.lines()
    for name, found in dimensions.items():
        if found["unanswered_items"]:
            yield f"Nobody answered {', '.join(found['unanswered_items'])}: {name} has no score."
    yield _BASIS[cases]
    yield ""


def _camps(dimensions: Tree) -> Iterator[str]:
    found = {name: each["agreement"] for name, each in dimensions.items()}
    known = {name: each for name, each in found.items() if not isinstance(each["disagreement_p"], Undefined)}
    adjusted = statistics.holm([each["disagreement_p"] for each in known.values()])
    for (name, each), p in zip(known.items(), adjusted, strict=True):
        if p < 1 - statistics.LEVEL:
            yield (
                f"Two camps in {name}? People lie further apart there than answers at random: "
                f"r*WG(J) {_shown(each['r_star'])}, {_p(p)} over all dimensions."
            )
            yield ""


def _items(name: str, found: Tree) -> Iterator[str]:
    items = found["items"]
    first = next(iter(items.values()))
    shares = list(first["shares"]) if len(first["shares"]) <= _MOST_SHARES else []
    unscored = list(first["unscored"])
    table = _Table(
        *(f"items of {name}", "n", "mean", "sd", *(f"{each}:" for each in shares), "floor", "ceiling"),
        *(*unscored, "skipped", "item-rest", "alpha without"),
    )
    for item, each in items.items():
        shown = f"{item} (reversed)" if each["reverse"] else item
        table.add(
            shown,
            *(each["n"], each["mean"], each["sd"]),
            *(_percent(each["shares"][code]) for code in shares),
            *(_percent(each[end]) for end in ("floor", "ceiling")),
            *(_percent(each["unscored"][answer]) for answer in unscored),
            _percent(each["skipped"]),
            *(each["with_others"][figure] for figure in ("item_rest", "alpha_if_dropped")),
        )
    yield from table.lines()


def _correlations(content: Tree) -> Iterator[str]:
    pairs = {(each["first"], each["second"]): each for each in content["correlations"]}
    if not pairs:
        return
    names = list(content["dimensions"])
    numbers = [str(number) for number in range(1, len(names))]
    table = _Table("correlations of scores", *numbers)
    for place, name in enumerate(names):
        cells = [pairs[first, name]["r"] for first in names[:place]]
        table.add(f"{place + 1} {name}", *cells, *[""] * (len(numbers) - place))
    yield from table.lines()
    people = sorted({each["n"] for each in pairs.values()})
    both = "in both" if content["cases"] == "pairwise" else "in every dimension that has any"
    shown = str(people[0]) if len(people) == 1 else f"{people[0]} to {people[-1]}"
    yield f"Correlations are of people with a score {both}: {shown}."
    yield ""


def _between(found: Tree) -> Iterator[str]:
    yield f"between groups: {found['groups']}"
    table = _Table("", "n", "groups", "ICC(1)", "95 % interval", "ICC(2)", "95 % interval")
    for name, each in found["dimensions"].items():
        figures = ("n", "groups", "icc1", "icc1_interval", "icc2", "icc2_interval")
        table.add(name, *(each[figure] for figure in figures))
    yield from table.lines()
    yield "Below 0, groups differ less than chance would make them: read it as no difference."
    yield ""


def _comparison(found: Tree) -> Iterator[str]:
    first, second = found["first"], found["second"]
    yield f"{second} less {first}"
    table = _Table("", f"n {first}", "mean", f"n {second}", "mean", "difference", "interval", "p adjusted")
    sizes = _Table("", "Hedges' g", "interval", "Cliff's delta", "interval", "level")
    for name, each in found["dimensions"].items():
        sides = [each[side][figure] for side in ("first", "second") for figure in ("n", "mean")]
        p = each["p_adjusted"]
        table.add(
            name, *sides, each["difference"], each["interval"], p if isinstance(p, Undefined) else _p(p, "")
        )
        figures = ("hedges_g", "hedges_g_interval", "cliffs_delta", "cliffs_delta_interval")
        sizes.add(name, *(each[figure] for figure in figures), _percent(each["level"], 2))
    yield from table.lines()
    yield from sizes.lines()
    yield (
        f"Adjusted over {found['tests']} dimensions (Holm): a false difference in any has a chance of "
        f"{_percent(1 - found['level'])} at most. Intervals are of the level beside them."
    )
    yield ""


def _planning(found: Tree) -> Iterator[str]:
    yield f"answers each of two waves needs to show a difference of {found['difference']:g}"
    together = f"all {found['tests']} dimensions"
    table = _Table("", "n", "sd", "one dimension", together)
    for name, each in found["dimensions"].items():
        table.add(name, *(each[figure] for figure in ("n", "sd", "answers", "answers_all")))
    yield from table.lines()
    yield (
        f"With a chance of {_percent(found['chance'])}, where people differ as here; the last column holds "
        "the chance of any false alarm at 5 %."
    )
    yield ""


def _percent(share: Any, decimals: int = 0) -> object:  # noqa: ANN401 - a figure of a tree
    return share if isinstance(share, Undefined) else f"{share * 100:.{decimals}f} %"


def _p(value: float, name: str = "p ") -> str:
    return f"{name}< 0.001" if value < 0.001 else f"{name}{value:.3f}"  # noqa: PLR2004 - its last decimal


def _shown(cell: object) -> str:
    if isinstance(cell, Undefined):
        return _NONE
    if isinstance(cell, Interval):
        return f"{cell.low:.2f} – {cell.high:.2f}"
    # no zero has a sign
    return f"{round(cell, 2) + 0.0:.2f}" if isinstance(cell, float) else str(cell)
