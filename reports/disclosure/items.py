"""What may be told of single items, so that those withheld cannot be had by subtraction."""

import math
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from instruments.model import Dimension, Item
from reports.disclosure import rounding, unanimity
from reports.disclosure.released import SUPPRESSED, ReleasedHistogram, ReleasedItem, ReleasedMean, Suppressed
from reports.disclosure.request import Request
from reports.disclosure.seal import SEAL


def releasable_items(question: Request, dimension: Dimension) -> tuple[str, ...]:
    """The items of the dimension whose figures may be told.

    First those with answers enough and no unanimity. What the dimension's own figures then tell of the
    rest by subtraction must leave room for doubt too; while it does not, the item with fewest answers is
    withheld as well (the later one where two are equal), which costs least.
    """
    if not question.may_release_items(dimension):
        return ()
    own = tuple(item.id for item in dimension.items)
    counts = dict(zip(own, question.counts(own), strict=True))
    released = [item_id for item_id in own if _may_be_released(question, counts[item_id])]
    while released and not rest_is_protected(question, dimension, released):
        released.remove(min(reversed(released), key=lambda item_id: int(counts[item_id].sum())))
    return tuple(released)


def rest_is_protected(question: Request, dimension: Dimension, released: Sequence[str]) -> bool:
    """Whether the dimension's distribution may be told beside the items in `told`."""
    rest = tuple(item.id for item in dimension.items if item.id not in released)
    values = np.array(question.sealed.version.scale.categories, dtype=np.float64)
    known = question.thresholds.own_answers
    alone = len(dimension.items) == 1
    return (
        not rest
        or alone
        or unanimity.withheld_items_are_protected(
            question.counts(rest), values, question.policy.unanimity_width, known
        )
    )


def release_items(
    question: Request, dimension: Dimension, *, released: bool
) -> dict[str, ReleasedItem | Suppressed]:
    """Every item of the dimension with its figures, or Suppressed; all are where its mean is not `told`."""
    chosen = (
        set(releasable_items(question, dimension)) & set(question.chosen(dimension)) if released else set()
    )
    return {
        item.id: _released(question, item) if item.id in chosen else SUPPRESSED for item in dimension.items
    }


def _may_be_released(question: Request, counts: unanimity.Counts) -> bool:
    enough = int(counts.sum()) >= question.thresholds.item
    return enough and unanimity.distribution_is_protected(counts[np.newaxis], question.thresholds.own_answers)


def _released(question: Request, item: Item) -> ReleasedItem:
    """The item as it was answered: people read these figures beside its text."""
    moments, policy = question.sealed.moments, question.policy
    categories = moments.version.scale.categories
    column = moments.version.item_columns[item.id]
    counts = moments.item_counts[column, : len(categories)]
    values, n = np.array(categories, dtype=np.float64), int(counts.sum())
    exact = float(counts @ values) / n
    step = rounding.mean_step(n, 1, question.thresholds.item, policy)
    share_step = rounding.share_step(n, policy)
    shares = {
        category: rounding.percent(count, n, share_step)
        for category, count in zip(categories, counts.tolist(), strict=True)
    }
    sd: float | Suppressed = SUPPRESSED
    if n >= question.thresholds.item_sd:
        sd = round(math.sqrt(float(counts @ (values - exact) ** 2) / (n - 1)), 2)
    return ReleasedItem(
        item.id,
        question.released_n(n),
        ReleasedMean(rounding.round_to(exact, step), rounding.decimals(step), step, SEAL),
        ReleasedHistogram(MappingProxyType(shares), share_step, SEAL),
        sd,
        SEAL,
    )
