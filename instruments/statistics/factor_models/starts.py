"""Choose where the search for the parameters of a factor model begins."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from instruments.statistics.distributions import Floats
from instruments.statistics.factor_models.model import FactorModel, FactorParameters
from instruments.statistics.factor_models.samples import Sample

_MOST_ALIKE = 0.9  # correlation of two factors
_LEAST_UNIQUE = 0.2  # share of an item's variance
_EVEN = 0.7  # standardised loading of every item


def starts(samples: Sequence[Sample], model: FactorModel) -> list[list[FactorParameters]]:
    """Return two starts, each by group: factors as principal components of their items; all items alike."""
    persons = sum(sample.n for sample in samples)
    pooled = np.asarray(sum(sample.n / persons * sample.likely_covariance for sample in samples))
    spread = np.sqrt(np.diagonal(pooled))
    loadings = _components(pooled / np.outer(spread, spread), model)
    alike = _composite_correlations(pooled / np.outer(spread, spread), loadings)
    even = np.where(model.pattern, _EVEN, 0.0)
    return [
        _by_group(samples, loadings, alike, spread),
        _by_group(samples, even, np.eye(len(alike)), spread),
    ]


def _by_group(
    samples: Sequence[Sample], loadings: Floats, alike: Floats, spread: Floats
) -> list[FactorParameters]:
    common = ((loadings @ alike) * loadings).sum(axis=1)
    unique = np.maximum(1 - common, _LEAST_UNIQUE) * spread**2
    begin = FactorParameters(
        loadings * spread[:, np.newaxis], unique, alike, np.zeros(len(spread)), np.zeros(len(alike))
    )
    return [replace(begin, intercepts=sample.means) for sample in samples]


def _components(correlations: Floats, model: FactorModel) -> Floats:
    loadings = np.zeros(model.pattern.shape)
    for factor, items in enumerate(model.pattern.T):
        values, vectors = np.linalg.eigh(correlations[np.ix_(items, items)])
        component = vectors[:, -1] * np.sign(vectors[:, -1].sum() or 1)
        loadings[items, factor] = component * np.sqrt(values[-1]) * 0.8
    return loadings


def _composite_correlations(correlations: Floats, weights: Floats) -> Floats:
    composites = weights.T @ correlations @ weights
    sizes = np.sqrt(np.diagonal(composites))
    alike = np.clip(composites / np.outer(sizes, sizes), -_MOST_ALIKE, _MOST_ALIKE)
    np.fill_diagonal(alike, 1.0)
    # of factors that share items a clipped matrix may be none: begin without correlations
    return np.asarray(alike) if np.linalg.eigvalsh(alike)[0] > 1 - _MOST_ALIKE else np.eye(len(alike))
