"""What may be released of single items, so that subtraction does not give those suppressed."""

import math
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from instruments.model import Dimension, Item
from reports.disclosure import rounding, unanimity
from reports.disclosure.released import SUPPRESSED, ReleasedHistogram, ReleasedItem, ReleasedMean, Suppressed
from reports.disclosure.request import Request
from reports.disclosure.seal import SEAL


def releasable_items(request: Request, dimension: Dimension) -> tuple[str, ...]:
    """Return the items of the dimension whose figures may be released.

    First those with answers enough and no unanimity. What subtraction from the dimension's own figures then
    gives of the rest must satisfy the unanimity rule too; while it does not, the item with fewest answers
    is suppressed as well (the later one where two are equal), which costs least.
    """
    if not request.may_release_items(dimension):
        return ()
    own = tuple(item.id for item in dimension.items)
    counts = dict(zip(own, request.counts(own), strict=True))
    released = [item_id for item_id in own if _may_be_released(request, counts[item_id])]
    while released and not rest_is_protected(request, dimension, released):
        released.remove(min(reversed(released), key=lambda item_id: int(counts[item_id].sum())))
    return tuple(released)


def rest_is_protected(request: Request, dimension: Dimension, released: Sequence[str]) -> bool:
    """Return whether the dimension's distribution may be released beside the items in `released`."""
    rest = tuple(item.id for item in dimension.items if item.id not in released)
    values = np.array(request.sealed.version.scale.categories, dtype=np.float64)
    known = request.thresholds.own_answers
    alone = len(dimension.items) == 1
    return (
        not rest
        or alone
        or unanimity.withheld_items_are_protected(
            request.counts(rest), values, request.policy.unanimity_width, known
        )
    )


def release_items(
    request: Request, dimension: Dimension, *, released: bool
) -> dict[str, ReleasedItem | Suppressed]:
    """Return every item of the dimension, with its figures or Suppressed; without a released mean all are."""
    chosen = set(releasable_items(request, dimension)) & set(request.chosen(dimension)) if released else set()
    return {
        item.id: _released(request, item) if item.id in chosen else SUPPRESSED for item in dimension.items
    }


def _may_be_released(request: Request, counts: unanimity.Counts) -> bool:
    enough = int(counts.sum()) >= request.thresholds.item
    return enough and unanimity.distribution_is_protected(counts[np.newaxis], request.thresholds.own_answers)


def _released(request: Request, item: Item) -> ReleasedItem:
    """Return the item as it was answered: people read these figures beside its text."""
    moments, policy = request.sealed.moments, request.policy
    categories = moments.version.scale.categories
    column = moments.version.item_columns[item.id]
    counts = moments.answer_counts[column]
    values, n = np.array(categories, dtype=np.float64), int(counts.sum())
    exact = float(counts @ values) / n
    step = rounding.mean_step(n, 1, request.thresholds.item, policy)
    share_step = rounding.share_step(n, policy)
    shares = {
        category: rounding.percent(count, n, share_step)
        for category, count in zip(categories, counts.tolist(), strict=True)
    }
    sd: float | Suppressed = SUPPRESSED
    if n >= request.thresholds.item_sd:
        sd = round(math.sqrt(float(counts @ (values - exact) ** 2) / (n - 1)), 2)
    return ReleasedItem(
        item.id,
        request.released_n(n),
        ReleasedMean(rounding.round_to(exact, step), rounding.decimals(step), step, SEAL),
        ReleasedHistogram(MappingProxyType(shares), share_step, SEAL),
        sd,
        SEAL,
    )
