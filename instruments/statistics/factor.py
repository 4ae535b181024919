"""McDonald's omega total from a one-factor model, fitted by maximum likelihood."""

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from instruments.moments import Moments
from instruments.statistics.distributions import Floats
from instruments.statistics.reliability import Cases, covariances
from instruments.statistics.undefined import Reason, Undefined

FEWEST_ITEMS = 3  # two items leave the loadings undetermined
SMALLEST = 1e-6  # unique share of an item's variance below which the fit ran into the border


@dataclass(frozen=True, slots=True)
class Omega:
    """Omega total with the denominator the model implies, (Σλ)² + Σθ, and with the observed, Σ cᵢⱼ.

    They agree where one factor explains the items. `loadings` are in scale points, in the items' order.
    """

    model_implied: float
    observed: float
    loadings: tuple[float, ...]


def omega(moments: Moments, dimension_id: str, cases: Cases = "complete") -> Omega | Undefined:
    """Omega total (Σλ)² / denominator of a dimension, λ the loadings of the items on one factor.

    Undefined with fewer than three items; where the covariances cannot be inverted; and in a Heywood case,
    where the best fit gives an item no or negative unique variance: the figure would be nonsense.
    Source: McDonald (1999), Test Theory, ch. 6; as `(sum of loadings)²` over lavaan's model-implied or
    observed total variance of a `cfa` with one factor (std.lv = TRUE, ML).
    """
    found = covariances(moments, dimension_id, cases)
    if isinstance(found, Undefined):
        return found
    fit = one_factor(found.matrix)
    if isinstance(fit, Undefined):
        return fit
    loadings, unique = fit
    common = float(loadings.sum()) ** 2
    return Omega(
        common / (common + float(unique.sum())), common / float(found.matrix.sum()), tuple(loadings.tolist())
    )


def one_factor(matrix: Floats) -> tuple[Floats, Floats] | Undefined:
    """Loadings λ and unique variances θ that maximise the likelihood of Σ = λλᵀ + diag θ.

    With θ given, λ is known from the largest eigenvalue e₁ of θ^−½ R θ^−½, so only θ is searched:
    minimise Σ_{m>1} (e_m − ln e_m − 1), on correlations, where the fit is the same and better scaled.
    Source: Jöreskog (1967), Psychometrika 32, 443–482; Lawley & Maxwell (1971), ch. 4.
    """
    if len(matrix) < FEWEST_ITEMS:
        return Undefined(Reason.TOO_FEW_ITEMS)
    spread = np.sqrt(np.diagonal(matrix))
    if (spread == 0).any():
        return Undefined(Reason.NO_VARIANCE)
    correlations = matrix / np.outer(spread, spread)
    if np.linalg.eigvalsh(correlations)[0] < SMALLEST:
        return Undefined(Reason.SINGULAR)
    start = (1 - 0.5 / len(matrix)) / np.diagonal(np.linalg.inv(correlations))
    found = optimize.minimize(
        _misfit,
        np.minimum(start, 1),
        args=(correlations,),
        jac=True,
        method="L-BFGS-B",
        bounds=[(SMALLEST, 1)] * len(matrix),
        options={"ftol": 1e-16, "gtol": 1e-11, "maxiter": 1000},
    )
    unique = np.asarray(found.x, dtype=np.float64)
    # a fit at the border was kept from a negative variance only by the bound
    if unique.min() <= 2 * SMALLEST:
        return Undefined(Reason.HEYWOOD)
    loadings = _loadings(unique, correlations)
    return loadings * np.sign(loadings.sum()) * spread, unique * spread**2


def _misfit(unique: Floats, correlations: Floats) -> tuple[float, Floats]:
    """The discrepancy of the likelihood for given unique variances, and its gradient."""
    scale = 1 / np.sqrt(unique)
    values = np.linalg.eigvalsh(correlations * np.outer(scale, scale))[:-1]
    loadings = _loadings(unique, correlations)
    residual = np.outer(loadings, loadings) + np.diag(unique) - correlations
    return float((values - np.log(values) - 1).sum()), np.diagonal(residual) / unique**2


def _loadings(unique: Floats, correlations: Floats) -> Floats:
    scale = 1 / np.sqrt(unique)
    values, vectors = np.linalg.eigh(correlations * np.outer(scale, scale))
    return np.asarray(np.sqrt(unique) * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0)))
