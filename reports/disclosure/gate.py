"""The gate: sealed statistics go in, what is released to one audience comes out."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from instruments.model import Dimension
from reports.disclosure import rounding
from reports.disclosure.figures import DimensionFigures, compute_figures, compute_mean, turned_mean
from reports.disclosure.item_tables import DimensionTables, released_tables
from reports.disclosure.levels import detail_level, scored_people, visible_part
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
    tables = released_tables(sealed, policy)
    figures = {each.id: asked.figures(each, tables.get(each.id)) for each in sealed.version}
    dimensions = {name: visible_part(each.dimension, asked.thresholds) for name, each in figures.items()}
    n, invited = sealed.moments.n, sealed.invited
    return Released(
        sealed.identity,
        sealed.version,
        audience,
        n,
        invited,
        round(min(1.0, n / invited), 2) if invited else 1.0,
        MappingProxyType(dimensions),
        MappingProxyType(asked.items(figures)),
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
    tables = released_tables(sealed, policy)
    means = {each.id: asked.mean(each, tables.get(each.id)) for each in sealed.version}
    return MappingProxyType({name: mean for name, mean in means.items() if not isinstance(mean, Suppressed)})


def mean_on_items(
    released: Released, dimension_id: str, items: AbstractSet[str]
) -> ReleasedMean | Suppressed:
    """Return a dimension's mean on some of its items, all of which may be all of them.

    On a part it is the mean of the released tables of these items: nothing that was not released already.
    """
    own = {dimension.id: dimension.items for dimension in released.version}.get(dimension_id, ())
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


@dataclass(frozen=True, slots=True)
class _Request:
    """What the gate is asked: which wave, by whom, under which rules."""

    sealed: SealedWave
    audience: Audience
    policy: Policy
    ledger: DifferencingCheck

    @property
    def thresholds(self) -> Thresholds:
        return self.policy.thresholds[self.audience]

    @property
    def n_may_be_released(self) -> bool:
        """Return whether anything is released at all."""
        beside = self.ledger.detail_level(self.sealed, ANSWERS, self.audience)
        answered = [part.moments.n for part in self.sealed.units]
        return beside is not DetailLevel.NOTHING and self._are_enough(answered)

    def figures(self, dimension: Dimension, tables: DimensionTables | None) -> DimensionFigures:
        """Return all that is released of a dimension to anybody, none where this reader gets none."""
        return compute_figures(self.sealed, dimension, self._level(dimension), self.policy, tables)

    def mean(self, dimension: Dimension, tables: DimensionTables | None) -> ReleasedMean | Suppressed:
        """Return the mean of a dimension as this reader is shown it."""
        n, mean = compute_mean(self.sealed, dimension, self._level(dimension), self.policy, tables)
        return mean if n >= self.thresholds.mean else SUPPRESSED

    def _level(self, dimension: Dimension) -> DetailLevel:
        level = detail_level(self.sealed, dimension, self.policy)
        if not self._are_enough([scored_people(part, dimension) for part in self.sealed.units]):
            level = DetailLevel.NOTHING
        beside = self.ledger.detail_level(self.sealed, dimension.id, self.audience)
        return min(level, beside, key=lambda each: each.value)

    def items(self, figures: Mapping[str, DimensionFigures]) -> dict[str, ReleasedItem | Suppressed]:
        """Return every item asked; to an owner only those of a pool are shown."""
        shown: dict[str, ReleasedItem | Suppressed] = dict.fromkeys(
            self.sealed.version.item_columns, SUPPRESSED
        )
        if self.thresholds.unit_items or self.sealed.parts:
            for each in figures.values():
                if each.dimension.n >= self.thresholds.item:
                    shown.update({item.id: item for item in each.items})
        return shown

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
