"""What is left when released groups are subtracted from each other, and whether that may be known.

All that adding and subtracting released figures of groups that are nested or apart can give is a union of
*atoms*: a released group less the largest released groups inside it. An atom is judged like a figure of its
own, for everybody outside and for readers who take away their own units from it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import islice
from math import inf
from typing import Final

from reports.disclosure.differencing.groups import Cells, Group, GroupForest

READERS_UNITS: Final = 2  # units whose own leaders' view one reader may have
_ALONE_TOGETHER: Final = 2  # people who may stand apart from all others: one alone would know what they said
_TINY: Final = 1e-6  # scale points: what two sums of rounded means may differ by without saying anything


@dataclass(frozen=True, slots=True)
class AtomRules:
    """What an atom must hold: `minimum` people or more, and no score bounded to within `width` points."""

    minimum: int
    lowest: float
    highest: float
    width: float


@dataclass(frozen=True, slots=True)
class Portion:
    """Some people of an atom, and how far their scores lie together `below` the highest, `above` the lowest.

    `cells` are those of the unit whose leader can take them away.
    """

    people: float
    below: float
    above: float
    cells: Cells = frozenset()

    def __add__(self, other: "Portion") -> "Portion":
        return Portion(self.people + other.people, self.below + other.below, self.above + other.above)


@dataclass(frozen=True, slots=True)
class HiddenGroup:
    """A group in an atom that is not released: its cells, and how many people and cells are in the atom."""

    cells: Cells
    people: int
    size: int


@dataclass(frozen=True, slots=True)
class Atom:
    """What is left of a released group without the released groups in it: people of so many cells (`size`).

    `parts` is how many groups were taken away; `leaders` are the units whose leaders know of themselves. A
    `count` has people and no scores.
    """

    left: Portion
    size: int
    parts: int
    count: bool
    leaders: tuple[Portion, ...]
    hidden: tuple[HiddenGroup, ...]

    def may_be_known(self, rules: AtomRules) -> bool:
        """Return whether each reader may know it, and what is hidden in it stays hidden."""
        if not self.size:
            return True
        readers = _Readers(self)
        if readers.fewest() < rules.minimum:
            return False
        if self.count:
            return all(group.size < self.size for group in self.hidden)
        # a whole of which nothing was taken away is judged where it stands alone
        if not readers.may_know_mean(rules, subtracted=bool(self.parts)):
            return False
        return all(
            readers.narrowest(group, rules) > rules.width * group.people
            for group in self.hidden
            if group.people and group.size
        )

    def fewest(self) -> float:
        """Return how many people are left for the reader who has least of them."""
        return _Readers(self).fewest()

    def hiding(self, group: Group, portion: Portion) -> "Atom":
        """Return the atom where one of its parts, which holds no other group, is hidden as well."""
        own = HiddenGroup(group.cells, group.n, len(group.cells))
        around = (
            replace(each, people=each.people + own.people, size=each.size + own.size)
            if own.cells < each.cells
            else each
            for each in self.hidden
        )
        return replace(
            self,
            left=self.left + portion,
            size=self.size + own.size,
            parts=self.parts - 1,
            leaders=(*self.leaders, portion) if group.leader else self.leaders,
            hidden=(*around, own),
        )


def portion(group: Group, rules: AtomRules) -> Portion:
    """Return the people of a group and where their scores lie."""
    total = group.total or 0.0
    return Portion(group.n, rules.highest * group.n - total, total - rules.lowest * group.n, group.cells)


def atom(
    forest: GroupForest, whole: int, parts: Collection[int], hidden: Collection[int], rules: AtomRules
) -> Atom:
    """Return the atom of `whole`: `parts` are the largest released groups in it, and `hidden` what is not."""
    groups = forest.groups
    inside_people, inside_cells = _inside(forest, whole, parts)
    return Atom(
        left=_left(groups[whole], [groups[part] for part in sorted(parts)], rules),
        size=len(groups[whole].cells) - sum(len(groups[part].cells) for part in parts),
        parts=len(parts),
        count=groups[whole].total is None,
        leaders=tuple(portion(groups[place], rules) for place in hidden if groups[place].leader),
        hidden=tuple(
            HiddenGroup(
                groups[place].cells,
                groups[place].n - inside_people[place],
                len(groups[place].cells) - inside_cells[place],
            )
            for place in hidden
        ),
    )


def released_atom(forest: GroupForest, whole: int, released: AbstractSet[int], rules: AtomRules) -> Atom:
    """Return the atom of a released group, given all groups that are released."""
    parts: list[int] = []
    hidden: list[int] = []
    waiting = list(forest.children[whole])
    while waiting:
        place = waiting.pop()
        if place in released:
            parts.append(place)
        else:
            hidden.append(place)
            waiting.extend(forest.children[place])
    return atom(forest, whole, parts, hidden, rules)


def _inside(
    forest: GroupForest, whole: int, parts: Collection[int]
) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """Return how many people and cells of each hidden group are in the parts."""
    people, cells = Counter[int](), Counter[int]()
    for part in parts:
        around = forest.parents[part]
        while around != whole:
            people[around] += forest.groups[part].n
            cells[around] += len(forest.groups[part].cells)
            around = forest.parents[around]
    return people, cells


def _left(whole: Group, parts: Collection[Group], rules: AtomRules) -> Portion:
    """Return the people and the scores of an atom as a reader has them."""
    n = whole.n - sum(part.n for part in parts)
    total = (whole.total or 0.0) - sum(part.total for part in parts if part.total is not None)
    return Portion(n, rules.highest * n - total, total - rules.lowest * n)


def _people(of: Portion) -> float:
    return of.people


def _below(of: Portion) -> float:
    return of.below


def _above(of: Portion) -> float:
    return of.above


def _nearly_below(of: Portion) -> float:
    return of.below + _TINY * of.people


def _nearly_above(of: Portion) -> float:
    return of.above + _TINY * of.people


_Value = Callable[[Portion], float]


class _Readers:
    """What readers have of one atom after taking away own units: people, and where their scores lie.

    Two leaders may put their reports together, and one leader may lead two units: a reader has none, one or
    two units of the `leaders`. Readers who have all of the atom learn nothing more from it, and are not among
    them. What is asked is linear in people and sums, so that the reader who has least is found by the units
    that take most, and not among all pairs of thousands.
    """

    def __init__(self, asked: Atom) -> None:
        self._left, self._leaders = asked.left, asked.leaders
        self._most = sum((asked.size > 1, asked.size > READERS_UNITS))
        self._ordered: dict[_Value, list[tuple[float, Cells]]] = {}

    def fewest(self) -> float:
        """Return how many people are left for the reader who has least of them."""
        return self._least(_people)

    def may_know_mean(self, rules: AtomRules, *, subtracted: bool) -> bool:
        """Return whether each reader may know the mean of the rest: two people may stand on either side."""
        apart = _ALONE_TOGETHER * (rules.highest - rules.lowest) / 2
        below = self._least(_nearly_below, with_none=subtracted)
        above = self._least(_nearly_above, with_none=subtracted)
        return min(below, above) >= apart

    def narrowest(self, group: HiddenGroup, rules: AtomRules) -> float:
        """Return how widely the sum of a hidden group may lie, for the reader who knows most.

        Readers who lead a unit in the group know that one anyway.
        """
        scale = rules.highest - rules.lowest
        return min(
            group.people * scale,
            (self._least(_people, group.cells) - group.people) * scale,
            self._least(_below, group.cells),
            self._least(_above, group.cells),
        )

    def _least(self, value: _Value, cells: Cells = frozenset(), *, with_none: bool = True) -> float:
        """Return the least of a value that is left for any reader.

        Readers who lead a unit in `cells` are left out, and unless `with_none` those who lead none.
        """
        taken = [0.0] if with_none else []
        together = 0.0
        for most in self._largest(value, cells):
            together += most
            taken.append(together)
        return value(self._left) - max(taken, default=-inf)

    def _largest(self, value: _Value, cells: Cells) -> Iterator[float]:
        """Yield what the units take that take most, as many as a reader may have."""
        if value not in self._ordered:
            values = [(value(own), own.cells) for own in self._leaders]
            self._ordered[value] = sorted(values, key=lambda each: each[0], reverse=True)
        apart = (most for most, inside in self._ordered[value] if inside.isdisjoint(cells))
        return islice(apart, self._most)
