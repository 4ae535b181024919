"""Add up rows of answers into the flat vectors that moments hold, a chunk at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from instruments.aggregates.response_patterns import (
    MOST_TABULATED_PATTERNS,
    Contributions,
    DimensionShape,
    Integers,
    Sums,
    all_contributions,
    chunk_rows,
    contributions,
)
from instruments.answers import answer_indices
from instruments.model import Version
from instruments.scoring import code_values, required_answers

Numbers = NDArray[np.int32]


@dataclass(frozen=True)
class _Layout:
    """Describe where a version's moments are in flat vectors of `counts` and `products` numbers.

    `shapes` has what decides the moments per dimension id, in the version's order; `scores` where each
    dimension's score histogram lies among the counts.
    """

    shapes: Mapping[str, DimensionShape]
    scores: Mapping[str, slice]
    counts: int
    products: int


@lru_cache(maxsize=64)
def layout(version: Version) -> _Layout:
    """Return how the moments of answers to the version are laid out."""
    values = {reverse: tuple(code_values(version, reverse=reverse).tolist()) for reverse in (False, True)}
    categories = len(version.scale.categories)
    shapes = {
        dimension.id: DimensionShape(
            tuple(values[item.reverse] for item in dimension.items),
            categories,
            required_answers(version, dimension),
        )
        for dimension in version
    }
    end = 1 + len(version.items) * len(answer_indices(version.scale))
    scores = {}
    for dimension_id, shape in shapes.items():
        scores[dimension_id] = slice(end, end + shape.score_cells)
        end += shape.score_cells
    return _Layout(shapes, scores, end, sum(shape.product_width for shape in shapes.values()))


def require_answers_to(version: Version, answers: NDArray[np.int8]) -> None:
    """Raise ValueError unless these can be answers to the version: a wrong index would count elsewhere."""
    codes = len(answer_indices(version.scale))
    if answers.shape[1] != len(version.items) or answers.view(np.uint8).max(initial=0) >= codes:
        raise ValueError(f"These are no answers to {version.reference}.")


def tabulate(version: Version, answers: NDArray[np.int8]) -> tuple[Sums, Sums]:
    """Return the counts and the products of one group, as `layout` has them.

    Raises ValueError where these cannot be answers to the version.
    """
    shapes = tuple(layout(version).shapes.values())
    sums = [np.zeros(shape.width, dtype=np.int64) for shape in shapes]
    scores = [np.zeros(shape.score_cells, dtype=np.int64) for shape in shapes]
    chunk = chunk_rows(shapes)
    for start in range(0, len(answers), chunk):
        rows = answers[start : start + chunk]
        require_answers_to(version, rows)
        for place, (numbers, table) in enumerate(pattern_numbers(shapes, rows)):
            # pattern counts × table; exact, because a chunk's sums are far below 2⁵³
            tally = np.bincount(numbers, minlength=len(table.cells))
            seen = np.flatnonzero(tally)
            weights = tally[seen].astype(np.float64)
            sums[place] += (weights @ table.sums[seen]).astype(np.int64)
            scored = np.bincount(table.cells[seen], weights, minlength=len(scores[place]))
            scores[place] += scored.astype(np.int64)
            scores[place][0] = 0  # those without a score
    return flatten(shapes, np.array(len(answers)), sums, scores)


def flatten(
    shapes: Sequence[DimensionShape], persons: Integers, sums: Sequence[Sums], scores: Sequence[Sums]
) -> tuple[Sums, Sums]:
    """Return the counts and products as `layout` has them, from one array for each dimension.

    `persons`: any shape, that of the groups. `sums`: groups × the shape's `width`; `scores`: groups ×
    `score_cells`.
    """
    # sums also hold the fill of the table, which is left out
    of_all = persons[..., np.newaxis].astype(sums[0].dtype)
    answers = [each[..., : shape.answer_width] for shape, each in zip(shapes, sums, strict=True)]
    products = [
        each[..., shape.answer_width :][..., : shape.product_width]
        for shape, each in zip(shapes, sums, strict=True)
    ]
    counts: Sums = np.concatenate([of_all, *answers, *scores], axis=-1)
    crossed: Sums = np.concatenate(products, axis=-1)
    return counts, crossed


def pattern_numbers(
    shapes: Iterable[DimensionShape], rows: NDArray[np.int8]
) -> Iterator[tuple[Numbers, Contributions]]:
    """Yield for each dimension in order every person's pattern number, and the table it points into."""
    start = 0
    for shape in shapes:
        block = rows[:, start : start + shape.items]
        start += shape.items
        if shape.patterns <= MOST_TABULATED_PATTERNS:
            yield _number_rows(block.view(np.uint8), shape.codes), all_contributions(shape)
        else:
            # too many to write out: only those that occur
            found, numbers = np.unique(block, axis=0, return_inverse=True)
            yield numbers.reshape(-1).astype(np.int32), contributions(shape, found.astype(np.int64))


def _number_rows(block: NDArray[np.uint8], codes: int) -> Numbers:
    """Return the number of each row's pattern; 16 bits hold every number of a tabulated dimension."""
    number = block[:, 0].astype(np.uint16)
    for column in range(1, block.shape[1]):
        number *= np.uint16(codes)
        number += block[:, column]
    return number.astype(np.int32)
