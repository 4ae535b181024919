"""Fit confirmatory factor models to moments by maximum likelihood."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from instruments.statistics.distributions import Floats
from instruments.statistics.factor_models.estimation import Solution, maximise
from instruments.statistics.factor_models.fit_measures import FitMeasures, are_unrelated, measure_fit
from instruments.statistics.factor_models.layout import InvarianceLevel, Layout, lay_out
from instruments.statistics.factor_models.model import FactorModel, FactorParameters
from instruments.statistics.factor_models.samples import Sample, find_obstacle
from instruments.statistics.undefined import Reason, Undefined

_LEAST_UNIQUE = 1e-5  # share of an item's variance: less is none
_LEAST_APART = 1e-6  # eigenvalue of the factors' correlations: less says that one follows from the others


@dataclass(frozen=True, eq=False, slots=True)
class FactorFit:
    """Hold a fitted model: by group the parameters and their standard errors, 0 for what was fixed."""

    model: FactorModel
    groups: tuple[FactorParameters, ...]
    errors: tuple[FactorParameters, ...]
    measures: FitMeasures


def fit_factors(
    samples: Sequence[Sample], model: FactorModel, level: InvarianceLevel = "configural"
) -> FactorFit | Undefined:
    """Return the maximum likelihood fit of a factor model to one or several groups, complete cases.

    Standard errors are from the expected information. Factors have variance 1 and mean 0 (in the first group,
    where groups share parameters). Undefined for samples that cannot be inverted or are no covariances, for a
    model that its items do not determine, where the search does not end, where an item is left without a
    unique variance (Heywood case) or a factor follows from the others: its numbers would be nonsense.
    Source: Jöreskog (1969), Psychometrika 34, 183–202; (1971), Psychometrika 36, 409–426, for several groups;
    as lavaan's `cfa` (std.lv = TRUE, ML).
    """
    if any(len(sample.means) != len(model.items) for sample in samples):
        raise ValueError("a sample has other items than the model")
    obstacle = find_obstacle(samples)
    if obstacle is not None:
        return Undefined(obstacle)
    layout = lay_out(model, len(samples), level)
    if layout.df < 0:
        return Undefined(Reason.NOT_DETERMINED)
    solution = maximise(samples, model, layout)
    fault = solution.reason if isinstance(solution, Undefined) else _fault(samples, solution.groups)
    if isinstance(solution, Undefined) or fault is not None:
        # of items that are not related any search goes astray: that is the reason, and not where it ended
        return Undefined(Reason.UNRELATED if are_unrelated(samples) else fault or Reason.NOT_CONVERGED)
    measures = measure_fit(samples, solution.groups, solution.chi2, layout.df)
    upright = tuple(_upright(group) for group in solution.groups)
    return FactorFit(model, upright, _errors(solution, layout), measures)


def _fault(samples: Sequence[Sample], groups: Sequence[FactorParameters]) -> Reason | None:
    for sample, group in zip(samples, groups, strict=True):
        if (group.unique <= _LEAST_UNIQUE * np.diagonal(sample.covariance)).any():
            return Reason.HEYWOOD
        if (np.diagonal(group.covariances) <= 0).any():
            return Reason.FACTORS_ALIKE
        if np.linalg.eigvalsh(group.factor_correlations)[0] < _LEAST_APART:
            return Reason.FACTORS_ALIKE
    return None


def _upright(group: FactorParameters) -> FactorParameters:
    """Return the same model with each factor turned so that its loadings sum to no less than 0."""
    turned: Floats = np.where(group.loadings.sum(axis=0) < 0, -1.0, 1.0)
    return replace(
        group,
        loadings=group.loadings * turned,
        covariances=group.covariances * np.outer(turned, turned),
        means=group.means * turned,
    )


def _errors(solution: Solution, layout: Layout) -> tuple[FactorParameters, ...]:
    # the place −1 of a fixed parameter is the last one: 0
    errors = np.append(solution.errors, 0.0)
    return tuple(layout.parameters(errors[places]) for places in layout.places)
