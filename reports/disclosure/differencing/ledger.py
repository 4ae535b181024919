"""What was released of which groups, so that no difference of releases discloses too few people.

It keeps sets, counts and released means: nothing that is not public or a count. What was decided once stays
decided; `decide` adds a release to it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from reports.disclosure import (
    ANSWERS,
    SUPPRESSED,
    Audience,
    DetailLevel,
    NoOtherReleases,
    Policy,
    Released,
    SealedWave,
    Suppressed,
    release,
)
from reports.disclosure.differencing.atoms import AtomRules
from reports.disclosure.differencing.detail_level import deepest_level
from reports.disclosure.differencing.groups import Cell, Cells, Group, group_forest
from reports.disclosure.differencing.secondary_suppression import select_groups


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One group in one figure (a dimension's id, or ANSWERS): its count and its detail level.

    `mean` is the mean as it was released, in scale points; a withheld group, and a count, has none. A group
    that is not `decided` was only ever part of one: it is protected, and may be released later.
    """

    figure: str
    cells: Cells
    n: int
    level: DetailLevel
    mean: float | Suppressed
    decided: bool = True


@dataclass(frozen=True)
class Ledger:
    """Every decision that was ever made of what the outside may be released.

    `gone` are the cells of which nothing is kept any more. What was released of them stays decided, so that
    no later release can be subtracted from it.
    """

    entries: tuple[LedgerEntry, ...] = ()
    gone: Cells = frozenset()

    def detail_level(self, sealed: SealedWave, figure: str, audience: Audience) -> DetailLevel:
        """Return the detail level of a figure. A leader's own unit is judged by the gate alone, a pool never.

        What the ledger has not decided may not be released: a release is made first, then shown.
        """
        if audience.inside and not sealed.parts:
            return DetailLevel.ITEMS
        return self._levels.get((figure, cells_of(sealed)), DetailLevel.NOTHING)

    @cached_property
    def _levels(self) -> Mapping[tuple[str, Cells], DetailLevel]:
        return {(entry.figure, entry.cells): entry.level for entry in reversed(self.entries)}

    @cached_property
    def decided(self) -> frozenset[Cells]:
        """Return the groups of which it is decided what is released."""
        return frozenset(entry.cells for entry in self.entries if entry.decided)

    @cached_property
    def withdrawn(self) -> frozenset[Cells]:
        """Return the totals that were decided on and cannot be shown: something of them is gone.

        They are not computed anew from what is left: the difference to what was shown would be what is gone.
        """
        return frozenset(cells for cells in self.decided if len(cells) > 1 and cells & self.gone)

    def without(self, gone: Iterable[Cell]) -> "Ledger":
        """Return the ledger where nothing is kept any more of these cells, as far as it knows them."""
        known = frozenset(cell for entry in self.entries for cell in entry.cells)
        return replace(self, gone=self.gone | (frozenset(gone) & known))


def cells_of(sealed: SealedWave) -> Cells:
    """Return the cells a wave or pool is made of: a unit's wave each."""
    return sealed.cells


def decide(
    ledger: Ledger,
    sealeds: Sequence[SealedWave],
    policy: Policy,
    step: Callable[[], None] = lambda: None,
) -> Ledger:
    """Return the ledger after releasing `sealeds` to the outside together: what is released, what suppressed.

    Units inside a pool that are not released themselves are protected too. What the ledger holds
    already is not decided again. Same input, same decision. `step` is called now and then meanwhile.
    Raises Refused where groups cross.
    """
    decided = ledger.decided
    fresh = {cells_of(each): each for each in sealeds if cells_of(each) not in decided}
    parts = {cells_of(part): part for each in sealeds for part in each.units}
    hidden = {cells: part for cells, part in parts.items() if cells not in decided and cells not in fresh}
    if not fresh:
        return ledger
    redone = {**fresh, **hidden}
    kept = [entry for entry in ledger.entries if entry.cells not in redone]
    alone: dict[Cells, Released | Suppressed] = {}
    for cells, each in fresh.items():
        step()
        alone[cells] = release(each, Audience.OUTSIDE, policy, NoOtherReleases())
    answers = _decided(kept, redone, alone, ANSWERS, policy)
    # what is withheld as a whole is withheld in every figure
    released = {entry.cells for entry in answers if entry.level is not DetailLevel.NOTHING}
    alone = {cells: each for cells, each in alone.items() if cells in released}
    entries = [*kept, *answers]
    for figure in sorted({dimension.id for each in redone.values() for dimension in each.version}):
        step()
        entries += _decided(kept, redone, alone, figure, policy)
    decided_now = (replace(entry, decided=entry.decided and entry.cells not in hidden) for entry in entries)
    return Ledger(tuple(decided_now), ledger.gone)


def _decided(
    kept: Sequence[LedgerEntry],
    sealeds: Mapping[Cells, SealedWave],
    alone: Mapping[Cells, Released | Suppressed],
    figure: str,
    policy: Policy,
) -> list[LedgerEntry]:
    """Return the new entries of one figure; `alone` is what the gate releases of each group by itself."""
    before = [entry for entry in kept if entry.figure == figure]
    means = {cells: _released_mean(each, figure) for cells, each in alone.items()}
    new = [_group(each, figure, means.get(cells, SUPPRESSED), policy) for cells, each in sealeds.items()]
    grown = group_forest([*(_remembered(entry, policy) for entry in before), *new])
    chosen = select_groups(grown, _rules(policy, sealeds.values()))
    released = frozenset(grown.groups[place].cells for place in chosen)
    near = _Neighbours()
    for entry in before:
        near.add(entry.cells, entry.level)
    entries: list[LedgerEntry] = []
    # from small to large: a whole is released in as much detail as its parts leave a difference for
    for group in sorted(new, key=lambda group: (len(group.cells), sorted(group.cells))):
        level = DetailLevel.NOTHING
        mean: float | Suppressed = SUPPRESSED
        if group.cells in released and figure == ANSWERS:
            level = DetailLevel.MEAN
        elif group.cells in released:
            most = _level_alone(alone[group.cells], figure)
            beside = deepest_level(sealeds, near.of(group.cells), group.cells, figure, policy)
            level, mean = min(most, beside, key=lambda found: found.value), means[group.cells]
        near.add(group.cells, level)
        entries.append(LedgerEntry(figure, group.cells, group.n, level, mean))
    return entries


class _Neighbours:
    """The levels of groups by the cells they hold: only groups that share a cell bear on each other."""

    def __init__(self) -> None:
        self._levels: dict[Cells, DetailLevel] = {}
        self._holding: dict[Cell, set[Cells]] = {}

    def add(self, cells: Cells, level: DetailLevel) -> None:
        self._levels[cells] = level
        for cell in cells:
            self._holding.setdefault(cell, set()).add(cells)

    def of(self, cells: Cells) -> Mapping[Cells, DetailLevel]:
        found = set().union(*(self._holding.get(cell, set()) for cell in cells))
        return {other: self._levels[other] for other in found}


def _released_mean(alone: Released | Suppressed, figure: str) -> float | Suppressed:
    """Return the mean released to the outside if the group stood alone; of a bare count, the count."""
    if isinstance(alone, Suppressed):
        return SUPPRESSED
    if figure == ANSWERS:
        return float(alone.n)
    if figure not in alone.dimensions:
        return SUPPRESSED
    mean = alone.dimensions[figure].mean
    return SUPPRESSED if isinstance(mean, Suppressed) else mean.value


def _level_alone(alone: Released | Suppressed, figure: str) -> DetailLevel:
    """Return the detail level of a group that stood alone: all figures of a level are released, or none."""
    if isinstance(alone, Suppressed) or figure not in alone.dimensions:
        return DetailLevel.MEAN
    found = alone.dimensions[figure]
    if not isinstance(found.histogram, Suppressed):
        return DetailLevel.ITEMS
    return DetailLevel.MEAN if isinstance(found.interval, Suppressed) else DetailLevel.INTERVAL


def _group(sealed: SealedWave, figure: str, mean: float | Suppressed, policy: Policy) -> Group:
    cells = cells_of(sealed)
    n, total = sealed.moments.n, None
    if figure != ANSWERS:
        n, total = 0, 0.0
        if figure in sealed.moments.scores:
            scores = sealed.moments.scores[figure]
            n = scores.persons
            total = float(n * sealed.version.scale.categories[0] + scores.total)
    leader = len(cells) == 1 and n >= policy.thresholds[Audience.LEADER].mean
    return Group(cells, n, total, open=not isinstance(mean, Suppressed), fixed=False, leader=leader)


def _remembered(entry: LedgerEntry, policy: Policy) -> Group:
    released = entry.level is not DetailLevel.NOTHING
    total = None if isinstance(entry.mean, Suppressed) else entry.mean * entry.n
    leader = len(entry.cells) == 1 and entry.n >= policy.thresholds[Audience.LEADER].mean
    return Group(entry.cells, entry.n, total, open=released, fixed=True, leader=leader)


def _rules(policy: Policy, sealeds: Iterable[SealedWave]) -> AtomRules:
    scales = [each.version.scale.categories for each in sealeds]
    lowest, highest = min(scale[0] for scale in scales), max(scale[-1] for scale in scales)
    return AtomRules(
        policy.thresholds[Audience.OUTSIDE].mean,
        float(lowest),
        float(highest),
        policy.unanimity_width * (highest - lowest),
    )
