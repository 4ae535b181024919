"""What is released of pools as CSV: a row for each dimension or each item, numbers with four decimals."""

import csv
import io
from collections.abc import Iterator, Sequence

from instruments.statistics import Figure, Interval, Undefined
from reports.disclosure.released_pool import ReleasedPool
from reports.results.pool_statistics import PooledDimension, dimensions_of, items_of

_DIMENSIONS = (
    *("dimension", "people", "alpha", "alpha_low", "alpha_high", "omega", "sd_within"),
    *("icc1", "icc1_low", "icc1_high", "icc2", "icc2_low", "icc2_high"),
)


def dimensions_csv(pool: ReleasedPool, *, between: bool) -> bytes:
    """Return the dimensions of a pool; empty cells for what is not told, and for ICCs where not `between`."""
    found = dimensions_of(pool, between=between)
    shares = list(found[0].dependable)
    head = (*_DIMENSIONS, *(f"answers_for_{share:g}" for share in shares))
    return _written(head, map(_dimension, found))


def items_csv(pool: ReleasedPool) -> bytes:
    """Return the items of a pool as answered: shares of who gave each answer, of 1."""
    scale = pool.version.scale
    rests = {item: rest for each in dimensions_of(pool) for item, rest in each.item_rest.items()}
    head = (
        *("item", "answered", "mean", "item_rest"),
        *(f"share_{code}" for code in scale.categories),
        *(f"share_{name}" for name in scale.unscored),
        "share_skipped",
    )
    rows = (
        (
            *(each.item.id, str(each.answered), _plain(each.mean), _plain(rests[each.item.id])),
            *map(_plain, (*each.shares, *each.unscored.values(), each.skipped)),
        )
        for each in items_of(pool)
    )
    return _written(head, rows)


def _dimension(found: PooledDimension) -> Sequence[str]:
    icc = ("",) * 6
    if not isinstance(found.icc, Undefined):
        first, second = _ends(found.icc.icc1_interval), _ends(found.icc.icc2_interval)
        icc = (_plain(found.icc.icc1), *first, _plain(found.icc.icc2), *second)
    return (
        *(found.dimension.id, str(found.persons), _plain(found.alpha), *_ends(found.alpha_interval)),
        "" if isinstance(found.omega, Undefined) else _plain(found.omega.model_implied),
        _plain(found.within_sd),
        *icc,
        *("" if isinstance(each, Undefined) else str(each) for each in found.dependable.values()),
    )


def _written(head: Sequence[str], rows: Iterator[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode()


def _ends(found: Interval | Undefined) -> tuple[str, str]:
    return ("", "") if isinstance(found, Undefined) else (_plain(found.low), _plain(found.high))


def _plain(figure: Figure) -> str:
    return "" if isinstance(figure, Undefined) else f"{figure:.4f}"
