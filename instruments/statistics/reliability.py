"""Estimate the reliability of a dimension: Cronbach's alpha and what each item does to it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import scipy

from instruments.aggregates.exact_sums import columns
from instruments.aggregates.moments import WITHHELD, CrossProducts, PairProducts
from instruments.aggregates.sealed_moments import AnyMoments, SealedMoments
from instruments.statistics.descriptives import LEVEL
from instruments.statistics.distributions import Floats
from instruments.statistics.undefined import Figure, Interval, Reason, Undefined

Cases = Literal["complete", "pairwise"]
_ROUNDING = 1e-9  # of an eigenvalue, as a share of all of them
_FEWEST = 3  # two persons fix every correlation at ±1, which says nothing of the items


@dataclass(frozen=True, eq=False)
class Covariances:
    """Hold unbiased covariances (items × items, squared points) of a dimension's items, reversed ones turned.

    `persons` is the n an interval may use: those who scored every item, or, pairwise, all who took part.
    """

    items: tuple[str, ...]
    matrix: Floats
    persons: int


def covariances(moments: AnyMoments, dimension_id: str, cases: Cases = "complete") -> Covariances | Undefined:
    """Return covariances cᵢⱼ = (nᵢⱼ Σxy − Σx Σy) / (nᵢⱼ (nᵢⱼ − 1)), sums over those who scored both items.

    `complete` uses only persons who scored every item of the dimension, as R's `cov(use = "complete.obs")`;
    `pairwise` as `use = "pairwise.complete.obs"`. Undefined with fewer than three persons in some pair, and
    where pairwise ones are not positive semidefinite: nobody's answers could have them, and a sum of items
    would have less variance than none.
    """
    items = tuple(item.id for item in moments.version.dimension(dimension_id).items)
    if cases == "complete":
        if moments.cross_products is WITHHELD:
            return Undefined(Reason.WITHHELD)
        found = _complete(moments.cross_products[dimension_id], items)
    elif isinstance(moments, SealedMoments):
        return Undefined(Reason.WITHHELD)
    else:
        found = _pairwise(moments.pair_products[dimension_id], items, moments.n)
    return Undefined(_why_nobody(moments, dimension_id, cases)) if found is None else found


def _complete(sums: CrossProducts, items: tuple[str, ...]) -> Covariances | Undefined | None:
    """Return the covariances of the persons that the sums are of; None where there is nobody."""
    n = sums.count
    if n < _FEWEST:
        return Undefined(Reason.TOO_FEW) if n else None
    # integers up to the division: no digit is lost
    matrix = (n * sums.products - np.outer(sums.sums, sums.sums)) / (n * (n - 1))
    return Covariances(items, matrix, n)


def _pairwise(pairs: PairProducts, items: tuple[str, ...], persons: int) -> Covariances | Undefined | None:
    """Return the same of those who scored both items of a pair; None where nobody did so with some pair."""
    counts, sums = pairs.counts, pairs.sums
    if counts.min() < _FEWEST:
        return Undefined(Reason.TOO_FEW) if counts.min() else None
    matrix = (counts * pairs.products - sums * sums.T) / (counts * (counts - 1))
    if np.linalg.eigvalsh(matrix)[0] < -_ROUNDING * np.trace(matrix):
        return Undefined(Reason.NOT_POSITIVE_DEFINITE)
    return Covariances(items, matrix, persons)


def alpha(moments: AnyMoments, dimension_id: str, cases: Cases = "complete") -> Figure:
    """Return Cronbach's α = k/(k−1) · (1 − Σ cᵢᵢ / Σ cᵢⱼ), over the dimension's k items.

    Undefined for one item, for a sum without variance, and where α is negative: then the items do not
    measure one thing in one direction, and a size would mislead.
    Source: Cronbach (1951), Psychometrika 16, 297–334, eq. 2; as `psych::alpha` (raw_alpha).
    """
    found = covariances(moments, dimension_id, cases)
    return found if isinstance(found, Undefined) else alpha_of(found.matrix)


def standardised_alpha(moments: AnyMoments, dimension_id: str, cases: Cases = "complete") -> Figure:
    """Return α of the items brought to equal variance, k/(k−1) · (1 − k / Σ rᵢⱼ).

    As `psych::alpha` (std.alpha). Undefined as `alpha`, and where an item has no variance.
    """
    found = covariances(moments, dimension_id, cases)
    if isinstance(found, Undefined):
        return found
    correlations = _correlations(found.matrix)
    return correlations if isinstance(correlations, Undefined) else alpha_of(correlations)


def alpha_interval(
    moments: AnyMoments, dimension_id: str, cases: Cases = "complete", level: float = LEVEL
) -> Interval | Undefined:
    """Return Feldt's interval for α, see `feldt_interval`.

    Pairwise takes n from all who took part, as `psych` does: too narrow where many answers are missing.
    """
    found = covariances(moments, dimension_id, cases)
    if isinstance(found, Undefined):
        return found
    return feldt_interval(alpha_of(found.matrix), found.persons, len(found.items), level)


def feldt_interval(value: Figure, persons: int, items: int, level: float = LEVEL) -> Interval | Undefined:
    """Return 1 − (1 − α)·F(1 ∓ (1−level)/2; n−1, (n−1)(k−1)), the bounds low and high.

    Source: Feldt, Woodruff & Salih (1987), Applied Psychological Measurement 11, 93–103; as
    `psych::alpha.ci`.
    """
    if isinstance(value, Undefined):
        return value
    above, below = _f_quantiles(persons - 1, (persons - 1) * (items - 1), level)
    return Interval(1 - (1 - value) * above, 1 - (1 - value) * below, level)


@cache
def _f_quantiles(first: int, second: int, level: float) -> tuple[float, float]:
    """Return the quantiles of F between which the share `level` of it lies, the upper one first."""
    tail = (1 - level) / 2
    upper, lower = (float(scipy.special.fdtri(first, second, share)) for share in (1 - tail, tail))
    return upper, lower


def alpha_if_dropped(
    moments: AnyMoments, dimension_id: str, cases: Cases = "complete"
) -> dict[str, Figure] | Undefined:
    """Return item id → α of the other items, undefined for fewer than two; as `psych::alpha` (alpha.drop)."""
    found = covariances(moments, dimension_id, cases)
    if isinstance(found, Undefined):
        return found
    return {
        item: alpha_of(np.delete(np.delete(found.matrix, index, 0), index, 1))
        for index, item in enumerate(found.items)
    }


def item_rest_correlations(
    moments: AnyMoments, dimension_id: str, cases: Cases = "complete"
) -> dict[str, Figure] | Undefined:
    """Return item id → its correlation with the sum of the others, Σ_{j≠i} cᵢⱼ / √(cᵢᵢ Σ_{j,l≠i} cⱼₗ).

    As `psych::alpha` (r.drop). Undefined for one item and where either has no variance.
    """
    found = covariances(moments, dimension_id, cases)
    return found if isinstance(found, Undefined) else item_rest_of(found.items, found.matrix)


def item_rest_of(items: Sequence[str], matrix: Floats) -> dict[str, Figure]:
    """Return the item-rest correlations of items with these covariances, as `item_rest_correlations`."""
    return {item: _with_rest(matrix, index) for index, item in enumerate(items)}


def alpha_of(matrix: Floats) -> Figure:
    """Return Cronbach's α of covariances (items × items), as `alpha`."""
    return _alpha(len(matrix), float(np.trace(matrix)), float(matrix.sum()))


def _alpha(items: int, own: float, total: float) -> Figure:
    """Return α by the sum of the items' variances, and the variance of their sum, in any one unit."""
    if items < 2:  # noqa: PLR2004 - one item has nothing to agree with
        return Undefined(Reason.TOO_FEW_ITEMS)
    if own == 0:
        return Undefined(Reason.NO_VARIANCE)
    # a sum of zero variance comes from items that cancel each other: α → −∞
    if total <= 0:
        return Undefined(Reason.NEGATIVE)
    value = items / (items - 1) * (1 - own / total)
    # a negative alpha has no meaning as a share of variance
    return value if value >= 0 else Undefined(Reason.NEGATIVE)


def alpha_of_sums(sums: CrossProducts) -> Figure:
    """Return Cronbach's α of those who scored every item, as `alpha`, at a half of what the matrix costs.

    In whole numbers up to the one division: n Σx² − (Σx)² of the items and of their sum are n(n − 1) times
    the variances.
    """
    n, items = sums.count, len(sums.sums)
    total = n * int(sums.products.sum()) - int(sums.sums.sum()) ** 2
    own = n * int(sums.products.trace()) - int(sums.sums @ sums.sums)
    return _alpha(items, own, total)


def _why_nobody(moments: AnyMoments, dimension_id: str, cases: Cases) -> Reason:
    places = columns(moments.version, moments.version.dimension(dimension_id))
    counts = moments.item_counts[places]
    if not counts.any():
        return Reason.NOBODY
    if not counts.all():
        return Reason.UNANSWERED
    return Reason.NOT_COMPLETE if cases == "complete" else Reason.NOT_TOGETHER


def _with_rest(matrix: Floats, index: int) -> Figure:
    if len(matrix) < 2:  # noqa: PLR2004 - no rest
        return Undefined(Reason.TOO_FEW_ITEMS)
    own = float(matrix[index, index])
    rest = float(np.delete(np.delete(matrix, index, 0), index, 1).sum())
    if own <= 0:
        return Undefined(Reason.ITEM_ALIKE if np.trace(matrix) else Reason.NO_VARIANCE)
    if rest <= 0:
        # the others do not vary at all, or what varies in them cancels out
        return Undefined(Reason.ITEM_ALIKE if np.trace(matrix) <= own else Reason.NEGATIVE)
    return (float(matrix[index].sum()) - own) / math.sqrt(own * rest)


def _correlations(matrix: Floats) -> Floats | Undefined:
    # a correlation with an item that never varies has no value
    spread = np.sqrt(np.diagonal(matrix))
    if (spread == 0).any():
        return Undefined(Reason.ITEM_ALIKE if spread.any() else Reason.NO_VARIANCE)
    return np.asarray(matrix / np.outer(spread, spread))
