"""Estimate McDonald's omega total from a one-factor model, fitted by maximum likelihood."""

from dataclasses import dataclass

import numpy as np

from instruments.aggregates.sealed_moments import AnyMoments
from instruments.statistics.distributions import Floats
from instruments.statistics.reliability import Cases, covariances
from instruments.statistics.undefined import Reason, Undefined

_FEWEST_ITEMS = 3  # two items leave the loadings undetermined
_STEPS = 200  # of the search
_NEAR = 0.02  # unique share of a variance from which the border is tried
_FLAT = 1e-12  # less than this divides nothing
_CLOSE = 1e-9  # a gradient this small is none
_LONGEST_STEP = 2.0  # step of a logarithm: a variance changes sevenfold at most
_SMALLEST = 1e-5  # unique share of an item's variance below which the fit ran into the border


@dataclass(frozen=True, slots=True)
class Omega:
    """Hold omega total with the denominator the model implies, (Σλ)² + Σθ, and with the observed, Σ cᵢⱼ.

    They agree where one factor explains the items. `loadings` are in scale points, in the items' order.
    """

    model_implied: float
    observed: float
    loadings: tuple[float, ...]


def omega(moments: AnyMoments, dimension_id: str, cases: Cases = "complete") -> Omega | Undefined:
    """Return omega total (Σλ)² / denominator of a dimension, λ the loadings of the items on one factor.

    Undefined with fewer than three items; where the covariances cannot be inverted; and in a Heywood case,
    where the best fit gives an item no or negative unique variance: the figure would be nonsense.
    Source: McDonald (1999), Test Theory, ch. 6; as `(sum of loadings)²` over lavaan's model-implied or
    observed total variance of a `cfa` with one factor (std.lv = TRUE, ML).
    """
    found = covariances(moments, dimension_id, cases)
    if isinstance(found, Undefined):
        return found
    fit = _fit_one_factor(found.matrix)
    if isinstance(fit, Undefined):
        return fit
    loadings, unique = fit
    common = float(loadings.sum()) ** 2
    return Omega(
        common / (common + float(unique.sum())), common / float(found.matrix.sum()), tuple(loadings.tolist())
    )


def _fit_one_factor(matrix: Floats) -> tuple[Floats, Floats] | Undefined:
    """Return the loadings λ and unique variances θ that maximise the likelihood of Σ = λλᵀ + diag θ.

    With θ given, λ is known from the largest eigenvalue e₁ of θ^−½ R θ^−½, so only θ is searched:
    minimise Σ_{m>1} (e_m − ln e_m − 1), on correlations, where the fit is the same and better scaled.
    Source: Jöreskog (1967), Psychometrika 32, 443–482; Lawley & Maxwell (1971), ch. 4.
    """
    if len(matrix) < _FEWEST_ITEMS:
        return Undefined(Reason.TOO_FEW_ITEMS)
    spread = np.sqrt(np.diagonal(matrix))
    if (spread == 0).any():
        return Undefined(Reason.NO_VARIANCE)
    correlations = matrix / np.outer(spread, spread)
    if np.linalg.eigvalsh(correlations)[0] < _SMALLEST:
        return Undefined(Reason.SINGULAR)
    start = np.minimum((1 - 0.5 / len(matrix)) / np.diagonal(np.linalg.inv(correlations)), 1)
    unique = np.exp(min(_search(np.log(start), correlations), key=lambda each: each[0])[1])
    # a fit at the border was kept from a negative variance only by the bound
    if unique.min() <= 2 * _SMALLEST:
        return Undefined(Reason.HEYWOOD)
    scale = 1 / np.sqrt(unique)
    values, vectors = np.linalg.eigh(correlations * np.outer(scale, scale))
    loadings = vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0)) / scale
    return loadings * np.sign(loadings.sum()) * spread, unique * spread**2


def _search(start: Floats, correlations: Floats) -> list[tuple[float, Floats]]:
    """Return misfits and log variances found from the start, and from it with each item's variance near none.

    The likelihood may have a second, lower minimum at the border: one search could miss a Heywood case.
    """
    starts = [
        start,
        *(np.where(np.arange(len(start)) == item, np.log(_NEAR), start) for item in range(len(start))),
    ]
    return [_minimise(each, correlations) for each in starts]


def _minimise(logs: Floats, correlations: Floats) -> tuple[float, Floats]:
    """Return the least misfit and the log variances, from _SMALLEST to 1, where it is: Newton's method."""
    lowest = np.log(_SMALLEST)
    value, gradient, curvature = _misfit(logs, correlations)
    for _ in range(_STEPS):
        # a variance at its bound that wants to go further stays there
        free = ~((logs <= lowest) & (gradient > 0) | (logs >= 0) & (gradient < 0))
        if not free.any() or np.abs(gradient[free]).max() < _CLOSE:
            break
        step = np.zeros(len(logs))
        step[free] = -np.linalg.solve(_uphill(curvature[np.ix_(free, free)]), gradient[free])
        # far from the minimum the quadratic that Newton follows is wrong: short steps, and halves of them
        step *= min(1.0, _LONGEST_STEP / np.abs(step).max())
        found = _misfit(np.clip(logs + step, lowest, 0), correlations)
        while found[0] > value + _CLOSE**2 and np.abs(step).max() > _CLOSE:
            step /= 2
            found = _misfit(np.clip(logs + step, lowest, 0), correlations)
        logs, (value, gradient, curvature) = np.clip(logs + step, lowest, 0), found
    return value, logs


def _uphill(curvature: Floats) -> Floats:
    """Return the curvature with negative directions turned and flat ones lifted, so that Newton descends."""
    values, vectors = np.linalg.eigh(curvature)
    return np.asarray(vectors * np.maximum(np.abs(values), _FLAT) @ vectors.T)


def _misfit(logs: Floats, correlations: Floats) -> tuple[float, Floats, Floats]:
    """Return the discrepancy of the likelihood, its gradient and second derivatives, by the logarithms of θ.

    With eigenvectors ω, gradient Σ_{m>1} (1 − e_m) ω_m²; second derivatives
    (Σ e_m ω_m ω_mᵀ) ∘ (Σ ω_m ω_mᵀ) + (Σ (1 − e_m)(e₁ + e_m)/(e₁ − e_m) ω_m ω_mᵀ) ∘ ω₁ ω₁ᵀ, sums over m > 1.
    """
    scale = np.exp(-logs / 2)
    values, vectors = np.linalg.eigh(correlations * np.outer(scale, scale))
    rest, others, top, first = values[:-1], vectors[:, :-1], values[-1], vectors[:, -1]
    weights = (1 - rest) * (top + rest) / np.maximum(top - rest, _FLAT)
    curvature = (others * rest @ others.T) * (others @ others.T)
    curvature += (others * weights @ others.T) * np.outer(first, first)
    return float((rest - np.log(rest) - 1).sum()), others**2 @ (1 - rest), curvature
