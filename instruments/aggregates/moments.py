"""Hold what may ever be known of a group's answers: sums that can be added, and no row of any person.

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

from instruments.aggregates import serialization
from instruments.aggregates.exact_sums import ScoreSums
from instruments.aggregates.response_patterns import DimensionShape, Integers, Sums
from instruments.aggregates.tabulation import layout, tabulate
from instruments.answers import answer_indices
from instruments.model import Version
from instruments.problems import damage, refuse


class Withheld(Enum):
    """Say that the cross-products of too small a group were not kept; this is the type of `WITHHELD`."""

    WITHHELD = "withheld"


WITHHELD: Final = Withheld.WITHHELD


@dataclass(frozen=True, eq=False)
class CrossProducts:
    """Hold sums over persons in one dimension, exact; values are distances from the lowest category.

    Over persons who scored both items (pairwise), items × items: `pair_counts`; `pair_sums[i, j]`, the sum
    of item i where j is scored too; `pair_products[i, j]`, the sum of i·j. Over persons who scored every
    item: `complete_count`, `complete_sums` (items), `complete_products` (items × items).
    """

    pair_counts: Integers
    pair_sums: Integers
    pair_products: Integers
    complete_count: int
    complete_sums: Integers
    complete_products: Integers


@dataclass(frozen=True, eq=False)
class Moments:
    """Hold the moments of one group's answers to one version: a commutative monoid under `merge`.

    `counts` holds n, the item histograms and the score histograms; `products` the cross-products. Both are
    flat, read-only and of a length the version decides, so that merging is addition. Their integers may be
    narrow: only `merge_all` and the properties, which widen them, calculate with them.
    """

    version: Version
    counts: Sums
    products: Sums | Withheld

    def __post_init__(self) -> None:
        # what was sealed never changes
        self.counts.setflags(write=False)
        if self.products is not WITHHELD:
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
        """Return the moments of both groups together; without cross-products where either lacks them.

        Raises Refused where the groups answered different versions.
        """
        return merge_all(self.version, (self, other))

    def without_cross_products(self) -> "Moments":
        """Return the same moments with the cross-products withheld, for a group too small to keep them."""
        return Moments(self.version, self.counts, WITHHELD)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Moments):
            return NotImplemented
        # the same sums in a narrow and a wide type are the same moments
        return self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())

    @property
    def n(self) -> int:
        """Return how many persons answered, skipped items or not."""
        return int(self.counts[0])

    @cached_property
    def answer_counts(self) -> Integers:
        """Return how many gave each scored answer, as it was given: items × categories."""
        return self.answers[:, : len(self.version.scale.categories)]

    @cached_property
    def item_counts(self) -> Integers:
        """Return how many gave each item a scored answer, by item in the order asked."""
        return _read_only(self.answer_counts.sum(axis=1))

    @cached_property
    def item_sums(self) -> Integers:
        """Return each item's answers added up: distances from the lowest category, reversed turned."""
        shapes = layout(self.version).shapes.values()
        values = np.array([codes for shape in shapes for codes in shape.values])
        return _read_only((self.answers * values).sum(axis=1))

    @cached_property
    def answers(self) -> Integers:
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
    def cross_products(self) -> Mapping[str, CrossProducts] | Withheld:
        """Return the cross-products by dimension, or `WITHHELD`."""
        if self.products is WITHHELD:
            return WITHHELD
        result, start, item = {}, 0, 0
        for dimension_id, shape in layout(self.version).shapes.items():
            end, last = start + shape.product_width, item + shape.items
            products = _widened(self.products[start:end])
            result[dimension_id] = _unflatten(shape, products, self.answers[item:last])
            start, item = end, last
        return result

    def to_bytes(self) -> bytes:
        """Return a stable binary form: the same moments give the same bytes on every machine."""
        return serialization.pack(self.version.content_hash, self._vectors())

    def _vectors(self) -> list[Integers]:
        vectors = [self.counts] if self.products is WITHHELD else [self.counts, self.products]
        return [_widened(vector) for vector in vectors]

    @classmethod
    def from_bytes(cls, version: Version, packed: bytes) -> "Moments":
        """Return the moments that `to_bytes` wrote. Raises Damaged where altered or of another version."""
        return _checked(version, serialization.unpack(version.content_hash, packed))

    def to_json(self) -> str:
        """Return the same content as JSON, for archives that outlive this program."""
        return serialization.to_json(self.version.reference, self.version.content_hash, self._vectors())

    @classmethod
    def from_json(cls, version: Version, text: str) -> "Moments":
        """Return the moments that `to_json` wrote. Raises Damaged as `from_bytes` does."""
        return _checked(version, serialization.from_json(version.content_hash, text))


def merge_all(version: Version, many: Iterable[Moments]) -> Moments:
    """Return all the moments as those of one group. Raises Refused where one answered another version."""
    # 64 bits however narrow the parts: a country's sums overflow 16
    laid = layout(version)
    summed, crossed = np.zeros(laid.counts, dtype=np.int64), np.zeros(laid.products, dtype=np.int64)
    withheld = False
    for moments in many:
        if moments.version.content_hash != version.content_hash:
            raise refuse(
                "moments-version",
                f"Moments of {moments.version.reference} cannot be added to those of {version.reference}.",
                "Merge only groups that answered the same version.",
            )
        summed += moments.counts
        # one group without cross-products leaves the whole without: they would be of fewer people than n
        if moments.products is WITHHELD:
            withheld = True
        else:
            crossed += moments.products
    return Moments(version, summed, WITHHELD if withheld else crossed)


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


def _unflatten(shape: DimensionShape, flat: Integers, answers: Integers) -> CrossProducts:
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
    return CrossProducts(
        square(answered, both, both),
        square((answers * values).sum(axis=1), ahead, behind),
        square((answers * values**2).sum(axis=1), products, products),
        int(one[0]),
        sums,
        square(squares, complete, complete),
    )


def _checked(version: Version, vectors: list[Integers]) -> Moments:
    """Return the moments of unpacked vectors. Raises Damaged where they cannot be anybody's."""
    # a digest says nothing of sums that were never possible
    lengths = (layout(version).counts, layout(version).products)
    fits = len(vectors) in {1, 2} and all(
        len(vector) == length and (vector >= 0).all()
        for vector, length in zip(vectors, lengths, strict=False)
    )
    if fits:
        moments = Moments(version, vectors[0], vectors[1] if len(vectors) == len(lengths) else WITHHELD)
        if _consistent(moments):
            return moments
    raise damage(
        "moments-corrupt",
        f"These are no moments of {version.reference}.",
        "Restore them from a backup; altered moments are not used.",
    )


def _consistent(moments: Moments) -> bool:
    """Return whether the histograms and cross-products can be of the same persons."""
    # everybody gives every item exactly one answer, skipping it included
    if not (moments.answers.sum(axis=1) == moments.n).all():
        return False
    if any(int(histogram.sum()) > moments.n for histogram in moments.score_counts.values()):
        return False
    if moments.cross_products is WITHHELD:
        return True
    return all(
        (part.complete_count <= part.pair_counts).all()
        and (part.pair_counts <= np.diagonal(part.pair_counts)).all()
        for part in moments.cross_products.values()
    )
