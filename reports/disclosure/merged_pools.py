"""Several pools of one version as one, computed from what was drawn of each and from nothing else.

So a merged table can be subtracted from another one, and what is left is what is released of a pool anyway.
"""

import math
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from instruments.problems import refuse
from reports.disclosure.released import SUPPRESSED, Suppressed
from reports.disclosure.released_pool import (
    Matrix,
    Means,
    PoolName,
    ReleasedLevels,
    ReleasedMatrix,
    ReleasedMeans,
    ReleasedPool,
)
from reports.disclosure.seal import SEAL

_NICE: Final = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)  # first digits of a step
_FINER: Final = 10  # a computed matrix is rounded so much finer than those it is computed from


def merge(pools: Sequence[ReleasedPool]) -> ReleasedPool:
    """Return two or more pools as one. Raises Refused("pools-versions") where their versions differ.

    Covariances are those of all their people about their common mean, (Σ(nₖ − 1)Cₖ + Σnₖdₖdₖᵀ)/(Σnₖ − 1), dₖ
    the distance of a pool's item means from it; between units likewise, of (Gₖ − 1)Bₖ.
    """
    first = pools[0]
    if any(each.version.content_hash != first.version.content_hash for each in pools):
        raise refuse(
            "pools-versions",
            "These pools are of different versions, and cannot be merged.",
            "Merge pools of one version; others can be compared.",
        )
    means = [_item_means(each) for each in pools]
    dimensions = {
        each.id: _total([pool.dimensions[each.id] for pool in pools], _of(means, first, each.id))
        for each in first.version
    }
    levels = {
        each.id: _levels(
            [pool.levels[each.id] for pool in pools], dimensions[each.id], _of(means, first, each.id)
        )
        for each in first.version
    }
    complete, complete_means = _complete(pools)
    answers = {
        name: tuple(int(count) for count in np.sum([each.answers[name] for each in pools], axis=0))
        for name in first.answers
    }
    return ReleasedPool(
        _name(pools),
        tuple(part for each in pools for part in each.parts),
        first.version,
        sum(each.units for each in pools),
        sum(each.people for each in pools),
        first.step,
        MappingProxyType(answers),
        complete,
        complete_means,
        _total([each.pairwise for each in pools], means),
        MappingProxyType(dimensions),
        MappingProxyType(levels),
        _levels([each.complete_levels for each in pools], complete, means),
        SEAL,
    )


def parted(units: int, squares: int, total: ReleasedMatrix, between: ReleasedMatrix) -> ReleasedLevels:
    """Return the levels of so many units, whose persons are those of the total."""
    persons = total.persons
    inside = (persons - 1) * total.matrix - (units - 1) * between.matrix
    within = inside / max(persons - units, 1)
    # what is between is drawn in wide steps, and may leave less than nothing within
    np.fill_diagonal(within, np.maximum(np.diagonal(within), 0))
    return ReleasedLevels(units, persons, squares, _even(persons, within, total.step / _FINER), between, SEAL)


def _total(
    found: Sequence[ReleasedMatrix | Suppressed], means: Sequence[Means]
) -> ReleasedMatrix | Suppressed:
    """Return the covariances of all people; Suppressed where those of one pool are."""
    known = [each for each in found if isinstance(each, ReleasedMatrix)]
    if len(known) < len(found):
        return SUPPRESSED
    persons = np.array([each.persons for each in known])
    inside = sum((max(each.persons - 1, 0) * each.matrix for each in known), np.zeros_like(known[0].matrix))
    matrix = (inside + _apart(persons, means)) / max(int(persons.sum()) - 1, 1)
    step = float(sum(each.persons * each.step for each in known)) / max(int(persons.sum()), 1)
    return _even(int(persons.sum()), matrix, step / _FINER / len(known))


def _complete(
    pools: Sequence[ReleasedPool],
) -> tuple[ReleasedMatrix | Suppressed, ReleasedMeans | Suppressed]:
    """Return covariances and means of all who scored every item; Suppressed where those of one pool are."""
    found = [each.complete_means for each in pools]
    known = [each for each in found if isinstance(each, ReleasedMeans)]
    if len(known) < len(found):
        return SUPPRESSED, SUPPRESSED
    means = [each.values for each in known]
    matrix = _total([each.complete for each in pools], means)
    persons = [each.complete.persons for each in pools if isinstance(each.complete, ReleasedMatrix)]
    step = nice_step(min(each.step for each in known) / _FINER / len(known))
    values = np.average(means, axis=0, weights=np.maximum(persons, 1))
    return matrix, ReleasedMeans(np.round(np.round(values / step) * step, 12), step, SEAL)


def _levels(
    found: Sequence[ReleasedLevels | Suppressed], total: ReleasedMatrix | Suppressed, means: Sequence[Means]
) -> ReleasedLevels | Suppressed:
    known = [each for each in found if isinstance(each, ReleasedLevels)]
    if len(known) < len(found) or isinstance(total, Suppressed):
        return SUPPRESSED
    units, squares = (sum(getattr(each, name) for each in known) for name in ("units", "squares"))
    persons = np.array([each.persons for each in known])
    inside = sum(((each.units - 1) * each.between.matrix for each in known), np.zeros_like(total.matrix))
    matrix = (inside + _apart(persons, means)) / (units - 1)
    step = sum((each.units - 1) * each.between.step for each in known) / (units - 1)
    between = _even(total.persons, matrix, step / _FINER / len(known))
    free = [max(each.persons - each.units, 1) for each in known]
    within = sum(
        (number * each.within.matrix for number, each in zip(free, known, strict=True)),
        np.zeros_like(total.matrix),
    ) / sum(free)
    inside_step = min(each.within.step for each in known) / _FINER
    return ReleasedLevels(
        units, total.persons, squares, _even(total.persons, within, inside_step), between, SEAL
    )


def _apart(persons: NDArray[np.int64], means: Sequence[Means]) -> Matrix:
    """Return the products of the distances of pools' means from the common one, for each person."""
    known = np.array(means)
    away = known - (persons @ known) / max(int(persons.sum()), 1)
    found: Matrix = (away.T * persons) @ away
    return found


def _item_means(pool: ReleasedPool) -> Means:
    """Return the items' means of a pool, reversed items turned; the middle where nobody answered."""
    ends = pool.version.scale.categories
    found = [pool.turned_mean(item) for item in pool.version.items]
    return np.array([(ends[0] + ends[-1]) / 2 if mean is None else mean for mean in found])


def nice_step(least: float) -> float:
    """Return a step of few digits that is `least` or a little more."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(each * power for each in _NICE if each * power >= least * (1 - 1e-9))


def _even(persons: int, matrix: Matrix, least_step: float) -> ReleasedMatrix:
    """Return a matrix that was computed from released ones, in multiples of a step far finer than theirs."""
    step = nice_step(least_step)
    return ReleasedMatrix(persons, np.round(np.round(matrix / step) * step, 12), step, SEAL)


def _of(means: Sequence[Means], pool: ReleasedPool, dimension_id: str) -> list[Means]:
    """Return the means of a dimension's items."""
    columns = pool.version.item_columns
    [dimension] = [each for each in pool.version if each.id == dimension_id]
    places = [columns[item.id] for item in dimension.items]
    return [each[places] for each in means]


def _name(pools: Sequence[ReleasedPool]) -> PoolName:
    names = [part for each in pools for part in each.parts]
    several = (
        ", ".join(dict.fromkeys(sorted(getattr(each, field) for each in names)))
        for field in ("edition", "language", "half")
    )
    return PoolName("+".join(each.key for each in names), names[0].reference, *several)
