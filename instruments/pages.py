"""Group a questionnaire's dimensions into the pages that people answer."""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from instruments.model import Dimension, Version

_MOST_ITEMS = 8  # more on a page, and people scroll past some of them


@cache
def questionnaire_pages(version: Version) -> tuple[tuple[Dimension, ...], ...]:
    """Return the dimensions in order, grouped into as few pages of at most eight items as there can be.

    A dimension is never divided: one of more than eight items stands alone.
    """
    bounds = _page_bounds([len(dimension.items) for dimension in version])
    return tuple(version.dimensions[start:stop] for start, stop in pairwise(bounds))


def _page_bounds(sizes: Sequence[int]) -> tuple[int, ...]:
    """Return where each page begins, and the end: the fewest pages, then the most even, then long ones first.

    Even means the least sum of squared numbers of items.
    """
    last = len(sizes)
    # from the end: the best bounds of all that follows each dimension
    best: dict[int, tuple[int, ...]] = {last: (last,)}
    for start in reversed(range(last)):
        stops = range(start + 1, last + 1)
        fitting = [stop for stop in stops if stop == start + 1 or sum(sizes[start:stop]) <= _MOST_ITEMS]
        best[start] = min(((start, *best[stop]) for stop in fitting), key=lambda each: _cost(sizes, each))
    return best[0]


def _cost(sizes: Sequence[int], bounds: tuple[int, ...]) -> tuple[int, int, list[int]]:
    items = [sum(sizes[start:stop]) for start, stop in pairwise(bounds)]
    return len(items), sum(count**2 for count in items), [-count for count in items]
