"""What is left when released groups are subtracted from each other, and whether that may be known.

Groups are sets of cells (unit, wave) that are nested or apart, never crossing: so they form trees, and
all that adding and subtracting released figures can give is a union of *atoms*: a released group less the
largest released groups inside it. An atom is judged like a figure of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

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
        views = _Views.of(n, total, leaders, len(rest))
        if views.people.min() < rules.minimum:
            return False
        if total is None:
            return not any(rest <= groups[place].cells for place in atom.hidden)
        # a whole of which nothing was taken away is judged where it stands alone
        if not views.may_be_known(rules, subtracted=bool(parts)):
            return False
        return all(self._stays_hidden(place, released, views, rules) for place in atom.hidden)

    def _stays_hidden(self, place: int, released: frozenset[int], views: "_Views", rules: AtomRules) -> bool:
        """Return whether what is not released of a group in an atom is not bounded closely, by any reader."""
        group = self.groups[place]
        inside = [self.groups[part] for part in self.atom(place, released).parts]
        unknown = group.n - sum(part.n for part in inside)
        if unknown == 0 or len(group.cells) == sum(len(part.cells) for part in inside):
            return True
        return views.narrowest(group.cells, unknown, rules) > rules.width * unknown


@dataclass(frozen=True, eq=False)
class _Views:
    """What each reader has of one atom after taking away own units: people, and the sum of their scores.

    Two leaders may put their reports together, and one leader may lead two units: a reader has none, one or
    two units of the `leaders`, whose places `first` and `second` hold (−1 for none). Readers who have all of
    the atom learn nothing more from it, and are not among them.
    """

    people: NDArray[np.float64]
    totals: NDArray[np.float64]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    leaders: tuple[Group, ...]

    @classmethod
    def of(cls, n: int, total: float | None, leaders: Sequence[Group], cells: int) -> "_Views":
        """Return the views of an atom of so many people and cells whose scores have that sum."""
        # none, each one, each two; a last place that takes nothing stands for none
        one, two = np.triu_indices(len(leaders), 1)
        alone = np.arange(len(leaders))
        first = np.concatenate([[-1], alone if cells > 1 else [], one if cells > READERS_UNITS else []])
        second = np.full(len(first), -1)
        if cells > READERS_UNITS:
            second[len(first) - len(two) :] = two
        first = first.astype(np.int64)
        people = np.array([*(own.n for own in leaders), 0], dtype=np.float64)
        sums = np.array([*(own.total or 0.0 for own in leaders), 0.0])
        return cls(
            n - people[first] - people[second],
            (total or 0.0) - sums[first] - sums[second],
            first,
            second,
            tuple(leaders),
        )

    def may_be_known(self, rules: AtomRules, *, subtracted: bool) -> bool:
        """Return whether each reader may know the mean of the rest: two people may stand on either side."""
        judged = slice(0 if subtracted else 1, None)
        n, totals = self.people[judged], self.totals[judged]
        on_middle = _ALONE_TOGETHER * (rules.lowest + rules.highest) / 2
        slack = _TINY * n
        below = on_middle + (n - _ALONE_TOGETHER) * rules.highest >= totals - slack
        above = on_middle + (n - _ALONE_TOGETHER) * rules.lowest <= totals + slack
        return bool((below & above).all())

    def narrowest(self, cells: Cells, unknown: int, rules: AtomRules) -> float:
        """Return how widely the sum of `unknown` people in a group may lie, for the reader who knows most.

        Readers who lead a unit in the group know that one anyway.
        """
        inside = np.array([*(bool(own.cells & cells) for own in self.leaders), False])
        apart = ~(inside[self.first] | inside[self.second])
        people, totals = self.people[apart], self.totals[apart]
        others = people - unknown
        most = np.minimum(unknown * rules.highest, totals - others * rules.lowest)
        least = np.maximum(unknown * rules.lowest, totals - others * rules.highest)
        return float((most - least).min())


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
