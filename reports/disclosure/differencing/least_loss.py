"""Which parts of one atom to hide as well, so that it may be known and the fewest people are lost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final

from reports.disclosure.differencing.atoms import Atom, AtomRules, Portion, portion
from reports.disclosure.differencing.groups import Group

_LOOKED_AHEAD: Final = 12  # groups that are still missing, at most: then it is found step by step
_EFFORT: Final = 5000  # sets that are tried; the best choice of a real release is among the first few
_GROUPS: Final = 50  # groups of which to judge takes as long as all else of a set


class Effort:
    """How much is tried for one group until the best that was found is taken: so much is `left`."""

    def __init__(self) -> None:
        self.left = _EFFORT

    def spend(self, groups: int) -> None:
        """Count that one more set is tried, in an atom of so many groups."""
        self.left = max(0, self.left - 1 - groups // _GROUPS)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A part of an atom that may be hidden and holds no other group, its place, and what is lost with it."""

    place: int
    loss: int
    group: Group


@dataclass(frozen=True, slots=True)
class Suppression:
    """The places of what is hidden as well, and what is lost with them."""

    loss: int
    places: tuple[int, ...]


def cheapest(
    atom: Atom, candidates: Sequence[Candidate], rules: AtomRules, less_than: float, effort: Effort
) -> Suppression | None:
    """Return the candidates to hide that lose least, and less than that; None where there are none.

    Sets are tried from the cheapest on. One is left out with all that hold it where the least that is still
    missing costs more than the best found before. After enough `effort` the best found before is taken.
    """
    search = _Search(sorted(candidates, key=lambda each: each.loss), rules, less_than)
    search.run(atom, effort)
    return search.best


@dataclass(slots=True)
class _State:
    """An atom with some candidates hidden; those from `place` on may follow, and `missing` of them must."""

    atom: Atom
    chosen: Suppression
    place: int
    missing: int


class _Search:
    """A search in depth among sets of candidates, which are ordered by loss."""

    def __init__(self, candidates: Sequence[Candidate], rules: AtomRules, less_than: float) -> None:
        self.best: Suppression | None = None
        self._less_than = less_than
        self._candidates, self._rules = candidates, rules
        self._portions = [portion(each.group, rules) for each in candidates]
        self._losses = list(accumulate((each.loss for each in candidates), initial=0))
        self._smallest = list(accumulate((each.group.n for each in reversed(candidates)), min))[::-1]
        self._largest = _largest(self._portions)
        self._all_lead = all(each.group.leader for each in candidates)

    def run(self, atom: Atom, effort: Effort) -> None:
        waiting = [self._state(atom, Suppression(0, ()), 0, 0)]
        while waiting and effort.left:
            state = waiting[-1]
            if not state.missing or self._is_dear(state):
                waiting.pop()
                continue
            effort.spend(len(state.atom.hidden))
            place, state.place = state.place, state.place + 1
            added, own = self._candidates[place], self._portions[place]
            chosen = Suppression(state.chosen.loss + added.loss, (*state.chosen.places, added.place))
            hiding = state.atom.hiding(added.group, own)
            waiting.append(self._state(hiding, chosen, place + 1, state.missing - 1))

    def _state(self, atom: Atom, chosen: Suppression, place: int, fewest: int) -> _State:
        missing = self._missing(atom, place, fewest)
        if not missing and chosen.loss < self._less_than:
            self.best, self._less_than = chosen, chosen.loss
        return _State(atom, chosen, place, missing)

    def _is_dear(self, state: _State) -> bool:
        """Return whether what is missing is not there, or loses no less than the best."""
        end = state.place + state.missing
        if end > len(self._candidates):
            return True
        return state.chosen.loss + self._losses[end] - self._losses[state.place] >= self._less_than

    def _missing(self, atom: Atom, place: int, fewest: int) -> int:
        """Return how many candidates from `place` on must be hidden too at least; 0 where none need be."""
        there = len(self._candidates) - place
        for number in range(fewest, min(there, len(self._largest)) + 1):
            if self._could_do(atom, place, number):
                return number
        return min(there, len(self._largest)) + 1

    def _could_do(self, atom: Atom, place: int, number: int) -> bool:
        """Return whether so many candidates from `place` on could be enough; where it is none, whether it is.

        They are taken to be as large as the largest in each respect, and one alone need stay hidden.
        """
        if not number:
            return atom.may_be_known(self._rules)
        if not self._with_largest(atom, number).may_be_known(self._rules):
            return False
        return atom.count or self._stays_hidden(atom, self._smallest[place], number - 1)

    def _with_largest(self, atom: Atom, number: int) -> Atom:
        most = self._largest[:number]
        return replace(
            atom,
            left=sum(most, start=atom.left),
            size=atom.size + number,
            parts=atom.parts - number,
            leaders=(*atom.leaders, *most) if self._all_lead else atom.leaders,
            # a group of several units may hold some of the candidates
            hidden=tuple(each for each in atom.hidden if len(each.cells) == 1),
        )

    def _stays_hidden(self, atom: Atom, people: int, others: int) -> bool:
        """Return whether one candidate of so many people could stay hidden among so many others."""
        left = self._with_largest(atom, others).fewest()
        return left * (self._rules.highest - self._rules.lowest) > self._rules.width * people


def _largest(portions: Sequence[Portion]) -> Sequence[Portion]:
    """Return portions that take as much as the largest do, in each respect by itself."""
    values = ((each.people, each.below, each.above) for each in portions)
    ordered = [sorted(each, reverse=True)[:_LOOKED_AHEAD] for each in zip(*values, strict=True)]
    return [Portion(*each) for each in zip(*ordered, strict=True)]
