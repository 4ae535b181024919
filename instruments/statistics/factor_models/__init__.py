"""Fit factor models to means and covariances, and compare groups by them."""

from instruments.statistics.factor_models.confirmatory import FactorFit, fit_factors
from instruments.statistics.factor_models.fit_measures import (
    FitMeasures,
    measure_fit,
    standardised_residual,
)
from instruments.statistics.factor_models.invariance import FitChange, Invariance, InvarianceRule, invariance
from instruments.statistics.factor_models.layout import InvarianceLevel
from instruments.statistics.factor_models.model import FactorModel, FactorParameters
from instruments.statistics.factor_models.samples import Sample

__all__ = [
    "FactorFit",
    "FactorModel",
    "FactorParameters",
    "FitChange",
    "FitMeasures",
    "Invariance",
    "InvarianceLevel",
    "InvarianceRule",
    "Sample",
    "fit_factors",
    "invariance",
    "measure_fit",
    "standardised_residual",
]
