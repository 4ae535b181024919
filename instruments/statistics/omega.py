"""Estimate McDonald's omega total from a one-factor model, fitted by maximum likelihood."""

from dataclasses import dataclass

import numpy as np
import scipy

from instruments.aggregates.sealed_moments import AnyMoments
from instruments.statistics.descriptives import LEVEL
from instruments.statistics.distributions import Floats
from instruments.statistics.factor_models import (
    FactorModel,
    FactorParameters,
    FitMeasures,
    Sample,
    measure_fit,
)
from instruments.statistics.factor_models.fit_measures import are_unrelated
from instruments.statistics.factor_models.layout import lay_out
from instruments.statistics.factor_models.likelihood import discrepancy, slope
from instruments.statistics.reliability import Cases, Covariances, covariances
from instruments.statistics.undefined import Interval, Reason, Undefined

_FEWEST_ITEMS = 3  # two items leave the loadings undetermined
MOST_ITEMS = 60  # the search starts from each item, so that it takes the fourth power of their number
_STEPS = 200  # of the search
_NEAR = 0.02  # unique share of a variance from which the border is tried
_FLAT = 1e-12  # less than this divides nothing
_CLOSE = 1e-9  # a gradient this small is none
_LONGEST_STEP = 2.0  # step of a logarithm: a variance changes sevenfold at most
_DETERMINED = 1e12  # condition of the information beyond which its inverse has no digits
_ROUNDING = 1e-8  # below zero by more than this is no rounding
_SMALLEST = 1e-5  # unique share of an item's variance below which the fit ran into the border


@dataclass(frozen=True, slots=True)
class OmegaRule:
    """Hold when one factor is taken to explain the items, so that omega means something.

    The items' covariances must be more than chance, and more than half of the loadings, three at least,
    greater than 0, at `level` (of the loadings one-sided: a dimension's items are meant to go one way). A
    model is refused that the exact test rejects at `level` and that fits badly too: few people fit badly by
    chance, many never fit exactly.
    Source: Hu & Bentler (1999), Structural Equation Modeling 6, 1–55, for SRMR.
    """

    least_cfi: float = 0.9
    most_srmr: float = 0.08
    level: float = LEVEL


@dataclass(frozen=True, slots=True)
class Omega:
    """Hold omega total with the denominator the model implies, (Σλ)² + Σθ, and with the observed, Σ cᵢⱼ.

    They agree where one factor explains the items. `loadings` are in scale points, in the items' order. `se`
    and `interval` are of the first; `measures` is the fit of the one-factor model.
    """

    model_implied: float
    observed: float
    loadings: tuple[float, ...]
    se: float
    interval: Interval
    measures: FitMeasures


def omega(
    moments: AnyMoments, dimension_id: str, cases: Cases = "complete", rule: OmegaRule | None = None
) -> Omega | Undefined:
    """Return omega total (Σλ)² / denominator of a dimension, λ the loadings of the items on one factor.

    The standard error is by the delta method from the expected information, the interval by ln(ω/(1 − ω)).
    Undefined with fewer than three items or more than sixty; where the covariances cannot be inverted; in a
    Heywood case, where the best fit gives an item no or negative unique variance; and where the items have no
    factor in common by the `rule`: the figure would be nonsense.
    Source: McDonald (1999), Test Theory, ch. 6; as `(sum of loadings)²` over lavaan's model-implied or
    observed total variance of a `cfa` with one factor (std.lv = TRUE, ML). Raykov (2002), Structural Equation
    Modeling 9, 89–103, for the error; Kelley & Pornprasertmanit (2016), Psychological Methods 21, 69–92, for
    the interval (MLL).
    """
    found = covariances(moments, dimension_id, cases)
    return found if isinstance(found, Undefined) else omega_of(found, rule or OmegaRule())


def omega_of(found: Covariances, rule: OmegaRule) -> Omega | Undefined:
    """Return omega total of items with these covariances, as `omega`."""
    fit = fit_one_factor(found.matrix)
    sample = Sample(found.persons, np.zeros(len(found.matrix)), found.matrix)
    if isinstance(fit, Undefined) and fit.reason is not Reason.HEYWOOD:
        return fit
    # of items that are not related the fit ends anywhere, often at a border: that is the reason
    if are_unrelated([sample], rule.level):
        return Undefined(Reason.UNRELATED)
    if isinstance(fit, Undefined):
        return fit
    loadings, unique = fit
    common = float(loadings.sum()) ** 2
    value = common / (common + float(unique.sum()))
    found_errors = _uncertainty(sample, loadings, unique)
    if isinstance(found_errors, Undefined):
        return found_errors
    measures, errors, se = found_errors
    fault = _fault(measures, loadings / errors, rule)
    if fault is not None:
        return Undefined(fault)
    reach = float(scipy.special.ndtri((1 + LEVEL) / 2)) * se / (value * (1 - value))
    centre = float(scipy.special.logit(value))
    low, high = (float(scipy.special.expit(centre + each)) for each in (-reach, reach))
    observed = common / float(found.matrix.sum())
    return Omega(value, observed, tuple(loadings.tolist()), se, Interval(low, high, LEVEL), measures)


def _uncertainty(
    sample: Sample, loadings: Floats, unique: Floats
) -> tuple[FitMeasures, Floats, float] | Undefined:
    """Return the model's fit, the loadings' standard errors, and that of omega."""
    items = len(loadings)
    # the likelihood is written in covariances with divisor n
    share = (sample.n - 1) / sample.n
    fitted = FactorParameters(
        loadings[:, np.newaxis] * np.sqrt(share), unique * share, np.eye(1), np.zeros(items), np.zeros(1)
    )
    model = FactorModel.of_one_factor(tuple(str(item) for item in range(items)))
    layout = lay_out(model, 1, "configural")
    measures = measure_fit([sample], [fitted], max(sample.n * discrepancy(sample, fitted), 0.0), layout.df)
    # first the loadings, then the unique variances; the means tell nothing of them
    information = slope(sample, fitted, layout).information[: 2 * items, : 2 * items]
    if np.linalg.cond(information) > _DETERMINED:
        return Undefined(Reason.NOT_DETERMINED)
    covariance = np.linalg.inv(information) * (2 / sample.n)
    total, rest = float(fitted.loadings.sum()), float(fitted.unique.sum())
    gradient = np.repeat([2 * total * rest, -(total**2)], items) / (total**2 + rest) ** 2
    errors = np.sqrt(np.diagonal(covariance)[:items] / share)
    return measures, errors, float(np.sqrt(gradient @ covariance @ gradient))


def _fault(measures: FitMeasures, ratios: Floats, rule: OmegaRule) -> Reason | None:
    rejected = not isinstance(measures.p, Undefined) and measures.p < 1 - rule.level
    poor = isinstance(measures.cfi, Undefined) or measures.cfi < rule.least_cfi
    if rejected and (poor or measures.srmr > rule.most_srmr):
        return Reason.MISFIT
    shown = (ratios > scipy.special.ndtri(rule.level)).sum()
    return None if shown >= max(_FEWEST_ITEMS, len(ratios) // 2 + 1) else Reason.TOO_FEW_LOADINGS


def fit_one_factor(matrix: Floats) -> tuple[Floats, Floats] | Undefined:
    """Return the loadings λ and unique variances θ that maximise the likelihood of Σ = λλᵀ + diag θ.

    With θ given, λ is known from the largest eigenvalue e₁ of θ^−½ R θ^−½, so only θ is searched:
    minimise Σ_{m>1} (e_m − ln e_m − 1), on correlations, where the fit is the same and better scaled.
    Source: Jöreskog (1967), Psychometrika 32, 443–482; Lawley & Maxwell (1971), ch. 4.
    """
    if len(matrix) < _FEWEST_ITEMS:
        return Undefined(Reason.TOO_FEW_ITEMS)
    if len(matrix) > MOST_ITEMS:
        return Undefined(Reason.MANY_ITEMS)
    spread = np.sqrt(np.diagonal(matrix))
    if (spread == 0).any():
        return Undefined(Reason.ITEM_ALIKE if spread.any() else Reason.NO_VARIANCE)
    correlations = matrix / np.outer(spread, spread)
    smallest = float(np.linalg.eigvalsh(correlations)[0])
    if smallest < _SMALLEST:
        # pairwise covariances may be those of nobody
        return Undefined(Reason.SINGULAR if smallest > -_ROUNDING else Reason.NOT_POSITIVE_DEFINITE)
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
