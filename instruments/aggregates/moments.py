"""Hold a group's answers added up: sums that can be added further, and no row of any person.

Everything in `statistics` is computed from here. What cannot be: bootstrap intervals (of omega, say),
full-information maximum likelihood, anything between dimensions, anything about one person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from instruments.aggregates.exact_sums import ScoreSums
from instruments.aggregates.response_patterns import DimensionShape, Integers, Sums
from instruments.aggregates.tabulation import layout, tabulate
from instruments.answers import answer_indices
from instruments.model import Version
from instruments.problems import refuse


class Withheld(Enum):
    """Say that sums of too small a group were not kept; this is the type of `WITHHELD`."""

    WITHHELD = "withheld"


WITHHELD: Final = Withheld.WITHHELD


@dataclass(frozen=True, eq=False, slots=True)
class CrossProducts:
    """Hold sums over `count` persons who scored every item of a dimension, exact.

    Values are distances from the lowest category, reversed items turned: `sums` (items) and `products`
    (items × items).
    """

    count: int
    sums: Integers
    products: Integers

    def __add__(self, other: "CrossProducts") -> "CrossProducts":
        """Return the sums over the persons of both."""
        return CrossProducts(self.count + other.count, self.sums + other.sums, self.products + other.products)


@dataclass(frozen=True, eq=False, slots=True)
class PairProducts:
    """Hold sums over the persons who scored both items of a pair, items × items each, values as above.

    `counts`; `sums[i, j]`, the sum of item i where j is scored too; `products[i, j]`, the sum of i·j. They
    are for answers at hand only: how many left out which items could be read from them.
    """

    counts: Integers
    sums: Integers
    products: Integers


@dataclass(frozen=True, eq=False)
class Moments:
    """Hold the moments of one group's answers to one version: a commutative monoid under `merge`.

    They are made of answers at hand and never stored: what may be kept of them is a `SealedMoments`.
    `counts` holds n, the item histograms and the score histograms; `products` the cross-products. Both are
    flat, read-only and of a length the version decides, so that merging is addition. Their integers may be
    narrow: only `merge_all` and the properties, which widen them, calculate with them.
    """

    version: Version
    counts: Sums
    products: Sums

    def __post_init__(self) -> None:
        # what many readers share never changes
        self.counts.setflags(write=False)
        self.products.setflags(write=False)

    @classmethod
    def empty(cls, version: Version) -> "Moments":
        """Return the moments of nobody, the neutral element of merging."""
        return cls.of(version, np.empty((0, len(version.items)), dtype=np.int8))

    @classmethod
    def of(cls, version: Version, answers: NDArray[np.int8]) -> "Moments":
        """Return the moments of `answers`, persons × items as `answers.response_matrix` gives them.

        Raises ValueError where an index is none of an answer to the version.
        """
        return cls(version, *tabulate(version, answers))

    def merge(self, other: "Moments") -> "Moments":
        """Return the moments of both groups together. Raises Refused where their versions differ."""
        return merge_all(self.version, (self, other))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Moments):
            return NotImplemented
        # the same sums in a narrow and a wide type are the same moments
        return (
            self.version == other.version
            and np.array_equal(self.counts, other.counts)
            and np.array_equal(self.products, other.products)
        )

    def __hash__(self) -> int:
        return hash((self.version, self.counts.astype(np.int64).tobytes()))

    @property
    def n(self) -> int:
        """Return how many persons answered, skipped items or not."""
        return int(self.counts[0])

    @cached_property
    def answer_counts(self) -> Integers:
        """Return how many gave each scored answer, as it was given: items × categories."""
        return self.given_counts[:, : len(self.version.scale.categories)]

    @cached_property
    def item_counts(self) -> Integers:
        """Return how many gave each item a scored answer, by item in the order asked."""
        return _read_only(self.answer_counts.sum(axis=1))

    @cached_property
    def item_sums(self) -> Integers:
        """Return each item's answers added up: distances from the lowest category, reversed turned."""
        shapes = layout(self.version).shapes.values()
        values = np.array([codes for shape in shapes for codes in shape.values])
        return _read_only((self.given_counts * values).sum(axis=1))

    @cached_property
    def given_counts(self) -> Integers:
        """Return how many gave each answer, skipping included: items × indices of answers."""
        # after n, item by item in the order asked
        items, codes = len(self.version.items), len(answer_indices(self.version.scale))
        return _widened(self.counts[1 : 1 + items * codes]).reshape(items, codes)

    @cached_property
    def scores(self) -> Mapping[str, ScoreSums]:
        """Return the sums of the persons' scores by dimension."""
        return {dimension_id: _score_sums(found) for dimension_id, found in self.score_counts.items()}

    @cached_property
    def score_counts(self) -> Mapping[str, Integers]:
        """Return how many persons have each score: by dimension, scored answers 0…items × sum of distances.

        The score itself is the scale's lowest category + sum ÷ scored answers. Persons without a score are
        not in the histogram.
        """
        wide, laid = _widened(self.counts), layout(self.version)
        return {
            dimension_id: wide[laid.scores[dimension_id]].reshape(shape.score_shape)
            for dimension_id, shape in laid.shapes.items()
        }

    @cached_property
    def cross_products(self) -> Mapping[str, CrossProducts]:
        """Return the sums over persons who scored every item, by dimension."""
        return {dimension_id: complete for dimension_id, (_, complete) in self._products.items()}

    @cached_property
    def pair_products(self) -> Mapping[str, PairProducts]:
        """Return the sums over persons who scored both items of a pair, by dimension."""
        return {dimension_id: pairs for dimension_id, (pairs, _) in self._products.items()}

    @cached_property
    def _products(self) -> Mapping[str, tuple[PairProducts, CrossProducts]]:
        result, start, item = {}, 0, 0
        for dimension_id, shape in layout(self.version).shapes.items():
            end, last = start + shape.product_width, item + shape.items
            products = _widened(self.products[start:end])
            result[dimension_id] = _unflatten(shape, products, self.given_counts[item:last])
            start, item = end, last
        return result


def merge_all(version: Version, many: Iterable[Moments]) -> Moments:
    """Return all the moments as those of one group. Raises Refused where one answered another version."""
    # 64 bits however narrow the parts: a country's sums overflow 16
    laid = layout(version)
    summed, crossed = np.zeros(laid.counts, dtype=np.int64), np.zeros(laid.products, dtype=np.int64)
    for moments in many:
        require_version(moments.version, version)
        summed += moments.counts
        crossed += moments.products
    return Moments(version, summed, crossed)


def require_version(found: Version, version: Version) -> None:
    """Raise Refused unless moments of the one version may be added to those of the other."""
    if found.content_hash != version.content_hash:
        raise refuse(
            "moments-version",
            f"Moments of {found.reference} cannot be added to those of {version.reference}.",
            "Merge only groups that answered the same version.",
        )


def score_histograms(many: Iterable[Moments], dimension_id: str) -> Integers:
    """Return one dimension's `score_counts` of many groups: groups × scored answers × sum of distances.

    Laid side by side without making every group's mapping. Raises ValueError where there are no groups, or
    the dimension is not of one size in all of them.
    """
    found = [(moments.counts, layout(moments.version)) for moments in many]
    flat = np.stack([counts[laid.scores[dimension_id]] for counts, laid in found])
    [shape] = {laid.shapes[dimension_id].score_shape for _, laid in found}
    return flat.astype(np.int64).reshape(-1, *shape)


def _score_sums(histogram: Integers) -> ScoreSums:
    """Return the sums of a score histogram, scored answers × sum of distances."""
    distances = np.arange(histogram.shape[1])
    totals, squares = histogram @ distances, histogram @ distances**2
    # who answered m items scores a whole number of mths: one fraction for each m, and not for each person
    parts = [(m, int(totals[m]), int(squares[m])) for m in range(1, len(histogram))]
    return ScoreSums(
        int(histogram.sum()),
        sum((Fraction(total, m) for m, total, _ in parts), Fraction()),
        sum((Fraction(square, m * m) for m, _, square in parts), Fraction()),
    )


def _widened(sums: Sums) -> Integers:
    """Return the sums as integers wide enough to calculate with, still read-only."""
    return _read_only(sums.astype(np.int64, copy=False))


def _read_only(sums: Integers) -> Integers:
    sums.setflags(write=False)
    return sums


def _unflatten(
    shape: DimensionShape, flat: Integers, answers: Integers
) -> tuple[PairProducts, CrossProducts]:
    """Return the products of one dimension as matrices.

    What a matrix has on its diagonal follows from the item histograms and is not kept twice.
    """
    # the parts in the order in which `response_patterns.contributions` writes them
    first, second = np.triu_indices(shape.items, 1)
    sizes = [shape.pairs] * 4 + [1, shape.items, shape.pairs]
    both, ahead, behind, products, one, sums, complete, squares = np.split(flat, np.cumsum(sizes))
    values = np.array(shape.values)

    def square(diagonal: Integers, above: Integers, below: Integers) -> Integers:
        result = np.diag(diagonal)
        result[first, second], result[second, first] = above, below
        return result

    answered = answers[:, : shape.categories].sum(axis=1)
    pairs = PairProducts(
        square(answered, both, both),
        square((answers * values).sum(axis=1), ahead, behind),
        square((answers * values**2).sum(axis=1), products, products),
    )
    return pairs, CrossProducts(int(one[0]), sums, square(squares, complete, complete))
