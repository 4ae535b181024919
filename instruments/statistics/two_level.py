"""Part covariances into those within units and those between them, from sums that can be added."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from instruments.statistics.clustering import GroupSizes, IntraclassCorrelations, from_mean_squares
from instruments.statistics.distributions import Floats
from instruments.statistics.factor_models import Sample
from instruments.statistics.undefined import Reason, Undefined


@dataclass(frozen=True, eq=False, slots=True)
class TwoLevelSums:
    """Hold sums over units and their persons, complete cases: of different units they may be added.

    `units` and `persons` count; `squared_sizes` is Σ n_g² over the units g; `sums` Σx by item; `products`
    Σxxᵀ over persons and `unit_products` Σ s_g s_gᵀ/n_g over units, s_g a unit's sums: items × items. No
    unit's own sums are kept.
    """

    units: int
    persons: int
    squared_sizes: float
    sums: Floats
    products: Floats
    unit_products: Floats

    @classmethod
    def of(cls, values: Floats, units: NDArray[np.integer]) -> "TwoLevelSums":
        """Return the sums of `values` (persons × items, none missing), of the units numbered in `units`."""
        numbers, places = np.unique(units, return_inverse=True)
        sizes = np.bincount(places, minlength=len(numbers)).astype(np.float64)
        sums = np.zeros((len(numbers), values.shape[1]))
        np.add.at(sums, places, values)
        return cls(
            len(numbers),
            len(values),
            float((sizes**2).sum()),
            sums.sum(axis=0),
            values.T @ values,
            (sums / sizes[:, np.newaxis]).T @ sums,
        )

    def __add__(self, other: "TwoLevelSums") -> "TwoLevelSums":
        """Return the sums over the units of both, which must not share any."""
        return TwoLevelSums(
            self.units + other.units,
            self.persons + other.persons,
            self.squared_sizes + other.squared_sizes,
            self.sums + other.sums,
            self.products + other.products,
            self.unit_products + other.unit_products,
        )

    @property
    def sample(self) -> Sample:
        """Return persons, means and covariances over all units, as if there were none."""
        means = self.sums / self.persons
        covariance = (self.products - np.outer(self.sums, means)) / (self.persons - 1)
        return Sample(self.persons, means, (covariance + covariance.T) / 2)


@dataclass(frozen=True, eq=False)
class TwoLevelCovariances:
    """Hold the two sample matrices of persons in units, items × items, and what follows from them.

    `within` is S_PW, pooled over units; `between_observed` S_B, of the units' means weighted by their
    persons.
    """

    within: Floats
    between_observed: Floats
    means: Floats
    sizes: GroupSizes

    @property
    def between(self) -> Floats:
        """Return (S_B − S_PW)/n₀, the covariances of the units' true means; may have no inverse."""
        return (self.between_observed - self.within) / self.sizes.effective

    @property
    def within_sd(self) -> Floats:
        """Return by item the standard deviation of persons within units, pooled; in the items' units."""
        return np.sqrt(np.diagonal(self.within))

    @property
    def within_sample(self) -> Sample:
        """Return a sample to fit a model of persons to, free of what differs between units.

        S_PW has N − G degrees of freedom, as the covariances of N − G + 1 persons of one unit.
        Source: Muthén (1994), Sociological Methods & Research 22, 376–398, step 3.
        """
        persons = self.sizes.persons - self.sizes.groups + 1
        return Sample(persons, np.zeros(len(self.within)), self.within)

    @cached_property
    def intraclass_correlations(self) -> tuple[IntraclassCorrelations | Undefined, ...]:
        """Return by item how much of the variance lies between units, see `from_mean_squares`."""
        squares = zip(np.diagonal(self.between_observed), np.diagonal(self.within), strict=True)
        return tuple(from_mean_squares(float(one), float(other), self.sizes) for one, other in squares)


def two_level_covariances(sums: TwoLevelSums) -> TwoLevelCovariances | Undefined:
    """Return S_PW = Σ(x − x̄_g)(x − x̄_g)ᵀ/(N − G) and S_B = Σ n_g(x̄_g − x̄)(x̄_g − x̄)ᵀ/(G − 1).

    Undefined for fewer than two units, and where no unit has two persons.
    Source: Muthén (1994), Sociological Methods & Research 22, 376–398, eqs. 12 and 13; n₀ as `GroupSizes`.
    """
    if sums.units < 2:  # noqa: PLR2004 - nothing to differ from
        return Undefined(Reason.ONE_GROUP)
    if sums.persons <= sums.units:
        return Undefined(Reason.TOO_FEW)
    within = (sums.products - sums.unit_products) / (sums.persons - sums.units)
    overall = np.outer(sums.sums, sums.sums) / sums.persons
    between = (sums.unit_products - overall) / (sums.units - 1)
    sizes = GroupSizes(sums.units, sums.persons, sums.squared_sizes)
    return TwoLevelCovariances(_without_rounding(within), _without_rounding(between), _means(sums), sizes)


def _means(sums: TwoLevelSums) -> Floats:
    return np.asarray(sums.sums / sums.persons)


def _without_rounding(matrix: Floats) -> Floats:
    """Return the matrix with equal halves and no negative variance, which rounding may have left."""
    even = (matrix + matrix.T) / 2
    np.fill_diagonal(even, np.maximum(np.diagonal(even), 0))
    return even
