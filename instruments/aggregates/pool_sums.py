"""Hold what waves bring into a pool: how answers to any two statements go together, added up over units.

Of one wave this is person data: with few persons integer programs find their answers again. It is made in
memory at sealing, kept encrypted only, and read when a batch of many units is added up (docs/decisions/0130).
"""

import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from instruments.aggregates.exact_sums import Integers, dimension_values
from instruments.aggregates.moments import CrossProducts, PairProducts, require_version
from instruments.aggregates.pool_layout import HEAD, BlockLayout, pool_layout
from instruments.aggregates.tabulation import require_answers_to
from instruments.model import Version
from instruments.problems import Damaged, damage

FRACTION: Final = 2**20  # what a unit's own products are multiplied by, so that their sums stay whole numbers
_FORMAT = 1
_HEAD = struct.Struct(">4sH32sHHHI")  # magic, format, content hash, items, codes, blocks, numbers
_MAGIC = b"KPOO"
_DIGEST_BYTES = 16


@dataclass(frozen=True, eq=False, slots=True)
class BlockSums:
    """Hold sums over persons who scored every item of a block, and over the `units` that have such persons.

    Values are distances from the lowest category, reversed items turned: `sums` (items), `products` (items ×
    items). `squares` is Σ n_g² over units g, `unit_products` Σ s_g s_gᵀ/n_g times `FRACTION`, s_g the sums
    of a unit.
    """

    units: int
    squares: int
    complete: CrossProducts
    unit_products: Integers


@dataclass(frozen=True, eq=False)
class PoolSums:
    """Hold the sums of a pool or of one wave's part in it: exact, and added as a commutative monoid.

    `numbers` is one flat vector, as `pool_layout` says. It is not shown by `repr`: that would be a way out.
    """

    version: Version
    numbers: Integers = field(repr=False)

    def __post_init__(self) -> None:
        self.numbers.setflags(write=False)

    @classmethod
    def empty(cls, version: Version) -> "PoolSums":
        """Return the sums of no unit, the neutral element of adding."""
        return cls(version, np.zeros(pool_layout(version).width, dtype=np.int64))

    @classmethod
    def of(
        cls, version: Version, answers: NDArray[np.int8], fewest: int, random: np.random.Generator
    ) -> "PoolSums":
        """Return the sums of one unit's `answers`, persons × items as `answers.response_matrix` gives them.

        Complete cases are left out, drawn by `random`, until those who left out some items of a block are
        `fewest` or more in each sum, or nobody did: no difference of sums is of fewer. Raises ValueError
        where an index is none of an answer to the version.
        """
        require_answers_to(version, answers)
        laid = pool_layout(version)
        numbers = np.zeros(laid.width, dtype=np.int64)
        numbers[:HEAD] = len(answers) > 0, len(answers)
        kinds = [np.bincount(column, minlength=laid.codes) for column in answers.T]
        numbers[laid.kinds] = np.concatenate(kinds)
        scored = (answers < len(version.scale.categories)).astype(np.int64)
        values = np.hstack([dimension_values(version, each, answers) for each in version]) * scored
        counts, sums, products = scored.T @ scored, values.T @ scored, values.T @ values
        for part, matrix in zip(laid.pair_parts, (counts, sums, sums.T, products), strict=True):
            numbers[part] = matrix[laid.above]
        for block in laid.blocks:
            places = list(block.columns)
            persons = _complete(scored[:, places], fewest, random)
            _fill(numbers, block, values[persons][:, places])
        return cls(version, numbers)

    def __add__(self, other: "PoolSums") -> "PoolSums":
        """Return the sums over the units of both. Raises Refused where their versions differ."""
        return add_all(self.version, (self, other))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PoolSums):
            return NotImplemented
        return self.version == other.version and np.array_equal(self.numbers, other.numbers)

    def __hash__(self) -> int:
        return hash((self.version, self.numbers.tobytes()))

    @property
    def units(self) -> int:
        """Return how many units it is of."""
        return int(self.numbers[0])

    @property
    def persons(self) -> int:
        """Return how many persons answered, whatever they left out."""
        return int(self.numbers[1])

    @cached_property
    def answer_kinds(self) -> Integers:
        """Return how many gave each answer, as given: items × (categories, unscored ones, skipped)."""
        laid = pool_layout(self.version)
        return self.numbers[laid.kinds].reshape(laid.items, laid.codes)

    @cached_property
    def pairs(self) -> PairProducts:
        """Return the sums over persons who scored both items of a pair, all items × all items."""
        laid, numbers = pool_layout(self.version), self.numbers
        counts, first, second, products = (numbers[part] for part in laid.pair_parts)
        categories = len(self.version.scale.categories)
        table, values = self.answer_kinds[:, :categories], turned_values(self.version)
        squares = [table.sum(axis=1), (table * values).sum(axis=1), (table * values**2).sum(axis=1)]
        matrices = [np.diag(each) for each in squares]
        halves = ((counts, counts), (first, second), (products, products))
        for matrix, (above, below) in zip(matrices, halves, strict=True):
            matrix[laid.above], matrix.T[laid.above] = above, below
        return PairProducts(*matrices)

    @property
    def whole(self) -> BlockSums:
        """Return the sums over persons who scored every item."""
        return self._block(0)

    def dimension(self, dimension_id: str) -> BlockSums:
        """Return the sums over persons who scored every item of a dimension. Raises ValueError."""
        return self._block(1 + [each.id for each in self.version].index(dimension_id))

    def _block(self, place: int) -> BlockSums:
        block = pool_layout(self.version).blocks[place]
        head, sums, products, of_units = (self.numbers[part] for part in block.parts)
        items = len(block.columns)
        complete = CrossProducts(int(head[1]), sums, _square(products, items))
        return BlockSums(int(head[0]), int(head[2]), complete, _square(of_units, items))

    def to_bytes(self) -> bytes:
        """Return the sums as bytes, as many for every wave of a version: their number says nothing."""
        laid = pool_layout(self.version)
        content = bytes.fromhex(self.version.content_hash)
        head = _HEAD.pack(_MAGIC, _FORMAT, content, laid.items, laid.codes, len(laid.blocks), laid.width)
        body = head + self.numbers.astype(">i8").tobytes()
        return body + hashlib.blake2b(body, digest_size=_DIGEST_BYTES).digest()

    @classmethod
    def from_bytes(cls, version: Version, packed: bytes) -> "PoolSums":
        """Return what `to_bytes` wrote.

        Raises Damaged: `pool-foreign` for another version's, `pool-corrupt` where a byte was altered or the
        numbers cannot be sums of answers.
        """
        laid, body = pool_layout(version), packed[:-_DIGEST_BYTES]
        digest = hashlib.blake2b(body, digest_size=_DIGEST_BYTES).digest()
        if len(body) < _HEAD.size or packed[-_DIGEST_BYTES:] != digest:
            raise _corrupt(version)
        magic, written, content, *sizes = _HEAD.unpack_from(body)
        if (magic, written) != (_MAGIC, _FORMAT):
            raise _corrupt(version)
        if content.hex() != version.content_hash:
            raise damage(
                "pool-foreign",
                f"These sums are not of {version.reference}.",
                "Read them with the version the answers were given to.",
            )
        expected = [laid.items, laid.codes, len(laid.blocks), laid.width]
        if sizes != expected or len(body) != _HEAD.size + 8 * laid.width:
            raise _corrupt(version)
        found = cls(version, np.frombuffer(body, dtype=">i8", offset=_HEAD.size).astype(np.int64))
        if not _consistent(found):
            raise _corrupt(version)
        return found


def add_all(version: Version, many: Iterable[PoolSums]) -> PoolSums:
    """Return all of it as of one pool. Raises Refused where one is of another version."""
    total = np.zeros(pool_layout(version).width, dtype=np.int64)
    for each in many:
        require_version(each.version, version)
        total += each.numbers
    return PoolSums(version, total)


@lru_cache(maxsize=64)
def turned_values(version: Version) -> Integers:
    """Return what each category counts as, items × categories: distances, reversed items turned."""
    codes = np.array(version.scale.categories, dtype=np.int64)
    distances = codes - codes[0]
    values = np.array([distances[-1] - distances if item.reverse else distances for item in version.items])
    values.setflags(write=False)
    return values


def _complete(scored: Integers, fewest: int, random: np.random.Generator) -> NDArray[np.intp]:
    """Return the persons who scored every item, less those who must be left out; nobody where few remain."""
    items = scored.shape[1]
    answered = scored.sum(axis=1)
    complete = np.flatnonzero(answered == items)
    some = scored[(answered > 0) & (answered < items)]
    if len(some):
        rest = int(some.sum(axis=0).min())
        complete = random.permutation(complete)[max(0, fewest - rest) :]
    return complete if len(complete) >= fewest else complete[:0]


def _fill(numbers: Integers, block: BlockLayout, chosen: Integers) -> None:
    """Write the sums of one block over the `chosen` persons' values, persons × its items."""
    count = len(chosen)
    if not count:
        return
    sums, on_or_above = chosen.sum(axis=0), np.triu_indices(len(block.columns))
    head, of_sums, of_products, of_units = block.parts
    numbers[head] = 1, count, count**2
    numbers[of_sums] = sums
    numbers[of_products] = (chosen.T @ chosen)[on_or_above]
    # rounded once, here: after that everything is added exactly
    numbers[of_units] = ((2 * np.outer(sums, sums) * FRACTION + count) // (2 * count))[on_or_above]


def _square(on_or_above: Integers, items: int) -> Integers:
    result = np.zeros((items, items), dtype=np.int64)
    result[np.triu_indices(items)] = on_or_above
    return result + np.triu(result, 1).T


def _consistent(found: PoolSums) -> bool:
    """Return whether the numbers can be sums over the persons of so many units."""
    # on the vector itself: of a country there are thousands
    laid, numbers = pool_layout(found.version), found.numbers
    top, people = int(turned_values(found.version).max()), found.persons
    counts, first, second, products = (numbers[part] for part in laid.pair_parts)
    heads = [numbers[block.parts[0]].tolist() for block in laid.blocks]
    return (
        int(numbers.min()) >= 0
        and found.units <= people
        and bool((found.answer_kinds.sum(axis=1) == people).all())
        and int(counts.max(initial=0)) <= people
        and bool((np.maximum(first, second) <= top * counts).all())
        and bool((products <= top**2 * counts).all())
        and all(
            units <= min(found.units, count)
            and count <= people
            and int(numbers[block.parts[1]].max()) <= top * count
            and int(numbers[block.parts[2]].max()) <= top**2 * count
            for block, (units, count, _) in zip(laid.blocks, heads, strict=True)
        )
    )


def _corrupt(version: Version) -> Damaged:
    return damage(
        "pool-corrupt",
        f"These bytes are no sums of a pool of {version.reference}, or were altered.",
        "Restore the database from a backup; altered sums are not used.",
    )
