"""Rows of answers added up into the vectors that moments hold, a chunk at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

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
    Sums,
    contributions,
    every_contribution,
)
from instruments.scoring import item_values, required_answers

Numbers = NDArray[np.int32]


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


def nothing(version: Version, groups: int, persons: int) -> tuple[Sums, Sums]:
    """What `add_rows` adds to: zeros, groups × `widths`, that hold the sums of `persons` in each group.

    Thousands of small groups have far more sums than answers: writing them out is the work, so narrow ones
    are four times cheaper.
    """
    most = persons * max(shape.largest for shape in shapes(version).values())
    counts, products = ((groups, width) for width in widths(version))
    if most <= np.iinfo(np.int16).max:
        return np.zeros(counts, dtype=np.int16), np.zeros(products, dtype=np.int16)
    return np.zeros(counts, dtype=np.int64), np.zeros(products, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Members:
    """Which group each row of a chunk belongs to: `groups` ascends; `places` counts those present from 0."""

    groups: Integers

    @cached_property
    def starts(self) -> Integers:
        """The first row of each group that is present."""
        return np.flatnonzero(np.diff(self.groups, prepend=-1))

    @cached_property
    def number(self) -> int:
        """How many groups are present."""
        return len(self.starts)

    @cached_property
    def sizes(self) -> Integers:
        """How many rows each group present has."""
        return np.diff(self.starts, append=len(self.groups))

    @cached_property
    def chosen(self) -> slice | Integers:
        """What picks the groups present out of all; a slice is many times cheaper to add to."""
        present = self.groups[self.starts]
        first, last = int(present[0]), int(present[-1])
        return slice(first, last + 1) if last - first + 1 == self.number else present

    @cached_property
    def places(self) -> Integers:
        """Each row's group among those present."""
        return np.repeat(np.arange(self.number), self.sizes)

    def runs(self, longest: int) -> tuple[Numbers, Integers]:
        """Runs of at most `longest` rows of one group: where each starts (and the end), and whose it is."""
        starts = self.starts
        if self.sizes.max() > longest:
            starts = np.union1d(starts, np.arange(0, len(self.groups), longest))
        return np.append(starts, len(self.groups)).astype(np.int32), self.places[starts]


def add_rows(
    version: Version,
    rows: NDArray[np.int8],
    groups: Integers | None,
    summed: tuple[Sums, Sums],
) -> None:
    """Add a chunk of rows to `summed` (groups × widths); `groups` ascends, None means one group only.

    Raises ValueError where the rows cannot be answers to the version: counted, they would be lost in it.
    """
    if rows.shape[1] != len(version.items) or rows.view(np.uint8).max() >= code_count(version.scale):
        raise ValueError(f"These are no answers to {version.reference}.")
    members = None if groups is None else Members(groups)
    counts, products = summed
    chosen = slice(None) if members is None else members.chosen
    counts[chosen, 0] += len(rows) if members is None else members.sizes
    answer, score, crossed = 1, 1 + len(version.items) * code_count(version.scale), 0
    for numbers, table in _patterns(version, rows):
        sums: Sums
        if members is None:
            sums, scores = _one_group(numbers, table)
            counts[:, score : score + table.score_cells] += scores
        else:
            sums = _groups(numbers, table, members)
            places = members.groups * counts.shape[1] + (score + np.take(table.cells, numbers))
            np.add.at(counts.reshape(-1), places, counts.dtype.type(1))
            counts[chosen, score] = 0  # those without a score
        end = table.answers + table.products
        counts[chosen, answer : answer + table.answers] += sums[:, : table.answers]
        products[chosen, crossed : crossed + table.products] += sums[:, table.answers : end]
        answer, score, crossed = answer + table.answers, score + table.score_cells, crossed + table.products


def _one_group(numbers: Numbers, table: Contributions) -> tuple[Integers, Integers]:
    """The sums and the score histogram, one row each: pattern counts × table."""
    tally = np.bincount(numbers, minlength=len(table.cells))
    seen = np.flatnonzero(tally)
    weights = tally[np.newaxis, seen].astype(np.float64)
    scores = np.bincount(table.cells[seen], weights[0], minlength=table.score_cells)[np.newaxis]
    scores[:, 0] = 0
    return (weights @ table.sums[seen]).astype(np.int64), scores.astype(np.int64)


def _groups(numbers: Numbers, table: Contributions, members: Members) -> Sums:
    """The sums, one row a group: a sparse matrix (runs of rows × patterns) × table."""
    starts, owners = members.runs(table.run)
    ones = np.ones(len(numbers), dtype=table.sums.dtype)
    runs = csr_array((ones, numbers, starts), shape=(len(owners), len(table.cells)))
    sums: Sums = np.asarray(runs @ table.sums)
    if len(owners) > members.number:
        sums = np.add.reduceat(sums.astype(np.int64), np.flatnonzero(np.diff(owners, prepend=-1)), axis=0)
    return sums


def _patterns(version: Version, rows: NDArray[np.int8]) -> Iterator[tuple[Numbers, Contributions]]:
    """Per dimension: each person's pattern number, and the table those numbers point into."""
    start = 0
    for shape in shapes(version).values():
        block = rows[:, start : start + shape.items]
        start += shape.items
        if shape.patterns <= ENUMERABLE:
            yield _numbered(block.view(np.uint8), shape.codes), every_contribution(shape)
        else:
            found, numbers = np.unique(block, axis=0, return_inverse=True)
            yield numbers.reshape(-1).astype(np.int32), contributions(shape, found.astype(np.int64))


def _numbered(block: NDArray[np.uint8], codes: int) -> Numbers:
    """The number of each row's pattern; 16 bits hold every number of an enumerable dimension."""
    number = block[:, 0].astype(np.uint16)
    for column in range(1, block.shape[1]):
        number *= np.uint16(codes)
        number += block[:, column]
    return number.astype(np.int32)
