"""What is left when released groups are subtracted from each other, and whether that may be known.

Groups are sets of cells (unit, wave) that are nested or apart, never crossing: so they form trees, and
all that adding and subtracting released figures can give is a union of *atoms*: a released group less the
largest released groups inside it. An atom is judged like a figure of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from instruments.problems import Refused, refuse
from reports.disclosure.unanimity import MeanBounds, mean_is_protected

Cell = tuple[str, str]
Cells = frozenset[Cell]

_TINY = 1e-6  # scale points: what two sums of rounded means may differ by without saying anything


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
        n = whole.n - sum(part.n for part in parts)
        if n < rules.minimum:
            return False
        leaders = [groups[place] for place in atom.hidden if groups[place].leader]
        if any(n - leader.n < rules.minimum for leader in leaders if leader.cells < whole.cells):
            return False
        total = _total(whole, parts)
        if total is None:
            rest = whole.cells.difference(*(part.cells for part in parts))
            return not any(rest <= groups[place].cells for place in atom.hidden)
        if parts and not _mean_may_be_known(n, total, rules):
            return False
        return all(self._stays_hidden(place, released, (n, total), leaders, rules) for place in atom.hidden)

    def _stays_hidden(
        self,
        place: int,
        released: frozenset[int],
        atom: tuple[int, float],
        leaders: Sequence[Group],
        rules: AtomRules,
    ) -> bool:
        """Return whether what is not released of a group in an atom of (n, sum) is not bounded closely.

        Nor by another's leader, who takes the own unit from the atom.
        """
        group = self.groups[place]
        inside = [self.groups[part] for part in self.atom(place, released).parts]
        unknown = group.n - sum(part.n for part in inside)
        if unknown == 0 or len(group.cells) == sum(len(part.cells) for part in inside):
            return True
        views = [atom]
        views += [
            (atom[0] - leader.n, atom[1] - leader.total)
            for leader in leaders
            if leader.total is not None and not leader.cells & group.cells
        ]
        return all(_width(unknown, n, total, rules) > rules.width * unknown for n, total in views)


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


def _mean_may_be_known(n: int, total: float, rules: AtomRules) -> bool:
    mean = total / n
    released = MeanBounds(n, mean - _TINY, mean + _TINY, rules.lowest, rules.highest)
    return mean_is_protected(released, reader_answered=False)


def _width(unknown: int, n: int, total: float, rules: AtomRules) -> float:
    """Return how widely the sum of `unknown` people may lie, who are among n whose scores sum to `total`."""
    others = n - unknown
    most = min(unknown * rules.highest, total - others * rules.lowest)
    least = max(unknown * rules.lowest, total - others * rules.highest)
    return most - least


def _crossing(group: Group) -> Refused:
    named = ", ".join(sorted(unit for unit, _ in group.cells))
    return refuse(
        "groups-cross",
        f"The group {named} overlaps another of which it is no part.",
        "Release groups that are nested or apart, so that no difference of two of them can be had.",
    )
