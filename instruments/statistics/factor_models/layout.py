"""Lay the parameters of all groups out in one vector, and say which of them are free, equal or fixed."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from instruments.statistics.distributions import Floats
from instruments.statistics.factor_models.model import FactorModel, FactorParameters

InvarianceLevel = Literal["configural", "metric", "scalar"]
LEVELS: tuple[InvarianceLevel, ...] = get_args(InvarianceLevel)
_FIXED = -1  # place of a parameter that is not searched


@dataclass(frozen=True, eq=False)
class Layout:
    """Say where each group's parameters stand in the vector of the free ones.

    A group's parameters are, in this order: loadings by item, unique variances, factor covariances (lower
    triangle with diagonal), intercepts, factor means. `places` is groups × parameters; two equal places are
    one parameter, and −1 is one that keeps its value from the start.
    """

    loading_items: NDArray[np.intp]
    loading_factors: NDArray[np.intp]
    covariance_rows: NDArray[np.intp]
    covariance_columns: NDArray[np.intp]
    items: int
    factors: int
    places: NDArray[np.intp]

    @property
    def free(self) -> int:
        """Return how many parameters are searched."""
        return int(self.places.max()) + 1

    @property
    def df(self) -> int:
        """Return the degrees of freedom: means and covariances of all groups, less the free parameters."""
        return len(self.places) * self.items * (self.items + 3) // 2 - self.free

    @property
    def shares_nothing(self) -> bool:
        """Return whether no two groups have a parameter in common."""
        return self.free == int((self.places >= 0).sum())

    def of_group(self, place: int) -> "Layout":
        """Return the layout of one group alone, where groups share nothing."""
        own = self.places[place]
        return replace(self, places=np.where(own >= 0, own - own[own >= 0].min(), _FIXED)[np.newaxis])

    def vector(self, group: FactorParameters) -> Floats:
        """Return one group's parameters in the layout's order."""
        return np.concatenate(
            [
                group.loadings[self.loading_items, self.loading_factors],
                group.unique,
                group.covariances[self.covariance_rows, self.covariance_columns],
                group.intercepts,
                group.means,
            ]
        )

    def parameters(self, vector: Floats) -> FactorParameters:
        """Return one group's parameters from their vector."""
        sizes = [len(self.loading_items), self.items, len(self.covariance_rows), self.items]
        loaded, unique, covariances, intercepts, means = np.split(vector, np.cumsum(sizes))
        loadings = np.zeros((self.items, self.factors))
        loadings[self.loading_items, self.loading_factors] = loaded
        square = np.zeros((self.factors, self.factors))
        square[self.covariance_rows, self.covariance_columns] = covariances
        square[self.covariance_columns, self.covariance_rows] = covariances
        return FactorParameters(loadings, unique, square, intercepts, means)


def lay_out(model: FactorModel, groups: int, level: InvarianceLevel) -> Layout:
    """Return the layout of a model in so many groups.

    The factors have variance 1 and mean 0 in the first group. In the others the variances are free once the
    loadings are equal (metric), and the means once the intercepts are equal too (scalar).
    """
    loading_items, loading_factors = np.nonzero(model.pattern)
    items, factors = model.pattern.shape
    rows, columns = np.tril_indices(factors)
    equal_loadings, equal_intercepts = level != "configural", level == "scalar"
    # one row for each group: is the parameter fixed, and is it the first group's?
    fixed, equal = np.zeros((2, groups, len(loading_items) + 2 * items + len(rows) + factors), dtype=bool)
    parts = np.cumsum([0, len(loading_items), items, len(rows), items, factors])
    loadings, _, covariances, intercepts, means = (slice(*parts[at : at + 2]) for at in range(5))
    fixed[:, covariances] = rows == columns
    fixed[:, means] = True
    if equal_loadings:
        equal[1:, loadings], fixed[1:, covariances] = True, False
    if equal_intercepts:
        equal[1:, intercepts], fixed[1:, means] = True, False
    places = np.full(fixed.shape, _FIXED)
    own = ~fixed & ~equal
    places[own] = np.arange(own.sum())
    places = np.where(equal, places[0], places)
    return Layout(loading_items, loading_factors, rows, columns, items, factors, places)
