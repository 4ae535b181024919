"""Hold what a factor model is fitted to: persons, means and covariances of one group, complete cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from instruments.statistics.distributions import Floats
from instruments.statistics.undefined import Reason, Undefined

_SMALLEST = 1e-5  # eigenvalue of a correlation matrix below which its inverse has few true digits
_ROUNDING = 1e-8  # below zero by more than this is no rounding


@dataclass(frozen=True)
class Sample:
    """Hold n persons' means (items) and unbiased covariances (items × items) of the same items."""

    n: int
    means: Floats
    covariance: Floats

    def __post_init__(self) -> None:
        """Raise ValueError where the shapes do not belong together, or the matrix is not symmetric."""
        items = len(self.means)
        if self.covariance.shape != (items, items) or not np.allclose(
            self.covariance, self.covariance.T, equal_nan=True
        ):
            raise ValueError("the covariances are no symmetric matrix of the items")

    @classmethod
    def of(cls, values: Floats) -> "Sample | Undefined":
        """Return the sample of the rows without a missing value (NaN), persons × items; at least two."""
        complete = values[~np.isnan(values).any(axis=1)]
        if len(complete) < 2:  # noqa: PLR2004 - one person does not vary
            return Undefined(Reason.TOO_FEW if len(complete) else Reason.NOBODY)
        away = complete - complete.mean(axis=0)
        return cls(len(complete), complete.mean(axis=0), away.T @ away / (len(complete) - 1))

    @cached_property
    def likely_covariance(self) -> Floats:
        """Return the covariances with divisor n, which the likelihood is written in."""
        return self.covariance * ((self.n - 1) / self.n)


def find_obstacle(samples: Sequence[Sample]) -> Reason | None:
    """Return why no model can be fitted to the samples, or None where nothing is in the way.

    Covariances that are not positive definite are no covariances of complete cases: pairwise ones can be
    that. A smallest eigenvalue of the correlations near zero says that an item follows from the others.
    """
    for sample in samples:
        if sample.n <= len(sample.means):
            return Reason.TOO_FEW
        variances = np.diagonal(sample.covariance)
        if not np.isfinite(sample.covariance).all() or (variances < 0).any():
            return Reason.NOT_POSITIVE_DEFINITE
        if (variances == 0).any():
            return Reason.NO_VARIANCE
        spread = np.sqrt(variances)
        smallest = np.linalg.eigvalsh(sample.covariance / np.outer(spread, spread))[0]
        if smallest < _SMALLEST:
            return Reason.SINGULAR if smallest > -_ROUNDING else Reason.NOT_POSITIVE_DEFINITE
    return None
