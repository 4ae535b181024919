"""What is computed of a pool from what the gate released of it: items, reliability, differences of units."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from instruments import statistics
from instruments.model import Dimension, Item
from instruments.statistics import (
    Covariances,
    Figure,
    GroupSizes,
    Interval,
    IntraclassCorrelations,
    Omega,
    OmegaRule,
    Reason,
    TwoLevelCovariances,
    Undefined,
)
from instruments.statistics.factor_models import Sample
from instruments.statistics.generalizability import GeneralizabilityStudy
from instruments.statistics.omega import omega_of
from instruments.statistics.reliability import alpha_of, item_rest_of
from reports.disclosure.released import Suppressed
from reports.disclosure.released_pool import Matrix, ReleasedLevels, ReleasedMatrix, ReleasedPool

_WITHHELD = Undefined(Reason.WITHHELD)


@dataclass(frozen=True, slots=True)
class PooledItem:
    """One item of a pool: its mean in scale points as answered, and shares of 1 of who gave no scored answer.

    `shares` are by category of those who did, `unscored` by id of everybody.
    """

    item: Item
    answered: int
    mean: Figure
    shares: tuple[float, ...]
    unscored: Mapping[str, float]
    skipped: float


@dataclass(frozen=True, slots=True)
class PooledDimension:
    """One dimension of a pool, over those who scored all its items.

    `within_sd` is that of persons' means over the items within a unit, in scale points. `dependable` says how
    many answers make a unit's mean so dependable, by the share of true variance asked for.
    """

    dimension: Dimension
    persons: int
    alpha: Figure
    alpha_interval: Interval | Undefined
    omega: Omega | Undefined
    item_rest: Mapping[str, Figure]
    within_sd: Figure
    icc: IntraclassCorrelations | Undefined
    dependable: Mapping[float, int | Undefined]


def items_of(pool: ReleasedPool) -> tuple[PooledItem, ...]:
    """Return the items of a pool in the order asked."""
    return tuple(_item(pool, item) for item in pool.version.items)


def dimensions_of(
    pool: ReleasedPool, dependable: tuple[float, ...] = (0.7, 0.8), *, between: bool = True
) -> tuple[PooledDimension, ...]:
    """Return the dimensions of a pool; without what compares units where not `between`."""
    found = tuple(_dimension(pool, each, dependable) for each in pool.version)
    return found if between else tuple(map(_without_comparison, found))


def _without_comparison(found: PooledDimension) -> PooledDimension:
    none = Undefined(Reason.NOT_COMPARABLE)
    return replace(found, icc=none, dependable=dict.fromkeys(found.dependable, none))


def sample_of(pool: ReleasedPool, *, pairwise: bool = False) -> Sample | Undefined:
    """Return persons, means and covariances of all items, in scale points, reversed items turned.

    Means are of the same people as the covariances: of those who scored every item, or where they are
    pairwise of everybody who answered the item.
    """
    released = pool.pairwise if pairwise else pool.complete
    if isinstance(released, Suppressed) or released.persons < 2:  # noqa: PLR2004 - nobody to differ from
        return _WITHHELD
    if not pairwise:
        own = pool.complete_means
        return (
            _WITHHELD
            if isinstance(own, Suppressed)
            else Sample(released.persons, own.values, released.matrix)
        )
    means = np.array([pool.turned_mean(item) for item in pool.version.items], dtype=np.float64)
    if np.isnan(means).any():
        return Undefined(Reason.NOBODY)
    return Sample(released.persons, means, released.matrix)


def _item(pool: ReleasedPool, item: Item) -> PooledItem:
    scale, counts = pool.version.scale, np.array(pool.answers[item.id])
    number = len(scale.categories)
    scored, everybody = counts[:number], max(int(counts.sum()), 1)
    answered = int(scored.sum())
    found = pool.mean(item)
    mean = Undefined(Reason.NOBODY) if found is None else found
    unscored = dict(zip(scale.unscored, (counts[number:-1] / everybody).tolist(), strict=True))
    shares = tuple((scored / max(answered, 1)).tolist())
    return PooledItem(item, answered, mean, shares, unscored, float(counts[-1]) / everybody)


def _dimension(pool: ReleasedPool, dimension: Dimension, asked: tuple[float, ...]) -> PooledDimension:
    found, ids = pool.dimensions[dimension.id], tuple(item.id for item in dimension.items)
    within, icc, components = _parted(pool, dimension)
    dependable = {
        share: components if isinstance(components, Undefined) else statistics.answers_for(components, share)
        for share in asked
    }
    if isinstance(found, Suppressed):
        none = dict.fromkeys(ids, _WITHHELD)
        return PooledDimension(dimension, 0, _WITHHELD, _WITHHELD, _WITHHELD, none, within, icc, dependable)
    value = alpha_of(found.matrix)
    return PooledDimension(
        dimension,
        found.persons,
        value,
        statistics.feldt_interval(value, found.persons, len(ids)),
        _omega(ids, found),
        item_rest_of(ids, found.matrix),
        within,
        icc,
        dependable,
    )


def _omega(ids: tuple[str, ...], found: ReleasedMatrix) -> Omega | Undefined:
    return omega_of(Covariances(ids, found.matrix, found.persons), OmegaRule())


def _parted(
    pool: ReleasedPool, dimension: Dimension
) -> tuple[Figure, IntraclassCorrelations | Undefined, GeneralizabilityStudy | Undefined]:
    """Return the SD within units, ICCs and variance components of a dimension's mean."""
    levels = pool.levels[dimension.id]
    if isinstance(levels, Suppressed):
        return _WITHHELD, _WITHHELD, _WITHHELD
    sizes = GroupSizes(levels.units, levels.persons, float(levels.squares))
    within, between = _of_mean(levels.within.matrix), _of_mean(levels.between.matrix)
    components = statistics.variance_components(_covariances(pool, dimension, levels, sizes))
    icc = statistics.from_mean_squares(max(between, 0.0), within, sizes)
    return within**0.5, icc, components


def _covariances(
    pool: ReleasedPool, dimension: Dimension, levels: ReleasedLevels, sizes: GroupSizes
) -> TwoLevelCovariances:
    # of no answer: no number
    known = np.array([pool.turned_mean(item) for item in dimension.items], dtype=np.float64)
    return TwoLevelCovariances(levels.within.matrix, levels.between.matrix, known, sizes)


def _of_mean(matrix: Matrix) -> float:
    """Return the variance of the mean over the items."""
    return max(float(matrix.mean()), 0.0)
