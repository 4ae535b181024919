"""The rows of an export of pools: covariances for models, and how the items were answered.

They hold all that the gate released of a pool, so that whatever the program computes of one can be computed
by others.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from instruments.model import Dimension, Item, Version
from reports.disclosure.policy import Policy
from reports.disclosure.released import SUPPRESSED, Suppressed
from reports.disclosure.released_pool import (
    ReleasedLevels,
    ReleasedMatrix,
    ReleasedMeans,
    ReleasedPool,
)
from reports.exports.columns import (
    NAME_WIDTH,
    NOT_APPLICABLE,
    SHORT_WIDTH,
    Cell,
    ExportColumn,
    ExportTable,
    Kind,
    Measure,
    Subject,
    Values,
    count_column,
    number_column,
    text_column,
    yes_or_no_column,
)
from reports.exports.labels import texts

_KEY: Final = 16
_MEAN_DECIMALS: Final = 6  # of a mean that is computed from the released counts
_STEP_DECIMALS: Final = 12  # of the steps that `ReleasedMatrix` holds
_COMPLETE: Final = "complete"
_MATRICES: Final = (
    *(_COMPLETE, "pairwise", "within", "between"),
    *("dimension", "dimension_within", "dimension_between"),
)

Items = Sequence[tuple[Dimension, Item]]
_Kind = tuple[str, ReleasedMatrix | Suppressed, ReleasedLevels | Suppressed, Items]


def covariance_rows(pools: Iterable[ReleasedPool], policy: Policy) -> ExportTable:
    """Return one row for each two items of each released matrix of a pool; a suppressed one has no rows.

    A matrix is square, so that a pair of different items has two rows. Persons and mean of its first item
    stand in every row: beside `complete` the mean of these people, elsewhere of all who answered it.
    """
    found = tuple(pools)
    rows = [row for pool in found for row in _matrices(pool)]
    step = len(_pool_columns()) + 4
    decimals = max((_decimals(row[step]) for row in rows), default=0)
    kinds: Values = {name: texts("values", f"matrix_{name}") for name in _MATRICES}
    columns = (
        *_pool_columns(),
        ExportColumn("matrix", texts("columns", "matrix"), Kind.TEXT, 0, kinds, Measure.NOMINAL, NAME_WIDTH),
        *(count_column(name) for name in ("persons", "units_behind", "squared_sizes")),
        number_column("step", decimals),
        text_column("dimension", NAME_WIDTH, label="item_dimension"),
        text_column("item", NAME_WIDTH),
        text_column("with_item", NAME_WIDTH),
        number_column("covariance", decimals),
        number_column("mean", _MEAN_DECIMALS, label="turned_mean"),
    )
    key = ("pool", "matrix", "item", "with_item")
    return ExportTable(
        "covariances", columns, tuple(rows), _versions(found), policy, key, subject=Subject.POOLS
    )


def answer_rows(pools: Iterable[ReleasedPool], policy: Policy) -> ExportTable:
    """Return one row for each item of each pool: how many gave each answer, and its mean as answered."""
    found = tuple(pools)
    versions = _versions(found)
    categories = sorted({code for each in versions for code in each.scale.categories})
    unscored = list(dict.fromkeys(name for each in versions for name in each.scale.unscored))
    asked: list[int | str] = [*categories, *unscored]
    columns = (
        *_pool_columns(),
        *(count_column(name) for name in ("units", "people")),
        text_column("item", NAME_WIDTH),
        text_column("dimension", NAME_WIDTH, label="item_dimension"),
        yes_or_no_column("reversed"),
        text_column("since", NAME_WIDTH),
        number_column("mean", _MEAN_DECIMALS, label="item_mean"),
        *(count_column(f"count_{_named(code)}", label="answer_count", answer=code) for code in asked),
        count_column("count_skipped"),
    )
    rows = tuple(
        (
            *_identity(pool),
            *(pool.units, pool.people, item.id, dimension.id),
            *(int(item.reverse), item.since or pool.version.reference),
            _mean(pool.mean(item)),
            *_counts(pool, item, asked),
        )
        for pool in found
        for dimension in pool.version
        for item in dimension.items
    )
    return ExportTable("answers", columns, rows, versions, policy, ("pool", "item"), subject=Subject.POOLS)


POOL_TABLES: Final[Mapping[str, Callable[[Iterable[ReleasedPool], Policy], ExportTable]]] = MappingProxyType(
    {"covariances": covariance_rows, "answers": answer_rows}
)


def _pool_columns() -> tuple[ExportColumn, ...]:
    return (
        text_column("pool", _KEY),
        *(text_column(name, NAME_WIDTH) for name in ("instrument", "edition")),
        text_column("language", SHORT_WIDTH, label="pool_language"),
        text_column("period", SHORT_WIDTH, Measure.ORDINAL, label="pool_period"),
    )


def _identity(pool: ReleasedPool) -> tuple[Cell, ...]:
    name = pool.name
    return (name.key, name.reference, name.edition, name.language, name.half.replace("-", "H"))


def _matrices(pool: ReleasedPool) -> Iterator[tuple[Cell, ...]]:
    for name, matrix, levels, items in _kinds(pool):
        if isinstance(matrix, Suppressed):
            continue
        step = round(matrix.step, _STEP_DECIMALS)
        behind: tuple[Cell, ...] = (matrix.persons, NOT_APPLICABLE, NOT_APPLICABLE)
        if isinstance(levels, ReleasedLevels):
            behind = (levels.persons, levels.units, levels.squares)
        for place, (dimension, item) in enumerate(items):
            mean = _mean(_own_mean(pool, name, item))
            for other, (_, beside) in enumerate(items):
                yield (
                    *_identity(pool),
                    *(name, *behind, step, dimension.id, item.id, beside.id),
                    float(matrix.matrix[place, other]),
                    mean,
                )


def _own_mean(pool: ReleasedPool, matrix: str, item: Item) -> float | None:
    """Return the mean of an item beside a matrix: of those of `complete`, else of all who answered."""
    means = pool.complete_means
    if matrix == _COMPLETE and isinstance(means, ReleasedMeans):
        return float(means.values[pool.version.item_columns[item.id]])
    return pool.turned_mean(item)


def _kinds(pool: ReleasedPool) -> Iterator[_Kind]:
    """Yield each matrix with the levels it is a part of, and its items: of all items, then by dimension."""
    items = [(dimension, item) for dimension in pool.version for item in dimension.items]
    yield _COMPLETE, pool.complete, SUPPRESSED, items
    yield "pairwise", pool.pairwise, SUPPRESSED, items
    yield from _parted("", pool.complete_levels, items)
    for dimension in pool.version:
        own = [(dimension, item) for item in dimension.items]
        yield "dimension", pool.dimensions[dimension.id], SUPPRESSED, own
        yield from _parted("dimension_", pool.levels[dimension.id], own)


def _parted(prefix: str, levels: ReleasedLevels | Suppressed, items: Items) -> Iterator[_Kind]:
    if isinstance(levels, ReleasedLevels):
        yield f"{prefix}within", levels.within, levels, items
        yield f"{prefix}between", levels.between, levels, items


def _counts(pool: ReleasedPool, item: Item, asked: Sequence[int | str]) -> Iterator[Cell]:
    """Yield how many gave each answer that is asked for, and how many skipped the item."""
    scale = pool.version.scale
    counts = pool.answers[item.id]
    known = dict(zip((*scale.categories, *scale.unscored), counts, strict=False))
    yield from (known.get(answer, NOT_APPLICABLE) for answer in asked)
    yield counts[-1]


def _mean(found: float | None) -> Cell:
    return SUPPRESSED if found is None else round(found, _MEAN_DECIMALS)


def _named(answer: int | str) -> str:
    return f"minus_{-answer}" if isinstance(answer, int) and answer < 0 else str(answer)


def _versions(pools: Sequence[ReleasedPool]) -> tuple[Version, ...]:
    found = {each.version.content_hash: each.version for each in pools}
    return tuple(sorted(found.values(), key=lambda version: version.reference))


def _decimals(step: Cell) -> int:
    """Return how many decimals the multiples of a step need."""
    exponent = Decimal(repr(step)).normalize().as_tuple().exponent
    return max(0, -int(exponent))
