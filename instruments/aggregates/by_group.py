"""Compute the moments of thousands of groups at once, in far less time than one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from instruments.aggregates.moments import Moments
from instruments.aggregates.response_patterns import Contributions, Integers, Sums, chunk_rows
from instruments.aggregates.tabulation import Numbers, flatten, layout, pattern_numbers, require_answers_to
from instruments.model import Version


class GroupedMoments(Sequence[Moments]):
    """Hold the moments of every group, by its number; each is made when it is asked for.

    Inside they are kept by dimension, as they are fastest added up: `persons`, groups; `sums`, for each
    dimension groups × the shape's `width`; `scores`, for each dimension groups × `score_cells`. `largest` is
    the number of persons in the largest group.
    """

    def __init__(self, version: Version, number: int, largest: int) -> None:
        self._version = version
        self._shapes = tuple(layout(version).shapes.values())
        # thousands of small groups have far more sums than answers, and writing those out is the work:
        # where no sum can be larger, 16 bits are four times cheaper
        most = largest * max(shape.largest for shape in self._shapes)
        kind: type[np.signedinteger[Any]] = np.int16 if most <= np.iinfo(np.int16).max else np.int64
        self._persons = np.zeros(number, dtype=np.int64)
        self._sums: list[Sums] = [np.zeros((number, shape.width), dtype=kind) for shape in self._shapes]
        self._scores: list[Sums] = [
            np.zeros((number, shape.score_cells), dtype=kind) for shape in self._shapes
        ]

    def add(self, rows: NDArray[np.int8], groups: Integers) -> None:
        """Add a chunk of rows, persons × items; `groups` ascends and says which group each row is of."""
        require_answers_to(self._version, rows)
        members = _Membership(groups)
        chosen = members.chosen
        self._persons[chosen] += members.sizes
        found = pattern_numbers(self._shapes, rows)
        for (numbers, table), sums, scores in zip(found, self._sums, self._scores, strict=True):
            sums[chosen] += _sum_by_group(numbers, table, members)
            cells = groups * scores.shape[1] + np.take(table.cells, numbers)
            np.add.at(scores.reshape(-1), cells, scores.dtype.type(1))
            scores[chosen, 0] = 0  # those without a score

    @cached_property
    def _flat(self) -> tuple[Sums, Sums]:
        return flatten(self._shapes, self._persons, self._sums, self._scores)

    def __len__(self) -> int:
        return len(self._persons)

    @overload
    def __getitem__(self, place: int) -> Moments: ...

    @overload
    def __getitem__(self, place: slice) -> list[Moments]: ...

    def __getitem__(self, place: int | slice) -> Moments | list[Moments]:
        if isinstance(place, slice):
            return [self[each] for each in range(len(self))[place]]
        counts, products = self._flat
        return Moments(self._version, counts[place], products[place])


@dataclass(frozen=True, eq=False)
class _Membership:
    """Say which group each row of a chunk belongs to: `groups` ascends.

    `places` numbers the groups that are present from 0.
    """

    groups: Integers

    @cached_property
    def starts(self) -> Integers:
        """Return the first row of each group that is present."""
        return np.flatnonzero(np.diff(self.groups, prepend=-1))

    @cached_property
    def number(self) -> int:
        """Return how many groups are present."""
        return len(self.starts)

    @cached_property
    def sizes(self) -> Integers:
        """Return how many rows each group present has."""
        return np.diff(self.starts, append=len(self.groups))

    @cached_property
    def chosen(self) -> slice | Integers:
        """Return what picks the groups present out of all of them."""
        # a slice is many times cheaper to add to than a list of numbers
        present = self.groups[self.starts]
        first, last = int(present[0]), int(present[-1])
        return slice(first, last + 1) if last - first + 1 == self.number else present

    @cached_property
    def places(self) -> Integers:
        """Return each row's group among those present."""
        return np.repeat(np.arange(self.number), self.sizes)

    def runs(self, longest: int) -> tuple[Numbers, Integers]:
        """Return runs of at most `longest` rows of one group: where each starts, the end, and its group."""
        starts = self.starts
        if self.sizes.max() > longest:
            starts = np.union1d(starts, np.arange(0, len(self.groups), longest))
        return np.append(starts, len(self.groups)).astype(np.int32), self.places[starts]


def by_group(version: Version, answers: NDArray[np.int8], groups: NDArray[np.int64]) -> GroupedMoments:
    """Return the moments of every group; `groups` holds each person's group, numbered from 0.

    `answers` is persons × items as `answers.response_matrix` gives it. Raises ValueError as `Moments.of`.
    """
    sizes = np.bincount(groups)
    result = GroupedMoments(version, len(sizes), int(sizes.max(initial=0)))
    # numpy sorts 16-bit numbers by radix, several times faster
    order = np.argsort(groups.astype(np.uint16) if len(sizes) <= 2**16 else groups, kind="stable")
    # in the order of groups, so that a chunk touches few of them
    chunk = chunk_rows(layout(version).shapes.values())
    for start in range(0, len(answers), chunk):
        rows = order[start : start + chunk]
        result.add(np.take(answers, rows, axis=0), groups[rows])
    return result


def _sum_by_group(numbers: Numbers, table: Contributions, members: _Membership) -> Sums:
    """Return the sums, groups × columns: a sparse matrix (runs of rows × patterns) × table."""
    # a run is as long as the narrow type of the table can add up without overflowing
    starts, owners = members.runs(table.run)
    ones = np.ones(len(numbers), dtype=table.sums.dtype)
    runs = csr_array((ones, numbers, starts), shape=(len(owners), len(table.cells)))
    sums: Sums = np.asarray(runs @ table.sums)
    if len(owners) > members.number:
        sums = np.add.reduceat(sums.astype(np.int64), np.flatnonzero(np.diff(owners, prepend=-1)), axis=0)
    return sums
