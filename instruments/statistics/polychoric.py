"""Correlate what lies behind ordered categories: polychoric correlations, and reliability from them."""

import numpy as np
import scipy
from numpy.typing import NDArray

from instruments.statistics.distributions import Floats
from instruments.statistics.omega import MOST_ITEMS, fit_one_factor
from instruments.statistics.reliability import alpha_of
from instruments.statistics.undefined import Figure, Reason, Undefined

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)  # of the integral over the correlation
_OUTSIDE = 9.0  # threshold beyond which nobody is
_BORDER = 0.9995  # correlation at which the search ends: the table has too little in it to say
_STEPS = 60  # of the search
_CLOSE = 1e-11  # steps of a correlation shorter than this end the search
_MOST_CATEGORIES = 10  # with more the answers are as good as measured, and most cells of a table are empty
_CHUNK_ROWS = 2**13  # persons counted at a time, which bounds the memory
_LEAST = 1e-300  # probability that still can be divided by


def polychoric_correlations(values: Floats) -> Floats | Undefined:
    """Return the polychoric correlations of items, from persons × items.

    Each item is taken as a normal variable cut into its categories. Thresholds are from the item's own
    shares, the correlation of a pair maximises the likelihood of their table (two-step). Rows with a missing
    value (NaN) are left out. Undefined where nobody, or nobody else, answered; where an item has one
    category, or the items more than ten, or there are more than sixty of them; and where a table has no
    maximum short of ±1, as one with an empty corner may have: nothing is added to empty cells.
    Source: Olsson (1979), Psychometrika 44, 443–460; as lavaan's `lavCor(ordered = …)`, and
    `psych::polychoric(correct = 0)`.
    """
    complete = values[~np.isnan(values).any(axis=1)]
    if len(complete) < 2:  # noqa: PLR2004 - one person relates nothing
        return Undefined(Reason.TOO_FEW if len(complete) else _why_nobody(values))
    categories, codes = np.unique(complete, return_inverse=True)
    codes = codes.reshape(complete.shape)
    alike = codes.max(axis=0) == codes.min(axis=0)
    if alike.any():
        return Undefined(Reason.NO_VARIANCE if alike.all() else Reason.ITEM_ALIKE)
    if len(categories) > _MOST_CATEGORIES:
        return Undefined(Reason.MANY_CATEGORIES)
    if complete.shape[1] > MOST_ITEMS:
        return Undefined(Reason.MANY_ITEMS)
    first, second = np.triu_indices(complete.shape[1], 1)
    pairs = _correlations(_tables(codes, len(categories))[first, second])
    # one item alone has no pair, and correlates with itself
    if np.abs(pairs).max(initial=0) >= _BORDER:
        return Undefined(Reason.SPARSE)
    matrix = np.eye(complete.shape[1])
    matrix[first, second] = matrix[second, first] = pairs
    return matrix


def _why_nobody(values: Floats) -> Reason:
    answered = ~np.isnan(values).all(axis=0)
    if not answered.any():
        return Reason.NOBODY
    return Reason.NOT_COMPLETE if answered.all() else Reason.UNANSWERED


def ordinal_alpha(correlations: Floats) -> Figure:
    """Return alpha of polychoric correlations, k/(k−1) · (1 − k/Σ rᵢⱼ).

    It speaks of the normal variables behind the answers, and is higher than what the sum of the answers has.
    Undefined as `alpha`.
    Source: Zumbo, Gadermann & Zeisser (2007), Journal of Modern Applied Statistical Methods 6, 21–29;
    Chalmers (2018), Educational and Psychological Measurement 78, 1056–1071, for what it is not.
    """
    return alpha_of(correlations)


def ordinal_omega(correlations: Floats) -> Figure:
    """Return omega total (Σλ)²/((Σλ)² + Σθ) of one factor fitted to polychoric correlations.

    As `ordinal_alpha` of the variables behind the answers. Undefined as `omega`, but without its rule: the
    likelihood is not that of the answers, so that nothing can be tested by it.
    Source: McDonald (1999), Test Theory, ch. 6; Gadermann, Guhn & Zumbo (2012), Practical Assessment,
    Research & Evaluation 17(3).
    """
    fit = fit_one_factor(correlations)
    if isinstance(fit, Undefined):
        return fit
    loadings, unique = fit
    common = float(loadings.sum()) ** 2
    return common / (common + float(unique.sum()))


def _tables(codes: NDArray[np.intp], categories: int) -> Floats:
    """Return how many gave each pair of answers: items × items × categories × categories."""
    items = codes.shape[1]
    together: Floats = np.zeros((items * categories, items * categories))
    for start in range(0, len(codes), _CHUNK_ROWS):
        rows = codes[start : start + _CHUNK_ROWS]
        given = (rows[:, :, np.newaxis] == np.arange(categories)).reshape(len(rows), -1).astype(np.float64)
        together += given.T @ given
    return together.reshape(items, categories, items, categories).transpose(0, 2, 1, 3)


def _correlations(tables: Floats) -> Floats:
    """Return each table's correlation of the greatest likelihood: scoring inside a bracket that narrows."""
    people = tables.sum(axis=(1, 2))
    across, down = (_thresholds(tables.sum(axis=axis)) for axis in (2, 1))
    low, high = np.full(len(tables), -_BORDER), np.full(len(tables), _BORDER)
    found = np.zeros(len(tables))
    for _ in range(_STEPS):
        cells, slopes = _cells(across, down, found)
        gradient = (tables * slopes / cells).sum(axis=(1, 2))
        information = people * (slopes**2 / cells).sum(axis=(1, 2))
        low, high = np.where(gradient > 0, found, low), np.where(gradient > 0, high, found)
        following = found + gradient / np.maximum(information, _LEAST)
        # a step out of what is left would go over the maximum: half of the way to the end
        outside = (following <= low) | (following >= high)
        following = np.where(outside, (low + high) / 2, following)
        moved, found = np.abs(following - found).max(initial=0), following
        if moved < _CLOSE:
            break
    return np.where(np.abs(found) > _BORDER - 1e-6, np.sign(found) * _BORDER, found)


def _thresholds(counts: Floats) -> Floats:
    """Return where the categories end, tables × (categories + 1), the first and last outside of everybody."""
    shares = np.cumsum(counts, axis=1) / counts.sum(axis=1, keepdims=True)
    inner = np.clip(scipy.special.ndtri(np.clip(shares[:, :-1], 0, 1)), -_OUTSIDE, _OUTSIDE)
    ends = np.full((len(counts), 1), _OUTSIDE)
    return np.concatenate([-ends, inner, ends], axis=1)


def _cells(across: Floats, down: Floats, correlation: Floats) -> tuple[Floats, Floats]:
    """Return the probability of every cell of each table, and its derivative by the correlation.

    ∂Φ₂(a, b, r)/∂r is the density φ₂, so Φ₂(a, b, ρ) = Φ(a)Φ(b) + ∫₀^ρ φ₂ dr, taken over r = sin t.
    Source: Drezner & Wesolowsky (1990), Journal of Statistical Computation and Simulation 35, 101–107.
    """
    a, b = across[:, :, np.newaxis], down[:, np.newaxis, :]
    angle = np.arcsin(correlation)[:, np.newaxis, np.newaxis]
    squares, product = a**2 + b**2, a * b
    total = np.zeros(product.shape)
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        sine = np.sin(angle * (node + 1) / 2)
        total += weight * np.exp((2 * sine * product - squares) / (2 * (1 - sine**2)))
    reached = scipy.special.ndtr(a) * scipy.special.ndtr(b) + total * angle / 2 / (2 * np.pi)
    rest = 1 - correlation[:, np.newaxis, np.newaxis] ** 2
    exponent = (2 * np.sin(angle) * product - squares) / (2 * rest)
    density = np.exp(exponent) / (2 * np.pi * np.sqrt(rest))
    cells, slopes = (np.diff(np.diff(each, axis=1), axis=2) for each in (reached, density))
    return np.maximum(cells, _LEAST), slopes
