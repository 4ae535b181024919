"""What is left when released groups are subtracted from each other, and whether that may be known.

Groups are sets of cells (unit, wave) that are nested or apart, never crossing: so they form trees, and
all that adding and subtracting released figures can give is a union of *atoms*: a released group less the
largest released groups inside it. An atom is judged like a figure of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from math import inf
from typing import Final

from instruments.problems import Refused, refuse

Cell = tuple[str, str]
Cells = frozenset[Cell]

READERS_UNITS: Final = 2  # units whose own leaders' view one reader may have
_ALONE_TOGETHER: Final = 2  # people who may stand apart from all others: one alone would know what they said
_TINY: Final = 1e-6  # scale points: what two sums of rounded means may differ by without saying anything


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


@dataclass(frozen=True, slots=True)
class AtomRules:
    """What an atom must hold: `minimum` people or more, and no score bounded to within `width` points."""

    minimum: int
    lowest: float
    highest: float
    width: float


@dataclass(frozen=True, slots=True)
class Atom:
    """What is left of the released group `whole` without the released groups `parts`; `hidden` lie in it."""

    whole: int
    parts: tuple[int, ...]
    hidden: tuple[int, ...]


@dataclass(frozen=True)
class GroupForest:
    """Groups by nesting. `groups` are ordered from large to small."""

    groups: tuple[Group, ...]

    @cached_property
    def children(self) -> Mapping[int, tuple[int, ...]]:
        """Return, for each group, the groups right inside it; for −1, those inside none."""
        smallest: dict[Cell, int] = {}
        found: dict[int, list[int]] = {place: [] for place in range(-1, len(self.groups))}
        for place, group in enumerate(self.groups):
            around = {smallest.get(cell, -1) for cell in group.cells}
            if len(around) > 1:
                raise _crossing(group)
            found[around.pop()].append(place)
            smallest.update(dict.fromkeys(group.cells, place))
        return {place: tuple(inside) for place, inside in found.items()}

    def atom(self, whole: int, released: frozenset[int]) -> Atom:
        """Return the atom of a released group, given all groups that are released."""
        parts: list[int] = []
        hidden: list[int] = []
        waiting = list(self.children[whole])
        while waiting:
            place = waiting.pop()
            if place in released:
                parts.append(place)
            else:
                hidden.append(place)
                waiting.extend(self.children[place])
        return Atom(whole, tuple(sorted(parts)), tuple(sorted(hidden)))

    def faults(self, released: frozenset[int], rules: AtomRules) -> Iterator[Atom]:
        """Return the atoms that would disclose too much if the groups `released` were released together."""
        for whole in sorted(released):
            atom = self.atom(whole, released)
            if not self._holds(atom, released, rules):
                yield atom

    def _holds(self, atom: Atom, released: frozenset[int], rules: AtomRules) -> bool:
        groups = self.groups
        whole, parts = groups[atom.whole], [groups[part] for part in atom.parts]
        if len(whole.cells) == sum(len(part.cells) for part in parts):
            return True
        n, total = whole.n - sum(part.n for part in parts), _total(whole, parts)
        rest = whole.cells.difference(*(part.cells for part in parts))
        leaders = [groups[place] for place in atom.hidden if groups[place].leader]
        readers = _Readers(n, total, leaders, len(rest))
        if readers.fewest() < rules.minimum:
            return False
        if total is None:
            return not any(rest <= groups[place].cells for place in atom.hidden)
        # a whole of which nothing was taken away is judged where it stands alone
        if not readers.may_be_known(rules, subtracted=bool(parts)):
            return False
        return all(self._stays_hidden(place, released, readers, rules) for place in atom.hidden)

    def _stays_hidden(
        self, place: int, released: frozenset[int], readers: "_Readers", rules: AtomRules
    ) -> bool:
        """Return whether what is not released of a group in an atom is not bounded closely, by any reader."""
        group = self.groups[place]
        inside = [self.groups[part] for part in self.atom(place, released).parts]
        unknown = group.n - sum(part.n for part in inside)
        if unknown == 0 or len(group.cells) == sum(len(part.cells) for part in inside):
            return True
        return readers.narrowest(group.cells, unknown, rules) > rules.width * unknown


class _Readers:
    """What readers have of one atom after taking away own units: people, and the sum of their scores.

    Two leaders may put their reports together, and one leader may lead two units: a reader has none, one or
    two units of the `leaders`. Readers who have all of the atom learn nothing more from it, and are not among
    them. What is asked is linear in people and sums, so that the reader who has least is found by the units
    that take most, and not among all pairs of thousands.
    """

    def __init__(self, n: int, total: float | None, leaders: Sequence[Group], cells: int) -> None:
        self._whole = float(n), total or 0.0
        self._own = tuple((float(own.n), own.total or 0.0, own.cells) for own in leaders)
        self._most = sum((cells > 1, cells > READERS_UNITS))
        self._ordered: dict[tuple[float, float], list[tuple[float, Cells]]] = {}

    def fewest(self) -> float:
        """Return how many people are left for the reader who has least of them."""
        return self._least(1, 0)

    def may_be_known(self, rules: AtomRules, *, subtracted: bool) -> bool:
        """Return whether each reader may know the mean of the rest: two people may stand on either side."""
        apart = _ALONE_TOGETHER * (rules.highest - rules.lowest) / 2
        below = self._least(rules.highest + _TINY, -1, with_none=subtracted)
        above = self._least(_TINY - rules.lowest, 1, with_none=subtracted)
        return min(below, above) >= apart

    def narrowest(self, cells: Cells, unknown: int, rules: AtomRules) -> float:
        """Return how widely the sum of `unknown` people in a group may lie, for the reader who knows most.

        Readers who lead a unit in the group know that one anyway.
        """
        scale = rules.highest - rules.lowest
        return min(
            unknown * scale,
            (self._least(1, 0, cells) - unknown) * scale,
            self._least(rules.highest, -1, cells),
            self._least(-rules.lowest, 1, cells),
        )

    def _least(
        self, people: float, total: float, cells: Cells = frozenset(), *, with_none: bool = True
    ) -> float:
        """Return the least of so much of the people and of the sum that is left for any reader.

        Readers who lead a unit in `cells` are left out, and unless `with_none` those who lead none.
        """
        n, whole = self._whole
        taken = [0.0] if with_none else []
        together = 0.0
        for value in self._largest(people, total, cells):
            together += value
            taken.append(together)
        return people * n + total * whole - max(taken, default=-inf)

    def _largest(self, people: float, total: float, cells: Cells) -> Iterator[float]:
        """Yield what the units take that take most, as many as a reader may have."""
        if (people, total) not in self._ordered:
            values = [(people * n + total * own, inside) for n, own, inside in self._own]
            self._ordered[people, total] = sorted(values, key=lambda each: each[0], reverse=True)
        apart = (value for value, inside in self._ordered[people, total] if inside.isdisjoint(cells))
        return islice(apart, self._most)


def group_forest(groups: Iterable[Group]) -> GroupForest:
    """Return the groups by nesting. Raises Refused where two overlap and neither holds the other."""
    grown = GroupForest(tuple(sorted(groups, key=lambda group: (-len(group.cells), sorted(group.cells)))))
    grown.children  # noqa: B018 - nesting is checked where it is found
    return grown


def _total(whole: Group, parts: Sequence[Group]) -> float | None:
    """Return the sum of an atom's scores as a reader has it, or None where the figure is a bare count."""
    if whole.total is None:
        return None
    return whole.total - sum(part.total for part in parts if part.total is not None)


def _crossing(group: Group) -> Refused:
    named = ", ".join(sorted(unit for unit, _ in group.cells))
    return refuse(
        "groups-cross",
        f"The group {named} overlaps another of which it is no part.",
        "Release groups that are nested or apart, so that no difference of two of them can be had.",
    )
