"""Measure how far a model's moments lie from a sample's, and how that changes with the parameters."""

from dataclasses import dataclass

import numpy as np

from instruments.statistics.distributions import Floats
from instruments.statistics.factor_models.layout import Layout
from instruments.statistics.factor_models.model import FactorParameters
from instruments.statistics.factor_models.samples import Sample


@dataclass(frozen=True, eq=False, slots=True)
class Slope:
    """Hold the discrepancy's gradient and expected second derivatives by one group's parameters."""

    gradient: Floats
    information: Floats


def discrepancy(sample: Sample, group: FactorParameters) -> float:
    """Return F = ln|Σ| + tr(SΣ⁻¹) − ln|S| − p + (x̄ − μ)ᵀΣ⁻¹(x̄ − μ), S with divisor n; ∞ where Σ is none.

    n·F is the likelihood ratio χ² of the model against means and covariances left free.
    Source: Jöreskog (1967), Psychometrika 32, 443–482; Bollen (1989), Structural Equations with Latent
    Variables, ch. 4 and 7, eq. 7.78 for the means.
    """
    implied, observed = group.implied_covariance, sample.likely_covariance
    try:
        root = np.linalg.cholesky(implied)
    except np.linalg.LinAlgError:
        return np.inf
    away = np.linalg.solve(root, sample.means - group.implied_means)
    halves = np.linalg.solve(root, observed)
    product = np.linalg.solve(root, halves.T)
    # ln|Σ| − ln|S| of one matrix: near 0 where the model fits, and no digit is lost between two large ones
    eigenvalues = np.linalg.eigvalsh((product + product.T) / 2)
    if eigenvalues[0] <= 0:
        return np.inf
    return float((eigenvalues - np.log(eigenvalues) - 1).sum() + away @ away)


def slope(sample: Sample, group: FactorParameters, layout: Layout) -> Slope:
    """Return ∂F/∂θ and the expected ∂²F/∂θ∂θᵀ of one group's parameters.

    Every derivative of Σ is x yᵀ + y xᵀ. With A = Σ⁻¹ and Ω = A − A(S + (x̄ − μ)(x̄ − μ)ᵀ)A the gradient is
    2 xᵀΩy − 2 ∂μᵀA(x̄ − μ), and the expected curvature 2(xᵢᵀAxⱼ·yᵢᵀAyⱼ + xᵢᵀAyⱼ·yᵢᵀAxⱼ) + 2 ∂μᵢᵀA∂μⱼ.
    """
    left, right, shift = _derivatives(group, layout)
    inverse = np.linalg.inv(group.implied_covariance)
    away = sample.means - group.implied_means
    rest = inverse - inverse @ (sample.likely_covariance + np.outer(away, away)) @ inverse
    gradient = 2 * ((left @ rest) * right).sum(axis=1) - 2 * shift @ (inverse @ away)
    to_left, to_right = left @ inverse, right @ inverse
    crossed = to_left @ right.T
    information = (to_left @ left.T) * (to_right @ right.T) + crossed * crossed.T + shift @ inverse @ shift.T
    return Slope(gradient, 2 * information)


def _derivatives(group: FactorParameters, layout: Layout) -> tuple[Floats, Floats, Floats]:
    """Return x, y and ∂μ of every parameter: parameters × items each."""
    own, none = np.eye(layout.items), np.zeros((layout.items, layout.items))
    item, factor = layout.loading_items, layout.loading_factors
    row, column = layout.covariance_rows, layout.covariance_columns
    turned, no_means = group.loadings.T, np.zeros((layout.factors, layout.items))
    # x yᵀ + y xᵀ counts a variance twice
    halves = np.where(row == column, 0.5, 1.0)[:, np.newaxis]
    left = [own[item], own, turned[row], none, no_means]
    right = [(group.covariances @ turned)[factor], own / 2, turned[column] * halves, none, no_means]
    by_loading = own[item] * group.means[factor][:, np.newaxis]
    shift = [by_loading, none, np.zeros((len(row), layout.items)), own, turned]
    return np.concatenate(left), np.concatenate(right), np.concatenate(shift)
