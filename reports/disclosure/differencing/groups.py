"""Groups of cells (unit, wave), nested or apart and never crossing: so they form trees."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from instruments.problems import Refused, refuse

Cell = tuple[str, str]
Cells = frozenset[Cell]


@dataclass(frozen=True, slots=True)
class Group:
    """One group in one figure: `n` people, and the sum of their scores where it is known.

    `open` says that the group alone may be released; `fixed` that it was decided earlier, as `open` says.
    `leader` says that somebody is released of just this group, as its leader.
    """

    cells: Cells
    n: int
    total: float | None
    open: bool
    fixed: bool
    leader: bool

    @property
    def is_free(self) -> bool:
        """Return whether it is decided now whether the group is released."""
        return self.open and not self.fixed


@dataclass(frozen=True)
class GroupForest:
    """Groups by nesting. `groups` are ordered from large to small."""

    groups: tuple[Group, ...]

    @cached_property
    def parents(self) -> tuple[int, ...]:
        """Return the smallest group around each group; −1 where there is none."""
        smallest: dict[Cell, int] = {}
        found: list[int] = []
        for place, group in enumerate(self.groups):
            around = {smallest.get(cell, -1) for cell in group.cells}
            if len(around) > 1:
                raise _crossing(group)
            found.append(around.pop())
            smallest.update(dict.fromkeys(group.cells, place))
        return tuple(found)

    @cached_property
    def children(self) -> Mapping[int, tuple[int, ...]]:
        """Return, for each group, the groups right inside it; for −1, those inside none."""
        found: dict[int, list[int]] = {place: [] for place in range(-1, len(self.groups))}
        for place, around in enumerate(self.parents):
            found[around].append(place)
        return {place: tuple(inside) for place, inside in found.items()}

    def within(self, top: int) -> Sequence[int]:
        """Return a group and all that lie in it, from large to small."""
        found, waiting = list[int](), [top]
        while waiting:
            place = waiting.pop()
            found.append(place)
            waiting.extend(self.children[place])
        return sorted(found)


def group_forest(groups: Iterable[Group]) -> GroupForest:
    """Return the groups by nesting. Raises Refused where two overlap and neither holds the other."""
    grown = GroupForest(tuple(sorted(groups, key=lambda group: (-len(group.cells), sorted(group.cells)))))
    grown.parents  # noqa: B018 - nesting is checked where it is found
    return grown


def _crossing(group: Group) -> Refused:
    named = ", ".join(sorted(unit for unit, _ in group.cells))
    return refuse(
        "groups-cross",
        f"The group {named} overlaps another of which it is no part.",
        "Release groups that are nested or apart, so that no difference of two of them can be had.",
    )
