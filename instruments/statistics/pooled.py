"""Compute means and covariances of a pool from its sums, in the forms that factor models and levels take."""

import numpy as np

from instruments.aggregates.pool_sums import FRACTION, BlockSums, PoolSums, turned_values
from instruments.statistics.distributions import Floats
from instruments.statistics.factor_models import Sample
from instruments.statistics.reliability import Cases
from instruments.statistics.two_level import TwoLevelSums
from instruments.statistics.undefined import Reason, Undefined

_FEWEST = 3  # two persons fix every correlation at ±1


def item_means(sums: PoolSums) -> Floats:
    """Return by item the mean distance from the lowest category, reversed turned; NaN where nobody scored."""
    table = sums.answer_kinds[:, : len(sums.version.scale.categories)]
    counts = table.sum(axis=1)
    totals = (table * turned_values(sums.version)).sum(axis=1)
    means: Floats = np.divide(totals, counts, out=np.full(len(counts), np.nan), where=counts > 0)
    return means


def pooled_sample(sums: PoolSums, cases: Cases = "complete") -> Sample | Undefined:
    """Return persons, means and covariances of all items, cᵢⱼ = (nᵢⱼ Σxy − Σx Σy)/(nᵢⱼ (nᵢⱼ − 1)).

    `complete` is of those who scored every item; `pairwise` of those who scored both items of each pair, with
    the fewest of any pair for n, and may be no covariances of anybody. Undefined for fewer than three.
    """
    complete, pairs = sums.whole.complete, sums.pairs
    items = len(sums.version.items)
    counts = np.full((items, items), complete.count) if cases == "complete" else pairs.counts
    if counts.min() < _FEWEST:
        return Undefined(Reason.TOO_FEW if counts.min() else Reason.NOBODY)
    if cases == "complete":
        rows, products = np.repeat(complete.sums[:, np.newaxis], items, axis=1), complete.products
        means = complete.sums / complete.count
    else:
        rows, products, means = pairs.sums, pairs.products, item_means(sums)
    # integers up to the division: no digit is lost
    matrix = (counts * products - rows * rows.T) / (counts * (counts - 1))
    return Sample(int(counts.min()), means, (matrix + matrix.T) / 2)


def two_level_sums(block: BlockSums) -> TwoLevelSums:
    """Return the sums over units and their persons of a block of a pool, as distances."""
    return TwoLevelSums(
        block.units,
        block.complete.count,
        float(block.squares),
        block.complete.sums.astype(np.float64),
        block.complete.products.astype(np.float64),
        block.unit_products / FRACTION,
    )
