"""Rows of answers added up into the vectors that moments hold, a chunk at a time."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from instruments.answers import code_count
from instruments.model import Version
from instruments.patterns import (
    ENUMERABLE,
    Contributions,
    Integers,
    Shape,
    contributions,
    every_contribution,
)
from instruments.scoring import item_values, required_answers

CHUNK = 2**15  # rows worked on at a time: bounds the memory, and stays inside the processor's cache


def shapes(version: Version) -> dict[str, Shape]:
    """What decides the moments, per dimension id in the version's order."""
    values = {reverse: tuple(item_values(version, reverse=reverse).tolist()) for reverse in (False, True)}
    categories = len(version.scale.categories)
    return {
        dimension.id: Shape(
            tuple(values[item.reverse] for item in dimension.items),
            categories,
            required_answers(version, dimension),
        )
        for dimension in version
    }


def widths(version: Version) -> tuple[int, int]:
    """The lengths of the vectors of counts and of cross-products."""
    kinds = shapes(version).values()
    scores = sum(shape.score_cells for shape in kinds)
    answers = len(version.items) * code_count(version.scale)
    return 1 + answers + scores, sum(shape.product_width for shape in kinds)


def add_rows(
    version: Version,
    rows: NDArray[np.int8],
    groups: NDArray[np.int64] | None,
    summed: tuple[Integers, Integers],
) -> None:
    """Add a chunk of rows to `summed` (groups × widths); `groups` ascends, None means one group only."""
    first, last = (0, 0) if groups is None else (int(groups[0]), int(groups[-1]))
    counts, products = (part[first : last + 1] for part in summed)
    members = None if groups is None else groups - first
    counts[:, 0] += len(rows) if members is None else np.bincount(members, minlength=len(counts))
    answer, score, crossed = 1, 1 + len(version.items) * code_count(version.scale), 0
    for numbers, table in _patterns(version, rows):
        parts = (
            _one_group(numbers, table) if members is None else _groups(numbers, table, members, len(counts))
        )
        for vectors, start, part in zip(
            (counts, counts, products), (answer, score, crossed), parts, strict=True
        ):
            vectors[:, start : start + part.shape[1]] += part
        answer, score, crossed = (
            start + part.shape[1] for start, part in zip((answer, score, crossed), parts, strict=True)
        )


def _one_group(numbers: Integers, table: Contributions) -> tuple[Integers, Integers, Integers]:
    """One row each of item histograms, score histogram and cross-products: pattern counts × table."""
    tally = np.bincount(numbers, minlength=len(table.cells))
    seen = np.flatnonzero(tally)
    weights = tally[np.newaxis, seen].astype(np.float64)  # exact: a chunk is far below 2⁵³
    scores = np.bincount(table.cells[seen], weights[0], minlength=table.score_cells)[np.newaxis]
    scores[:, 0] = 0
    answers, products = weights @ table.answers[seen], weights @ table.products[seen]
    return answers.astype(np.int64), scores.astype(np.int64), products.astype(np.int64)


def _groups(
    numbers: Integers, table: Contributions, members: Integers, number: int
) -> tuple[Integers, Integers, Integers]:
    """As `_one_group`, one row a group: a sparse matrix (groups × patterns) × table."""
    starts = np.searchsorted(members, np.arange(number + 1))
    spread = csr_array((np.ones(len(numbers)), numbers, starts), shape=(number, len(table.cells)))
    places = members * table.score_cells + table.cells[numbers]
    scores = np.bincount(places, minlength=number * table.score_cells).reshape(number, -1)
    scores[:, 0] = 0
    answers, products = np.asarray(spread @ table.answers), np.asarray(spread @ table.products)
    return answers.astype(np.int64), scores, products.astype(np.int64)


def _patterns(version: Version, rows: NDArray[np.int8]) -> Iterator[tuple[Integers, Contributions]]:
    """Per dimension: each person's pattern number, and the table those numbers point into."""
    for dimension, shape in zip(version, shapes(version).values(), strict=True):
        block = rows[:, [version.positions[item.id] for item in dimension.items]]
        if shape.patterns <= ENUMERABLE:
            radix = shape.codes ** np.arange(shape.items - 1, -1, -1)
            yield (block @ radix.astype(np.float32)).astype(np.int64), every_contribution(shape)
        else:
            found, numbers = np.unique(block, axis=0, return_inverse=True)
            yield numbers.reshape(-1), contributions(shape, found.astype(np.int64))
