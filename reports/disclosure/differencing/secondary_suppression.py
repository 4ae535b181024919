"""Secondary suppression: which groups to release, so that most people are covered and none disclosed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from math import inf

from reports.disclosure.differencing.atoms import Atom, AtomRules, atom, released_atom
from reports.disclosure.differencing.groups import GroupForest
from reports.disclosure.differencing.least_loss import Candidate, Effort, cheapest


def select_groups(forest: GroupForest, rules: AtomRules) -> frozenset[int]:
    """Return the groups to release: all released earlier, and of the open ones those that lose least.

    Loss is the people in suppressed groups; between equals the earlier in the forest's order is released.
    Each atom lies in one released group. So each group is decided by itself, from small to large: what is
    least lost in it where it is released. Where what was released earlier leaves no choice that holds, wholes
    are withheld instead, which is safe and loses more.
    """
    choices, released = _Choices(forest, rules), set[int]()
    for top in forest.children[-1]:
        chosen = choices.released_in(top)
        released |= _withholding_wholes(forest, top, rules) if chosen is None else chosen
    return frozenset(released)


@dataclass(frozen=True, slots=True)
class _Content:
    """What lies in the atom of a released group: `parts` are released, and what is lost in all of them."""

    loss: int
    parts: frozenset[int]
    hidden: frozenset[int]


@dataclass(order=True, frozen=True, slots=True)
class _Waiting:
    """A content to be tried: that of `before` where one of its `wholes` is hidden as well, or that itself.

    Those after the hidden one may follow. `least` is what is lost at least in all of these; `number` puts
    equal ones in order.
    """

    least: float
    number: int
    before: _Content
    wholes: tuple[int, ...] = ()
    hiding: int | None = None


class _Choices:
    """What is least lost in each group of a forest, where the group is released and where it is hidden."""

    def __init__(self, forest: GroupForest, rules: AtomRules) -> None:
        self._forest, self._rules = forest, rules
        free = [place for place, group in enumerate(forest.groups) if group.is_free]
        # whole people first, then the order: smaller than one person even when summed
        person = (len(free) + 1) ** 2
        self._own: Mapping[int, int] = {
            place: forest.groups[place].n * person + len(free) - order for order, place in enumerate(free)
        }
        self._released: dict[int, _Content] = {}
        self._if_hidden: dict[int, float] = {}
        # of a group that holds others and may be hidden: what lies in it, and what is lost more where it is
        self._inside: dict[int, _Content] = {}
        self._more: dict[int, int] = {}
        # how much less may be lost at most where such groups are hidden, of each group and those in it
        self._saved: dict[int, int] = {}
        # what lies in a group is smaller, and comes after it
        for place in reversed(range(len(forest.groups))):
            self._add(place)

    def released_in(self, top: int) -> set[int] | None:
        """Return which groups to release of `top` and those in it; None where no choice holds."""
        if min(self._if_released(top), self._if_hidden[top]) == inf:
            return None
        released, waiting = set[int](), [top]
        while waiting:
            place = waiting.pop()
            if self._if_released(place) <= self._if_hidden[place]:
                released |= self._with_parts(place)
            else:
                waiting.extend(self._forest.children[place])
        return released

    def _with_parts(self, top: int) -> set[int]:
        found, waiting = set[int](), [top]
        while waiting:
            place = waiting.pop()
            found.add(place)
            waiting.extend(self._released[place].parts)
        return found

    def _add(self, place: int) -> None:
        group, inside = self._forest.groups[place], self._forest.children[place]
        self._saved[place] = sum(self._saved[each] for each in inside)
        own = self._own.get(place, inf if group.open else 0)
        self._if_hidden[place] = own + sum(
            min(self._if_released(each), self._if_hidden[each]) for each in inside
        )
        content = self._content(inside) if group.open else None
        chosen = None if content is None else self._chosen(place, content)
        if content is None or chosen is None:
            return
        self._released[place] = chosen
        if place in self._own and inside:
            self._inside[place] = content
            self._more[place] = self._own[place] + content.loss - chosen.loss
            self._saved[place] += max(0, -self._more[place])

    def _if_released(self, place: int) -> float:
        return self._released[place].loss if place in self._released else inf

    def _content(self, places: Iterable[int]) -> _Content | None:
        """Return these groups as parts; those that cannot be released are hidden, and what is in them parts.

        None where one of them was released earlier.
        """
        waiting, parts, hidden, loss = list(places), list[int](), list[int](), 0
        while waiting:
            place = waiting.pop()
            if place in self._released:
                parts.append(place)
                loss += self._released[place].loss
                continue
            group = self._forest.groups[place]
            if group.open and group.fixed:
                return None
            hidden.append(place)
            loss += self._own.get(place, 0)
            waiting.extend(self._forest.children[place])
        return _Content(loss, frozenset(parts), frozenset(hidden))

    def _chosen(self, place: int, content: _Content) -> _Content | None:
        """Return the content of a group that loses least of those with which it may be released.

        Parts that hold other groups are hidden one after another, from the cheapest on; of the others in each
        such content those that lose least.
        """
        if place not in self._own and self._own.keys().isdisjoint(content.parts | content.hidden):
            return content  # nothing of it is decided now, and what was released earlier cannot be taken back
        if not self._forest.children[place]:
            return content if self._atom(place, content).may_be_known(self._rules) else None
        best, least = None, inf
        # a whole may lose more where it is released than where it is hidden
        saved = sum(self._saved[each] for each in self._forest.children[place])
        effort, numbers = Effort(), count()
        waiting = [_Waiting(content.loss - saved, next(numbers), content)]
        while waiting and waiting[0].least < least and effort.left:
            asked = heappop(waiting)
            tried = self._tried(asked)
            effort.spend(len(tried.parts) + len(tried.hidden))
            found = self._with_fewest_hidden(place, tried, least, effort)
            if found is not None:
                best, least = found, found.loss
            wholes = self._wholes(asked, tried)
            for index, whole in enumerate(wholes):
                more = tried.loss + self._more[whole] - saved
                if more < least:
                    heappush(waiting, _Waiting(more, next(numbers), tried, wholes, index))
        return best

    def _tried(self, asked: _Waiting) -> _Content:
        """Return the content that is asked about."""
        if asked.hiding is None:
            return asked.before
        whole, before = asked.wholes[asked.hiding], asked.before
        inside = self._inside[whole]
        return _Content(
            before.loss + self._more[whole],
            before.parts - {whole} | inside.parts,
            before.hidden | {whole} | inside.hidden,
        )

    def _wholes(self, asked: _Waiting, tried: _Content) -> tuple[int, ...]:
        """Return the parts that hold others and may be hidden next, so that each set comes once."""
        kept = () if asked.hiding is None else asked.wholes[asked.hiding + 1 :]
        known = frozenset() if asked.hiding is None else asked.before.parts
        return (*kept, *(place for place in sorted(tried.parts - known) if place in self._more))

    def _with_fewest_hidden(
        self, place: int, content: _Content, least: float, effort: Effort
    ) -> _Content | None:
        """Return the content where of the parts that hold no others those are hidden that lose least.

        None where no choice of these holds, or loses less than `least`.
        """
        groups, children = self._forest.groups, self._forest.children
        candidates = [
            Candidate(part, self._own[part], groups[part])
            for part in content.parts
            if part in self._own and not children[part]
        ]
        asked = self._atom(place, content)
        chosen = cheapest(asked, candidates, self._rules, least - content.loss, effort)
        if chosen is None:
            return None
        added = frozenset(chosen.places)
        return _Content(content.loss + chosen.loss, content.parts - added, content.hidden | added)

    def _atom(self, place: int, content: _Content) -> Atom:
        return atom(self._forest, place, content.parts, content.hidden, self._rules)


def _withholding_wholes(forest: GroupForest, top: int, rules: AtomRules) -> set[int]:
    """Return the groups to release of `top` and those in it, where wholes are withheld until each atom holds.

    Where what was released earlier does not hold by itself, that alone.
    """
    released = {place for place in forest.within(top) if forest.groups[place].open}

    def holds(place: int) -> bool:
        return released_atom(forest, place, released, rules).may_be_known(rules)

    # from small to large: an atom changes where groups in it are withheld, and not by what is around it
    for place in sorted(released, reverse=True):
        if forest.groups[place].is_free and not holds(place):
            released.remove(place)
    if all(map(holds, released)):
        return released
    return {place for place in released if forest.groups[place].fixed}
