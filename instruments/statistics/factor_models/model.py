"""Say which items each factor explains, and hold what a factor model says of one group."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from instruments.model import Version
from instruments.statistics.distributions import Floats


@dataclass(frozen=True)
class FactorModel:
    """Map each factor to the items that it explains; an item may stand under several, and none outside.

    `items` is the order of rows and columns in the samples that the model is fitted to.
    """

    items: tuple[str, ...]
    factors: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        """Raise ValueError unless the factors together explain exactly the items."""
        explained = {item for items in self.factors.values() for item in items}
        if explained != set(self.items) or len(explained) != len(self.items):
            raise ValueError("the factors' items are not those of the model")

    @classmethod
    def by_dimension(cls, version: Version) -> "FactorModel":
        """Return the model with a factor for each dimension of a version, its items in the order asked."""
        factors = {each.id: tuple(item.id for item in each.items) for each in version.dimensions}
        return cls(tuple(item.id for item in version.items), factors)

    @classmethod
    def of_one_factor(cls, items: tuple[str, ...]) -> "FactorModel":
        """Return the model with one factor for all items."""
        return cls(items, {"common": items})

    @cached_property
    def pattern(self) -> NDArray[np.bool_]:
        """Return which factor explains which item: items × factors."""
        return np.array([[item in items for items in self.factors.values()] for item in self.items])


@dataclass(frozen=True, eq=False, slots=True)
class FactorParameters:
    """Hold the parameters of one group: Σ = ΛΦΛᵀ + diag θ and μ = ν + Λκ.

    `loadings` Λ (items × factors), `unique` variances θ (items), `covariances` Φ of the factors, `intercepts`
    ν (items), `means` κ of the factors; in the items' units, where the factors' units are fixed by the model.
    """

    loadings: Floats
    unique: Floats
    covariances: Floats
    intercepts: Floats
    means: Floats

    @property
    def implied_covariance(self) -> Floats:
        """Return Σ, items × items."""
        common: Floats = self.loadings @ self.covariances @ self.loadings.T
        return common + np.diag(self.unique)

    @property
    def implied_means(self) -> Floats:
        """Return μ, by item."""
        implied: Floats = self.intercepts + self.loadings @ self.means
        return implied

    @property
    def factor_correlations(self) -> Floats:
        """Return the correlations of the factors, free of the items' unique variances."""
        spread = np.sqrt(np.diagonal(self.covariances))
        scaled: Floats = self.covariances / np.outer(spread, spread)
        return scaled
