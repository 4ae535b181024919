"""The gate for pools: sums over many units go in, rounded moments come out, for researchers and operators.

Whoever knows every other unit of a pool subtracts them: leaders who lay their reports together, a researcher
with the released tables of all units but one, an operator who made nine of ten up. So a count is released as
a multiple of some persons, up or down by chance, and a covariance in steps as large as one person can move
it (docs/decisions/0131). The chance is drawn from the sums and a key of the installation: the same state is
always released as the same numbers, and who guesses the sums cannot try whether they give these numbers.
"""

import hashlib
import math
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from instruments.aggregates.pool_sums import BlockSums, PoolSums
from instruments.statistics import two_level_covariances
from instruments.statistics.pooled import pooled_sample, two_level_sums
from instruments.statistics.undefined import Undefined
from reports.disclosure.policy import Audience, Policy
from reports.disclosure.released import SUPPRESSED, Suppressed
from reports.disclosure.released_pool import Matrix, PoolName, ReleasedLevels, ReleasedMatrix, ReleasedPool
from reports.disclosure.seal import SEAL

_KEY_BYTES = 16  # of the shortest key: 128 bits cannot be tried out
_UNIT_STEP = 5  # units are told as a multiple of this, or as the fewest there may be
_NICE = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)  # first digits of a step


def release_pool(
    name: PoolName, sums: PoolSums, audience: Audience, policy: Policy, key: bytes
) -> ReleasedPool | Suppressed:
    """Return what is released of a pool to `audience`, or Suppressed; `key` is secret, of 16 to 64 bytes.

    Nothing is to leaders and owners, of whose units it may be, nor where it is of fewer units or people than
    a batch. Source of the rules: docs/decisions/0131.
    """
    rules = policy.pools
    if audience is not Audience.OUTSIDE or sums.units < rules.units or sums.persons < rules.people:
        return SUPPRESSED
    draw = _Draw.of(sums, key, rules.step_answers, rules.units)
    blocks = {each.id: sums.dimension(each.id) for each in sums.version}
    answers = {
        item.id: tuple(int(count) for count in draw.counts(row))
        for item, row in zip(sums.version.items, sums.answer_kinds, strict=True)
    }
    return ReleasedPool(
        name,
        sums.version,
        draw.units(sums.units),
        draw.count(sums.persons),
        rules.step_answers,
        MappingProxyType(answers),
        draw.sample(sums, sums.whole.units, "complete"),
        draw.sample(sums, sums.units, "pairwise"),
        MappingProxyType({key: draw.total(block) for key, block in blocks.items()}),
        MappingProxyType({key: draw.levels(block, rules.between_units) for key, block in blocks.items()}),
        draw.levels(sums.whole, rules.between_units),
        SEAL,
    )


@dataclass(frozen=True, slots=True)
class _Draw:
    """Rounds to multiples of a step, up or down by chance, so that the mean over chance is the number."""

    random: np.random.Generator
    step: int
    fewest: int
    top: int

    @classmethod
    def of(cls, sums: PoolSums, key: bytes, step: int, fewest: int) -> "_Draw":
        # with no key or a short one, sums of few items could be guessed and tried
        if len(key) < _KEY_BYTES:
            raise ValueError("the key of the chance is too short")
        seed = hashlib.blake2b(sums.to_bytes(), key=key, digest_size=16).digest()
        scale = sums.version.scale.categories
        return cls(np.random.default_rng(int.from_bytes(seed)), step, fewest, scale[-1] - scale[0])

    def counts(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return counts as multiples of the step."""
        up: NDArray[np.int64] = np.floor(numbers / self.step + self.random.random(numbers.shape)).astype(
            np.int64
        )
        return up * self.step

    def count(self, number: int) -> int:
        """Return one count as a multiple of the step."""
        return int(self.counts(np.array([number]))[0])

    def units(self, number: int) -> int:
        """Return the multiple of five that so many units are at least."""
        return max(self.fewest, number // _UNIT_STEP * _UNIT_STEP)

    def sample(self, sums: PoolSums, units: int, cases: str) -> ReleasedMatrix | Suppressed:
        """Return the covariances of all items."""
        found = pooled_sample(sums, "complete" if cases == "complete" else "pairwise")
        if isinstance(found, Undefined) or units < self.fewest:
            return SUPPRESSED
        return self.matrix(found.covariance, found.n, self.top**2 / found.n)

    def total(self, block: BlockSums) -> ReleasedMatrix | Suppressed:
        """Return the covariances of a dimension's items, over all units."""
        if block.units < self.fewest:
            return SUPPRESSED
        found = two_level_sums(block).sample
        return self.matrix(found.covariance, found.n, self.top**2 / found.n)

    def levels(self, block: BlockSums, fewest: int) -> ReleasedLevels | Suppressed:
        """Return the covariances within and between units, where there are `fewest` or more."""
        sums = two_level_sums(block)
        found = two_level_covariances(sums)
        if block.units < fewest or isinstance(found, Undefined):
            return SUPPRESSED
        # so many persons who move over the scale in one unit move what is between units by this
        apart = self.step * self.top / (block.units - 1)
        return ReleasedLevels(
            self.units(block.units),
            self.count(sums.persons),
            self.count(round(sums.squared_sizes)),
            self.matrix(found.within, sums.persons, self.top**2 / sums.persons),
            self.matrix(found.between_observed, sums.persons, apart),
            SEAL,
        )

    def matrix(self, exact: Matrix, persons: int, least_step: float) -> ReleasedMatrix:
        """Return a symmetric matrix in multiples of a step of few digits, `least_step` or a little more."""
        step = _nice(least_step)
        drawn = np.floor(exact / step + self.random.random(exact.shape))
        even: Matrix = np.round((np.triu(drawn) + np.triu(drawn, 1).T) * step, 12)
        return ReleasedMatrix(self.count(persons), even, step, SEAL)


def rounded_count(number: int, step: int) -> int:
    """Return a number of people that is told beside pools, as the nearest multiple of a step."""
    return (2 * number + step) // (2 * step) * step


def _nice(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(each * power for each in _NICE if each * power >= least * (1 - 1e-9))
