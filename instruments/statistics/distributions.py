"""Read distributions of a dimension's scores and of an item's answers from the moments, in scale points."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from instruments.aggregates.moments import WITHHELD, Moments
from instruments.aggregates.sealed_moments import AnyMoments, SealedMoments
from instruments.model import Version
from instruments.scoring import code_values
from instruments.statistics.undefined import Reason, Undefined

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Distribution:
    """Say how many persons have which score: `values` ascend, in scale points, and are distinct."""

    values: Floats
    counts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Summary:
    """Hold n, mean and unbiased variance of scores, in scale points; the variance is undefined for n < 2."""

    n: int
    mean: float
    variance: float | Undefined


def score_distribution(moments: Moments, dimension_id: str) -> Distribution:
    """Return the exact distribution of a dimension's scores; persons without a score are left out."""
    histogram = moments.score_counts[dimension_id]
    # one score may come from several cells: 6 ÷ 2 is 9 ÷ 3
    answered, total = np.nonzero(histogram)
    scores = moments.version.scale.categories[0] + total / answered
    values, inverse = np.unique(scores, return_inverse=True)
    counts = np.zeros(len(values), dtype=np.int64)
    np.add.at(counts, inverse, histogram[answered, total])
    return Distribution(values, counts)


def item_distribution(moments: AnyMoments, item_id: str) -> Distribution | Undefined:
    """Return the distribution of an item's scored answers, turned where the item is reversed.

    Undefined where the answers by category were not kept.
    """
    if moments.answer_counts is WITHHELD:
        return Undefined(Reason.WITHHELD)
    version = moments.version
    column = version.item_columns[item_id]
    values, order = _turned_categories(version, reverse=version.items[column].reverse)
    return Distribution(values, moments.answer_counts[column][order])


@lru_cache(maxsize=256)
def _turned_categories(version: Version, *, reverse: bool) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return what the categories count for, low to high, and the place of each among those as given."""
    values = code_values(version, reverse=reverse)[: len(version.scale.categories)]
    order = np.argsort(values)
    counted = values[order].astype(np.float64) + version.scale.categories[0]
    counted.setflags(write=False)
    return counted, order


def item_table(moments: AnyMoments, dimension_id: str | None = None) -> NDArray[np.int64] | Undefined:
    """Return the scored answers to a dimension's items, items × categories, reversed items turned.

    Without a dimension those to all items, in the order asked. Undefined where the answers by category were
    not kept.
    """
    if moments.answer_counts is WITHHELD:
        return Undefined(Reason.WITHHELD)
    return moments.answer_counts[_turned_places(moments.version, dimension_id)]


@lru_cache(maxsize=256)
def _turned_places(version: Version, dimension_id: str | None) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where the cells of `item_table` stand in a table of all items as they were answered."""
    items = version.items if dimension_id is None else version.dimension(dimension_id).items
    rows = np.array([[version.item_columns[item.id]] for item in items])
    return rows, np.array([_turned_categories(version, reverse=item.reverse)[1] for item in items])


def _summarise(distribution: Distribution) -> Summary | Undefined:
    """Return n, mean x̄ = Σ f·x / n and variance Σ f·(x − x̄)² / (n − 1) of a distribution."""
    n = int(distribution.counts.sum())
    if n == 0:
        return Undefined(Reason.NOBODY)
    # from the lowest value on, so that equal scores leave no variance of a rounding error's size
    lowest = float(distribution.values[0])
    mean = lowest + float(distribution.counts @ (distribution.values - lowest)) / n
    if n == 1:
        return Summary(n, mean, Undefined(Reason.TOO_FEW))
    # two passes: subtracting squares of sums would lose digits
    deviations = distribution.values - mean
    return Summary(n, mean, float(distribution.counts @ deviations**2) / (n - 1))


def mean_of_items(moments: AnyMoments, dimension_id: str) -> Fraction:
    """Return a unit's score in a dimension, exact: the mean of its items' means, reversed items turned.

    Raises ZeroDivisionError where an item has no scored answer.
    """
    version = moments.version
    columns = [version.item_columns[item.id] for item in version.dimension(dimension_id).items]
    means = [Fraction(int(moments.item_sums[each]), int(moments.item_counts[each])) for each in columns]
    return version.scale.categories[0] + sum(means, Fraction()) / len(means)


def answers_by_side(moments: SealedMoments, dimension_id: str) -> tuple[int, int, int] | Undefined:
    """Return how many answers to a dimension's items lie below, on and above the middle, reversed turned.

    Undefined where they were not kept.
    """
    if moments.side_counts is WITHHELD:
        return Undefined(Reason.WITHHELD)
    below, middle, above = moments.side_counts[dimension_id].tolist()
    return below, middle, above


def item_summary(moments: AnyMoments, item_id: str) -> Summary | Undefined:
    """Return n, mean and variance of one item over all who scored it, turned where it is reversed.

    The variance is undefined where the answers by category were not kept.
    """
    distribution = item_distribution(moments, item_id)
    if not isinstance(distribution, Undefined):
        return _summarise(distribution)
    column = moments.version.item_columns[item_id]
    n, total = int(moments.item_counts[column]), int(moments.item_sums[column])
    if n == 0:
        return Undefined(Reason.NOBODY)
    return Summary(n, moments.version.scale.categories[0] + total / n, distribution)


def dimension_summary(
    moments: AnyMoments, dimension_id: str, items: AbstractSet[str] | None = None
) -> Summary | Undefined:
    """Return n, mean and variance of a dimension's scores, or of scores on only some of its `items`.

    All items: from the exact sums of the scores, under the version's rule of missing answers. One item: from
    its own histogram, all who scored it. Some items: over the persons who scored every item of it, from
    the cross-products: mean Σᵢ x̄ᵢ / k, variance Σᵢⱼ cᵢⱼ / k² (undefined where those were withheld).
    `items` may hold items of other dimensions; they do not count.
    """
    if items is None:
        return _summarise_scores(moments, dimension_id)
    own = [item.id for item in moments.version.dimension(dimension_id).items]
    chosen = [item_id for item_id in own if item_id in items]
    if not chosen:
        return Undefined(Reason.ITEMS_APART)
    if len(chosen) == len(own):
        return _summarise_scores(moments, dimension_id)
    if len(chosen) == 1:
        return item_summary(moments, chosen[0])
    return _subset(moments, dimension_id, [own.index(item_id) for item_id in chosen])


def _summarise_scores(moments: AnyMoments, dimension_id: str) -> Summary | Undefined:
    scores = moments.scores[dimension_id]
    if not scores.persons:
        return Undefined(Reason.NOBODY)
    mean = scores.mean(moments.version.scale.categories[0])
    if scores.persons == 1:
        return Summary(1, mean, Undefined(Reason.TOO_FEW))
    return Summary(scores.persons, mean, scores.variance())


def _subset(moments: AnyMoments, dimension_id: str, where: list[int]) -> Summary | Undefined:
    if moments.cross_products is WITHHELD:
        return Undefined(Reason.WITHHELD)
    products = moments.cross_products[dimension_id]
    n, items = products.count, len(where)
    if n == 0:
        return Undefined(Reason.NOBODY)
    total = int(products.sums[where].sum())
    mean = moments.version.scale.categories[0] + total / (n * items)
    if n == 1:
        return Summary(n, mean, Undefined(Reason.TOO_FEW))
    squares = int(products.products[np.ix_(where, where)].sum())
    # exact in integers until the last division
    return Summary(n, mean, (n * squares - total**2) / (n * (n - 1) * items**2))
