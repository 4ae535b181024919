"""Measure how well a model fits: χ², CFI, TLI, RMSEA with its interval, SRMR."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from instruments.statistics.descriptives import LEVEL
from instruments.statistics.factor_models.model import FactorParameters
from instruments.statistics.factor_models.samples import Sample
from instruments.statistics.undefined import Figure, Interval, Reason, Undefined

_RMSEA_LEVEL = 0.9  # of the interval that everybody prints


@dataclass(frozen=True, slots=True)
class FitMeasures:
    """Hold what is commonly printed of a model's fit.

    `p` is of the test that the model holds exactly. With no degrees of freedom only χ² and SRMR have a value:
    such a model fits anything. CFI and TLI have none where the items' covariances are no more than chance.
    """

    chi2: float
    df: int
    p: Figure
    cfi: Figure
    tli: Figure
    rmsea: Figure
    rmsea_interval: Interval | Undefined
    srmr: float


def measure_fit(
    samples: Sequence[Sample], groups: Sequence[FactorParameters], chi2: float, df: int
) -> FitMeasures:
    """Return the fit measures of a model with this χ² and df, as lavaan prints them.

    CFI = 1 − max(χ² − df, 0)/max(χ²ᵦ − dfᵦ, χ² − df, 0), TLI = 1 − (χ² − df)dfᵦ/((χ²ᵦ − dfᵦ)df), b the model
    without covariances; RMSEA = √(G·max(χ² − df, 0)/(N·df)) with G groups and N persons.
    Source: Bentler (1990), Psychological Bulletin 107, 238–246; Tucker & Lewis (1973), Psychometrika 38,
    1–10; Steiger (1990), Multivariate Behavioral Research 25, 173–180, and (1998), Structural Equation
    Modeling 5, 411–419, for G.
    """
    srmr = standardised_residual(samples, groups)
    if df == 0:
        none = Undefined(Reason.SATURATED)
        return FitMeasures(chi2, df, none, none, none, none, none, srmr)
    persons = sum(sample.n for sample in samples)
    baseline, baseline_df = _independence(samples)
    excess, possible = chi2 - df, baseline - baseline_df
    cfi: Figure = Undefined(Reason.UNRELATED)
    tli: Figure = Undefined(Reason.UNRELATED)
    if possible > 0:
        cfi = 1 - max(excess, 0.0) / max(possible, excess)
        tli = 1 - excess * baseline_df / (possible * df)
    scale = len(samples) / (persons * df)
    tail = (1 - _RMSEA_LEVEL) / 2
    low, high = (math.sqrt(scale * _noncentrality(chi2, df, share)) for share in (1 - tail, tail))
    return FitMeasures(
        chi2,
        df,
        float(scipy.special.chdtrc(df, max(chi2, 0.0))),
        cfi,
        tli,
        math.sqrt(scale * max(excess, 0)),
        Interval(low, high, _RMSEA_LEVEL),
        srmr,
    )


def standardised_residual(samples: Sequence[Sample], groups: Sequence[FactorParameters]) -> float:
    """Return SRMR, the root of the mean squared residual (sᵢⱼ − σᵢⱼ)/√(sᵢᵢsⱼⱼ), the diagonal counted.

    Of several groups the residuals (x̄ᵢ − μᵢ)/√sᵢᵢ of the means count too, and the groups' values are averaged
    by their persons, as lavaan's `srmr`.
    Source: Bentler (1995), EQS Structural Equations Program Manual; Hu & Bentler (1999), Structural
    Equation Modeling 6, 1–55.
    """
    total, persons = 0.0, 0
    for sample, group in zip(samples, groups, strict=True):
        observed = sample.likely_covariance
        spread = np.sqrt(np.diagonal(observed))
        residuals = (observed - group.implied_covariance) / np.outer(spread, spread)
        squares = residuals[np.tril_indices(len(spread))] ** 2
        if len(samples) > 1:
            squares = np.append(squares, ((sample.means - group.implied_means) / spread) ** 2)
        total += sample.n * math.sqrt(squares.mean())
        persons += sample.n
    return total / persons


def are_unrelated(samples: Sequence[Sample], level: float = LEVEL) -> bool:
    """Return whether all covariances of the items may be chance, by Bartlett's test at `level`.

    χ² = −Σ (n − 1 − (2p + 5)/6)·ln|R| over the groups, with p(p − 1)/2 degrees of freedom each.
    Source: Bartlett (1951), Biometrika 38, 337–344; as `psych::cortest.bartlett`.
    """
    items = len(samples[0].means)
    lost = 1 + (2 * items + 5) / 6
    # of few persons and many items nothing is left to test with: then nothing is shown
    chi2 = sum(max(sample.n - lost, 0.0) * _relatedness(sample) for sample in samples)
    return float(scipy.special.chdtrc(len(samples) * items * (items - 1) / 2, chi2)) > 1 - level


def _independence(samples: Sequence[Sample]) -> tuple[float, int]:
    """Return χ² and df of no covariances at all."""
    items = len(samples[0].means)
    chi2 = sum(sample.n * _relatedness(sample) for sample in samples)
    return chi2, len(samples) * items * (items - 1) // 2


def _relatedness(sample: Sample) -> float:
    """Return −ln|R|, 0 where no item is related to another."""
    spread = np.sqrt(np.diagonal(sample.covariance))
    return max(0.0, -float(np.linalg.slogdet(sample.covariance / np.outer(spread, spread))[1]))


def _noncentrality(chi2: float, df: int, share: float) -> float:
    """Return the noncentrality for which `share` of the noncentral χ² lies below χ²; 0 where none does."""
    if scipy.special.chdtr(df, max(chi2, 0.0)) <= share:
        return 0.0
    return float(scipy.special.chndtrinc(chi2, df, share))
