"""The detail level of a group beside its parts: the mean, the interval with three-way shares, or the items.

A difference of two distributions is a distribution, with the threshold and the rule of unanimity of one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from instruments import statistics
from instruments.statistics import Undefined
from reports.disclosure import Audience, DetailLevel, Policy, SealedWave, protection
from reports.disclosure.differencing.atoms import READERS_UNITS
from reports.disclosure.differencing.groups import Cell, Cells
from reports.disclosure.protection import Counts


def deepest_level(
    sealeds: Mapping[Cells, SealedWave],
    levels: Mapping[Cells, DetailLevel],
    cells: Cells,
    figure: str,
    policy: Policy,
) -> DetailLevel:
    """Return the most detail in which a dimension of `cells`, whose mean may be released, may be.

    `levels` is what was decided of other groups, the parts of `cells` among them; `sealeds` holds those that
    are decided now. Beside a group of an earlier release, whose distribution is no longer at hand, a
    difference is not known to be safe: there the mean is all.
    """
    reached = DetailLevel.MEAN
    thresholds = policy.thresholds[Audience.OUTSIDE]
    for level in (DetailLevel.INTERVAL, DetailLevel.ITEMS):
        released = {other for other, found in levels.items() if found.value >= level.value}
        around = [other for other in released if cells < other and other not in sealeds]
        if any(_leaves_any(other, released | {cells}) for other in around):
            break
        kinds = [(released, thresholds.histogram)]
        if level is DetailLevel.ITEMS:
            # of a smaller group the outside is shown the histogram of its items together, and no item
            by_item = {
                other
                for other in released
                if other not in sealeds or _scored(sealeds[other], figure) >= thresholds.item
            }
            kinds.append((by_item, thresholds.item))
        asked = _Asked(sealeds, cells, figure, level, policy)
        if not all(asked.difference_is_protected(others, fewest) for others, fewest in kinds):
            break
        reached = level
    return reached


def _largest_parts(whole: Cells, released: set[Cells]) -> list[Cells]:
    found: list[Cells] = []
    covered: set[Cell] = set()
    for other in sorted((other for other in released if other < whole), key=len, reverse=True):
        # groups are nested or apart: one that shares a cell with a larger one lies in it
        if covered.isdisjoint(other):
            found.append(other)
            covered |= other
    return found


def _leaves_any(whole: Cells, released: set[Cells]) -> bool:
    """Return whether anything is left of a group: by counts, as it may be one of thousands of units."""
    return len(whole) > sum(map(len, _largest_parts(whole, released)))


@dataclass(frozen=True, eq=False)
class _Asked:
    """One dimension of one group, at one level of detail."""

    sealeds: Mapping[Cells, SealedWave]
    cells: Cells
    figure: str
    level: DetailLevel
    policy: Policy

    def difference_is_protected(self, released: set[Cells], fewest: int) -> bool:
        """Return whether what the group leaves of the `released` ones in it may be known, to any reader."""
        sealeds, figure, kind = self.sealeds, self.figure, (self.figure, self.level)
        parts = _largest_parts(self.cells, released)
        rest = self.cells.difference(*parts)
        if not rest or (rest == self.cells and len(rest) == 1):
            return True
        if any(part not in sealeds for part in parts):
            return False
        left, n = _counts(sealeds[self.cells], kind), _scored(sealeds[self.cells], figure)
        for part in parts:
            left, n = left - _counts(sealeds[part], kind), n - _scored(sealeds[part], figure)
        # what a leader is not shown the answers of, nobody can take away
        shown_from = self.policy.thresholds[Audience.LEADER].shares
        units = (frozenset([cell]) for cell in rest if len(rest) > 1)
        known = [each for each in units if each in sealeds and _scored(sealeds[each], figure) >= shown_from]
        taken = min(READERS_UNITS, len(rest) - 1)
        answers = [_counts(sealeds[each], kind) for each in known]
        items = len(sealeds[self.cells].version.dimension(figure).items)
        people = n - _largest([np.array([_scored(sealeds[each], figure)]) for each in known], taken, (1,))
        apart = _apart(left, self.level, items)
        apart = apart - _largest([_apart(each, self.level, items) for each in answers], taken, apart.shape)
        answered = left.sum(axis=1)
        answered = answered - _largest([each.sum(axis=1) for each in answers], taken, answered.shape)
        dissenters = protection.dissenters(reader_answered=False)
        enough = self.level is not DetailLevel.ITEMS or int(answered.min()) >= fewest
        return enough and int(people[0]) >= fewest and int(apart.min()) > dissenters


def _largest(many: Sequence[Counts], number: int, shape: tuple[int, ...]) -> Counts:
    """Return, place by place, the sum of the largest values that any `number` of units have there.

    That is at least what any two leaders can take away, without trying every two of them.
    """
    if not many or not number:
        return np.zeros(shape, dtype=np.int64)
    return np.asarray(np.sort(np.stack(many), axis=0)[-number:].sum(axis=0), dtype=np.int64)


def _apart(counts: Counts, level: DetailLevel, items: int) -> Counts:
    """Return how many stand outside what others agree on, as far as the level shows answers.

    By item, outside each category and each side; below the items only outside each side, in all answers.
    """
    if level is DetailLevel.ITEMS:
        return protection.outside_agreement(counts)
    [(below, middle, above)] = counts
    return np.array([middle + above, below + middle], dtype=np.int64) // items


def _counts(sealed: SealedWave, kind: tuple[str, DetailLevel]) -> Counts:
    """Return the answers that a level shows, reversed items turned: nobody's where they were not kept.

    Items × categories; below the items 1 × 3, the answers below, on and above the middle.
    """
    figure, level = kind
    if level is not DetailLevel.ITEMS:
        sides = statistics.answers_by_side(sealed.moments, figure)
        return np.zeros((1, 3), dtype=np.int64) if isinstance(sides, Undefined) else np.array([sides])
    table = statistics.item_table(sealed.moments, figure)
    if isinstance(table, Undefined):
        shape = len(sealed.version.dimension(figure).items), len(sealed.version.scale.categories)
        return np.zeros(shape, dtype=np.int64)
    return table


def _scored(sealed: SealedWave, dimension_id: str) -> int:
    return sealed.moments.scores[dimension_id].persons
