"""Hold what is kept of a sealed wave: of few answers sums and counts only, of more the tables of its items.

Nothing here counts persons by what they left blank, or by their score. From the sums of `Moments` this
cannot be made: who is left out of the cross-products is drawn when the answers are still at hand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instruments.aggregates import serialization
from instruments.aggregates.exact_sums import (
    Integers,
    ScoreSums,
    answer_table,
    columns,
    dimension_values,
    first_columns,
    score_sums,
    table_sums,
)
from instruments.aggregates.moments import WITHHELD, CrossProducts, Moments, Withheld, require_version
from instruments.aggregates.tabulation import require_answers_to
from instruments.model import Dimension, Version
from instruments.problems import damage
from instruments.scoring import required_answers

_NOTHING = ScoreSums(0, Fraction(), Fraction())


@dataclass(frozen=True, slots=True)
class KeptDetail:
    """Say from how many answers on what is kept; all are numbers of persons.

    Nothing is kept of a dimension in which fewer than `fewest` have a score, or of which an item was answered
    by less than half as many. From `sides_from` on each dimension's answers below, on and above the middle of
    the scale are counted; from `tables_from` on the answers to each item by category, and the cross-products.
    """

    fewest: int
    sides_from: int
    tables_from: int


@dataclass(frozen=True, eq=False)
class SealedMoments:
    """Hold what is kept of one group's answers to one version; items are in the order asked.

    `item_counts`: how many gave each item a scored answer, and `item_sums`: these answers added up, as
    distances from the lowest category, reversed items turned; both are 0 where the dimension is not kept.
    `scores`: the persons' scores of each dimension added up; `persons` is 0 where it is not kept.
    `side_counts`: by dimension, how many of its answers lie below, on and above the middle, turned.
    `answer_counts`: items × categories, as the answers were given. `cross_products`: by dimension.
    """

    version: Version
    n: int
    item_counts: Integers
    item_sums: Integers
    scores: Mapping[str, ScoreSums]
    side_counts: Mapping[str, Integers] | Withheld
    answer_counts: Integers | Withheld
    cross_products: Mapping[str, CrossProducts] | Withheld

    def __post_init__(self) -> None:
        # what was sealed never changes
        for sums in (self.item_counts, self.item_sums, self.answer_counts):
            if sums is not WITHHELD:
                sums.setflags(write=False)

    @classmethod
    def empty(cls, version: Version) -> "SealedMoments":
        """Return what is kept of nobody."""
        zeros = np.zeros(len(version.items), dtype=np.int64)
        return cls(
            version, 0, zeros, zeros, {each.id: _NOTHING for each in version}, WITHHELD, WITHHELD, WITHHELD
        )

    @classmethod
    def of(
        cls,
        version: Version,
        answers: NDArray[np.int8],
        detail: KeptDetail,
        random: np.random.Generator,
    ) -> "SealedMoments":
        """Return what is kept of `answers`, persons × items as `answers.response_matrix` gives them.

        `random` draws who is left out of the cross-products, see `_cross_products`. Raises ValueError where
        an index is none of an answer to the version.
        """
        require_answers_to(version, answers)
        n, table = len(answers), answer_table(version, answers)
        scores = {each.id: score_sums(version, each, answers) for each in version}
        for dimension in version:
            places = columns(version, dimension)
            if not _is_kept(scores[dimension.id].persons, table[places], detail.fewest):
                scores[dimension.id], table[places] = _NOTHING, 0
        products: dict[str, CrossProducts] | Withheld = WITHHELD
        if tables := n >= detail.tables_from:
            products = {
                each.id: _cross_products(version, each, answers, detail.fewest, random)
                if scores[each.id].persons
                else _no_products(each)
                for each in version
            }
        sides = _sides(version, table) if n >= detail.sides_from else WITHHELD
        counts, sums = table_sums(version, table)
        return cls(version, n, counts, sums, scores, sides, table if tables else WITHHELD, products)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SealedMoments):
            return NotImplemented
        return self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())

    def to_bytes(self) -> bytes:
        """Return a stable form, JSON and a digest: the same sums give the same bytes on every machine."""
        content: dict[str, Any] = {
            "n": self.n,
            "scores": {
                dimension_id: [sums.persons, str(sums.total), str(sums.squares)]
                for dimension_id, sums in self.scores.items()
            },
        }
        if self.answer_counts is WITHHELD:
            content["items"] = [self.item_counts.tolist(), self.item_sums.tolist()]
            content["sides"] = _listed(self.side_counts)
        else:
            # counts, sums and sides follow from the tables
            content["answers"] = self.answer_counts.tolist()
        if self.cross_products is not WITHHELD:
            content["cross_products"] = {
                dimension_id: [each.count, each.sums.tolist(), each.products.tolist()]
                for dimension_id, each in self.cross_products.items()
            }
        return serialization.pack(self.version.reference, self.version.content_hash, content)

    @classmethod
    def from_bytes(cls, version: Version, packed: bytes) -> "SealedMoments":
        """Return what `to_bytes` wrote. Raises Damaged where it was altered, or is of another version."""
        content = serialization.unpack(version.content_hash, packed)
        try:
            found = _parsed(version, content)
            # what is not written back as it was read holds something that is not read
            if found.to_bytes() == packed and _consistent(found):
                return found
        except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError):
            pass
        raise damage(
            "moments-corrupt",
            f"These are no moments of {version.reference}.",
            "Restore them from a backup; altered moments are not used.",
        )


AnyMoments = Moments | SealedMoments


def merge_sealed(version: Version, many: Iterable[SealedMoments]) -> SealedMoments:
    """Return all of it as of one group; what one of them lacks is withheld, as it would be of fewer people.

    Raises Refused where one is of another version.
    """
    present = [each for each in many if each.n]
    for each in present:
        require_version(each.version, version)
    return reduce(_merged, present[1:], present[0]) if present else SealedMoments.empty(version)


def _merged(one: SealedMoments, other: SealedMoments) -> SealedMoments:
    sides: Mapping[str, Integers] | Withheld = WITHHELD
    if one.side_counts is not WITHHELD and other.side_counts is not WITHHELD:
        added = other.side_counts
        sides = {key: counts + added[key] for key, counts in one.side_counts.items()}
    table: Integers | Withheld = WITHHELD
    if one.answer_counts is not WITHHELD and other.answer_counts is not WITHHELD:
        table = one.answer_counts + other.answer_counts
    products: Mapping[str, CrossProducts] | Withheld = WITHHELD
    if one.cross_products is not WITHHELD and other.cross_products is not WITHHELD:
        further = other.cross_products
        products = {key: each + further[key] for key, each in one.cross_products.items()}
    return SealedMoments(
        one.version,
        one.n + other.n,
        one.item_counts + other.item_counts,
        one.item_sums + other.item_sums,
        {key: sums + other.scores[key] for key, sums in one.scores.items()},
        sides,
        table,
        products,
    )


def _is_kept(persons: int, table: Integers, fewest: int) -> bool:
    """Return whether anything of a dimension can ever be released: of enough persons, and of all its items.

    The dimension's mean weighs its items alike, so that none may stand for less than half of the persons.
    """
    return persons >= fewest and 2 * int(table.sum(axis=1).min()) >= persons


def _no_products(dimension: Dimension) -> CrossProducts:
    items = len(dimension.items)
    return CrossProducts(0, np.zeros(items, dtype=np.int64), np.zeros((items, items), dtype=np.int64))


def _sides(version: Version, table: Integers) -> dict[str, Integers]:
    """Return by dimension how many answers lie below, on and above the middle of the scale, items turned."""
    reverse = np.array([item.reverse for item in version.items])
    turned = np.where(reverse[:, np.newaxis], table[:, ::-1], table)
    categories = table.shape[1]
    # a scale of an even number of categories has no middle
    parts = np.split(turned, [categories // 2, (categories + 1) // 2], axis=1)
    sides = np.column_stack([part.sum(axis=1) for part in parts])
    added = np.add.reduceat(sides, first_columns(version))
    return {each.id: counts for each, counts in zip(version, added, strict=True)}


def _cross_products(
    version: Version,
    dimension: Dimension,
    answers: NDArray[np.int8],
    fewest: int,
    random: np.random.Generator,
) -> CrossProducts:
    """Return the products over persons who scored every item of the dimension, or over all but a few of them.

    Subtracted from the sums of the items and scores they give those of the people who left some items blank.
    Where these are fewer than `fewest` in any of the sums, some of the others are left out too, drawn at
    random, so that every such rest is of that many.
    """
    places = columns(version, dimension)
    given = answers[:, places] < len(version.scale.categories)
    answered = given.sum(axis=1)
    complete = np.flatnonzero(answered == len(places))
    some = (answered > 0) & (answered < len(places))
    if some.any():
        scored = (some & (answered >= required_answers(version, dimension))).sum()
        smallest = min(int(scored), *given[some].sum(axis=0).tolist())
        complete = random.permutation(complete)[max(0, fewest - smallest) :]
    if len(complete) < fewest:
        complete = complete[:0]
    values = dimension_values(version, dimension, answers[complete])
    return CrossProducts(len(complete), values.sum(axis=0), values.T @ values)


def _listed(counts: Mapping[str, Integers] | Withheld) -> dict[str, list[int]] | None:
    return None if counts is WITHHELD else {key: each.tolist() for key, each in counts.items()}


def _parsed(version: Version, content: Mapping[str, Any]) -> SealedMoments:
    """Return what the parts of a stored form say. Raises what Python does where they say nothing."""
    scores = {
        key: ScoreSums(persons, _fraction(total), _fraction(squares))
        for key, (persons, total, squares) in content["scores"].items()
    }
    table: Integers | Withheld = WITHHELD
    sides: Mapping[str, Integers] | Withheld = WITHHELD
    if "answers" in content:
        table = _numbers(content["answers"], (len(version.items), len(version.scale.categories)))
        (counts, sums), sides = table_sums(version, table), _sides(version, table)
    else:
        counts, sums = _numbers(content["items"], (2, len(version.items)))
        if content["sides"] is not None:
            sides = {key: _numbers(each, (3,)) for key, each in content["sides"].items()}
    products: Mapping[str, CrossProducts] | Withheld = WITHHELD
    if "cross_products" in content:
        products = _parsed_products(version, content["cross_products"])
    return SealedMoments(version, content["n"], counts, sums, scores, sides, table, products)


def _parsed_products(version: Version, content: Mapping[str, Any]) -> dict[str, CrossProducts]:
    """Return the products of all dimensions: read as one array, of which each has its part."""
    sizes = {each.id: len(each.items) for each in version}
    listed: list[int] = []
    for key, (_, sums, rows) in content.items():
        for row in (sums, *rows):
            listed += row
        if {len(row) for row in (sums, *rows)} != {sizes[key]} or len(rows) != sizes[key]:
            raise ValueError("These are no products of that many items.")
    numbers, found, start = _numbers(listed, (len(listed),)), {}, 0
    for key, (count, _, _) in content.items():
        end = start + (sizes[key] + 1) * sizes[key]
        block = numbers[start:end].reshape(-1, sizes[key])
        found[key] = CrossProducts(count, block[0], block[1:])
        start = end
    return found


def _fraction(text: str) -> Fraction:
    """Return a fraction as `str` writes it; much quicker than `Fraction` reads whatever may be one."""
    return Fraction(*map(int, text.split("/")))


def _numbers(content: object, shape: tuple[int, ...]) -> Integers:
    found = np.array(content, dtype=np.int64)
    if found.shape != shape or (found < 0).any():
        raise ValueError("These are no counts of that shape.")
    return found


def _consistent(moments: SealedMoments) -> bool:
    """Return whether the sums can be of the same persons."""
    version, ids = moments.version, [each.id for each in moments.version]
    people = [moments.n, *(sums.persons for sums in moments.scores.values())]
    if moments.cross_products is not WITHHELD:
        people += [each.count for each in moments.cross_products.values()]
    # 15.0 and true would be written back as they were read
    if any(type(number) is not int for number in people):
        return False
    top = version.scale.categories[-1] - version.scale.categories[0]
    kept = [moments.scores, moments.side_counts, moments.cross_products]
    if any(list(each) != ids for each in kept if each is not WITHHELD):
        return False
    if (moments.item_counts > moments.n).any() or (moments.item_sums > top * moments.item_counts).any():
        return False
    return all(
        0 <= sums.persons <= moments.n and _scores_fit(sums, top) for sums in moments.scores.values()
    ) and _products_fit(moments)


def _scores_fit(sums: ScoreSums, top: int) -> bool:
    """Return whether the sums can be of scores from 0 to `top`."""
    persons, total, squares = sums.persons, sums.total, sums.squares
    # in whole numbers: each side times what it is divided by
    first, below = total.numerator, total.denominator
    second = persons * squares.numerator
    return (
        0 <= first <= top * persons * below
        # by Cauchy and Schwarz, and as no score is larger than the scale
        and first**2 * squares.denominator <= second * below**2
        and second * below <= persons * top * first * squares.denominator
    )


def _products_fit(moments: SealedMoments) -> bool:
    """Return whether the products can be of those who answered the items; of all dimensions at once."""
    if moments.cross_products is WITHHELD:
        return True
    found = moments.cross_products.values()
    counts, sums = np.array([each.count for each in found]), np.concatenate([each.sums for each in found])
    answered = np.minimum.reduceat(moments.item_counts, first_columns(moments.version))
    turned = b"".join(each.products.T.tobytes() for each in found)
    is_symmetric = b"".join(each.products.tobytes() for each in found) == turned
    has_people = (counts >= 0).all() and (counts <= answered).all()
    return is_symmetric and bool(has_people and (sums <= moments.item_sums).all())
