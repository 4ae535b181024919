"""The gate: sealed statistics go in, what is released to one audience comes out."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Protocol

from instruments.model import Dimension, Version
from reports.disclosure import rounding
from reports.disclosure.figures import DimensionFigures, ItemFigures, WaveFigures, turned_mean
from reports.disclosure.item_tables import DimensionTables, released_tables
from reports.disclosure.levels import detail_levels, scored_people, visible_part
from reports.disclosure.policy import Audience, DetailLevel, Policy, Thresholds
from reports.disclosure.released import SUPPRESSED, Coding, Released, ReleasedItem, ReleasedMean, Suppressed
from reports.disclosure.seal import SEAL
from reports.disclosure.sealed_wave import SealedWave
from reports.disclosure.subgroups import release_subgroups

ANSWERS = "answers"  # the figure that n itself is, beside the dimensions


class DifferencingCheck(Protocol):
    """What the gate asks the ledger: the detail level of a figure beside all that was released already."""

    def detail_level(self, sealed: SealedWave, figure: str, audience: Audience) -> DetailLevel:
        """Return the most detail of a dimension, or of `ANSWERS`, that differencing does not disclose by."""
        ...


class NoOtherReleases:
    """The ledger where nothing else is ever released about the same people: a unit of its own.

    To pass it for a pool is to vouch that nothing is released about any of its units.
    """

    def detail_level(self, sealed: SealedWave, figure: str, audience: Audience) -> DetailLevel:  # noqa: ARG002 - the protocol
        """Return the full detail: there is nothing to subtract from."""
        return DetailLevel.ITEMS


def release(
    sealed: SealedWave, audience: Audience, policy: Policy, ledger: DifferencingCheck | None = None
) -> Released | Suppressed:
    """Return what is released to `audience` of a wave or a pool, or Suppressed where that is nothing at all.

    Without a `ledger` a pool is not released: nobody knows what could be subtracted from it. Every figure is
    the same number for every audience. Source of the rules: docs/decisions/0099.
    """
    if ledger is None and sealed.parts:
        return SUPPRESSED
    audience = sealed.reader(audience)
    asked = _Request(sealed, audience, policy, ledger or NoOtherReleases())
    if not asked.n_may_be_released:
        return SUPPRESSED
    figures = asked.figures()
    thresholds = asked.thresholds
    dimensions = {name: visible_part(each.dimension, thresholds) for name, each in figures.items()}
    n, invited = sealed.moments.n, sealed.invited
    return Released(
        sealed.identity,
        sealed.version,
        audience,
        n,
        invited,
        round(min(1.0, n / invited), 2) if invited else 1.0,
        MappingProxyType(dimensions),
        asked.items(figures),
        release_subgroups(sealed, audience, policy, figures),
        SEAL,
    )


def release_means(
    sealed: SealedWave, audience: Audience, policy: Policy, ledger: DifferencingCheck
) -> Mapping[str, ReleasedMean] | Suppressed:
    """Return the means that `release` returns, by dimension, and nothing else of it.

    For whoever shows the means of thousands of units beside each other.
    """
    audience = sealed.reader(audience)
    asked = _Request(sealed, audience, policy, ledger)
    if not asked.n_may_be_released:
        return SUPPRESSED
    means = asked.means()
    return MappingProxyType({name: mean for name, mean in means.items() if not isinstance(mean, Suppressed)})


def mean_on_items(
    released: Released, dimension_id: str, items: AbstractSet[str]
) -> ReleasedMean | Suppressed:
    """Return a dimension's mean on some of its items, all of which may be all of them.

    On a part it is the mean of the released tables of these items: nothing that was not released already.
    """
    if dimension_id not in released.dimensions:
        return SUPPRESSED
    own = released.version.dimension(dimension_id).items
    chosen = [item for item in own if item.id in items]
    if not chosen:
        return SUPPRESSED
    whole = released.dimensions[dimension_id].mean
    if len(chosen) == len(own):
        return whole
    tables = [(item, released.item_figures[item.id]) for item in chosen]
    shown = [(item, table) for item, table in tables if isinstance(table, ReleasedItem)]
    if isinstance(whole, Suppressed) or len(shown) < len(tables):
        return SUPPRESSED
    scale = released.version.scale
    means = [turned_mean(table, scale, reverse=item.reverse) for item, table in shown]
    value = rounding.round_to(sum(means) / len(means), whole.step)
    return ReleasedMean(value, whole.decimals, whole.step, Coding.EXACT, SEAL)


@dataclass(frozen=True)
class _Request:
    """What the gate is asked: which wave, by whom, under which rules."""

    sealed: SealedWave
    audience: Audience
    policy: Policy
    ledger: DifferencingCheck

    @cached_property
    def thresholds(self) -> Thresholds:
        return self.policy.thresholds[self.audience]

    @property
    def n_may_be_released(self) -> bool:
        """Return whether anything is released at all."""
        beside = self.ledger.detail_level(self.sealed, ANSWERS, self.audience)
        answered = [part.moments.n for part in self.sealed.units]
        return beside is not DetailLevel.NOTHING and self._are_enough(answered)

    def figures(self) -> Mapping[str, DimensionFigures]:
        """Return by dimension all that is released of it to anybody, nothing where this reader gets none."""
        build, tables, levels = self._at_hand()
        return {each.id: build.of(each, levels[each.id], tables.get(each.id)) for each in self.sealed.version}

    def means(self) -> Mapping[str, ReleasedMean | Suppressed]:
        """Return the mean of each dimension as this reader is shown it."""
        build, tables, levels = self._at_hand()
        found = {
            each.id: build.mean_of(each, levels[each.id], tables.get(each.id)) for each in self.sealed.version
        }
        return {name: mean if n >= self.thresholds.mean else SUPPRESSED for name, (n, mean) in found.items()}

    def _at_hand(self) -> tuple[WaveFigures, Mapping[str, DimensionTables], Mapping[str, DetailLevel]]:
        most = detail_levels(self.sealed, self.policy)
        levels = {each.id: self._level(each, most[each.id]) for each in self.sealed.version}
        return WaveFigures(self.sealed, self.policy), released_tables(self.sealed, self.policy), levels

    def _level(self, dimension: Dimension, most: DetailLevel) -> DetailLevel:
        """Return the level that this reader gets a dimension at, of which `most` may be released."""
        if not self._are_enough([scored_people(part, dimension) for part in self.sealed.units]):
            return DetailLevel.NOTHING
        beside = self.ledger.detail_level(self.sealed, dimension.id, self.audience)
        return min(most, beside, key=lambda each: each.value)

    def items(self, figures: Mapping[str, DimensionFigures]) -> Mapping[str, ReleasedItem | Suppressed]:
        """Return every item asked; to an owner only those of a pool are shown."""
        shown: dict[str, ItemFigures] = {}
        if self.thresholds.unit_items or self.sealed.parts:
            fewest = self.thresholds.item
            shown = {
                name: each.items
                for name, each in figures.items()
                if each.items and each.dimension.n >= fewest
            }
        return _ReleasedItems(self.sealed.version, shown)

    def _are_enough(self, answered: Sequence[int]) -> bool:
        """Return whether two of the first three rules hold, for n as for a dimension; `answered` is by unit.

        They are the minimum, and of a pool, units enough of which none is what the others would be read off
        against. The third is the ledger's: no differencing.
        """
        groups, present = self.policy.comparison_groups, [count for count in answered if count]
        return sum(present) >= self.thresholds.mean and (
            not self.sealed.parts
            or (len(present) >= groups.units and max(present) <= groups.largest_share * sum(present))
        )


class _ReleasedItems(Mapping[str, ReleasedItem | Suppressed]):
    """The items of a version as they are released; those of a dimension are built when one of them is read.

    It holds the released tables of the shown items by dimension, and nothing else of the wave.
    """

    def __init__(self, version: Version, shown: Mapping[str, ItemFigures]) -> None:
        self._dimension_of, self._shown = version.dimension_of, shown
        self._built: dict[str, ReleasedItem] = {}

    def __getitem__(self, item_id: str) -> ReleasedItem | Suppressed:
        figures = self._shown.get(self._dimension_of[item_id])
        if figures is None:
            return SUPPRESSED
        if item_id not in self._built:
            self._built |= {item.id: item for item in figures.build()}
        return self._built[item_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._dimension_of)

    def __len__(self) -> int:
        return len(self._dimension_of)

    def __repr__(self) -> str:
        return repr(MappingProxyType(dict(self)))
