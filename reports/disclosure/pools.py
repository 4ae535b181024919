"""The gate for pools: sums over many units go in, rounded moments come out, for researchers and operators.

Whoever knows every other unit of a pool subtracts them: leaders who lay their reports together, a researcher
with the released tables of all units but one, an operator who made nine of ten up. So a count is released as
a multiple of some persons, up or down by chance, a mean in steps as large as so many persons move it, and a
covariance in steps as large as one person can (docs/decisions/0131, 0164). The chance is drawn from the sums
and a key of the installation: the same state is always released as the same numbers, and who guesses the sums
cannot try whether they give these numbers.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from instruments.aggregates.pool_sums import BlockSums, PoolSums
from instruments.statistics import two_level_covariances
from instruments.statistics.pooled import pooled_sample, two_level_sums
from instruments.statistics.undefined import Undefined
from reports.disclosure.merged_pools import merge, nice_step, parted
from reports.disclosure.policy import Audience, Policy
from reports.disclosure.released import SUPPRESSED, Suppressed
from reports.disclosure.released_pool import (
    Matrix,
    PoolName,
    ReleasedLevels,
    ReleasedMatrix,
    ReleasedMeans,
    ReleasedPool,
)
from reports.disclosure.seal import SEAL

_KEY_BYTES = 16  # of the shortest key: 128 bits cannot be tried out
_UNIT_STEP = 5  # units are told as a multiple of this, or as the fewest there may be


@dataclass(frozen=True, slots=True)
class PoolPart:
    """Hold the sums of a pool, what it is of, and the secret key of its chance, of 16 to 64 bytes."""

    name: PoolName
    sums: PoolSums
    key: bytes = field(repr=False)


def release_pool(
    name: PoolName, sums: PoolSums, audience: Audience, policy: Policy, key: bytes
) -> ReleasedPool | Suppressed:
    """Return what is released of a pool to `audience`, or Suppressed; `key` is secret, of 16 to 64 bytes.

    Nothing is to leaders and owners, of whose units it may be, nor where it is of fewer units or people than
    a batch. Source of the rules: docs/decisions/0131.
    """
    return release_merged([PoolPart(name, sums, key)], audience, policy)


def release_merged(
    parts: Sequence[PoolPart], audience: Audience, policy: Policy
) -> ReleasedPool | Suppressed:
    """Return what is released of pools of one version together; Suppressed where nothing is of one of them.

    Each pool's chance is its own, and the same in whatever it is merged: so no number of merged tables tells
    more of a pool than its own rounded numbers. What differs between units is told where all have enough of
    them together. Source of the rules: docs/decisions/0131 and 0143.
    """
    rules = policy.pools
    drawn = [_drawn(each, policy) for each in parts]
    known = [each for each in drawn if not isinstance(each, Suppressed)]
    if audience is not Audience.OUTSIDE or len(known) < len(drawn):
        return SUPPRESSED
    found = merge(known) if len(known) > 1 else known[0]
    units = {each.id: sum(part.sums.dimension(each.id).units for part in parts) for each in found.version}
    levels = {
        name: own if units[name] >= rules.between_units else SUPPRESSED for name, own in found.levels.items()
    }
    # what few units leave within is too coarse for models of all items
    whole = all(part.sums.whole.units >= rules.between_units for part in parts)
    return replace(
        found,
        levels=MappingProxyType(levels),
        complete_levels=found.complete_levels if whole else SUPPRESSED,
        seal=SEAL,
    )


def _drawn(part: PoolPart, policy: Policy) -> ReleasedPool | Suppressed:
    """Return a pool with what differs between units, however few; Suppressed for less than a batch."""
    sums, rules = part.sums, policy.pools
    if sums.units < rules.units or sums.persons < rules.people:
        return SUPPRESSED
    draw = _Draw.of(sums, part.key, rules.step_answers, rules.units, rules.between_units)
    blocks = {each.id: sums.dimension(each.id) for each in sums.version}
    answers = {
        item.id: tuple(int(count) for count in draw.counts(row))
        for item, row in zip(sums.version.items, sums.answer_kinds, strict=True)
    }
    complete = draw.sample(sums, sums.whole.units, "complete")
    totals = {key: draw.total(block) for key, block in blocks.items()}
    pairwise = draw.sample(sums, sums.units, "pairwise")
    levels = {key: draw.levels(block, totals[key]) for key, block in blocks.items()}
    complete_levels = draw.levels(sums.whole, complete)
    means = SUPPRESSED if isinstance(complete, Suppressed) else draw.means(sums)
    return ReleasedPool(
        part.name,
        (part.name,),
        sums.version,
        draw.units(sums.units),
        draw.count(sums.persons),
        rules.step_answers,
        MappingProxyType(answers),
        complete,
        means,
        pairwise,
        MappingProxyType(totals),
        MappingProxyType(levels),
        complete_levels,
        SEAL,
    )


@dataclass(frozen=True, slots=True)
class _Draw:
    """Rounds to multiples of a step, up or down by chance, so that the mean over chance is the number."""

    random: np.random.Generator
    step: int
    fewest: int
    many: int
    top: int

    @classmethod
    def of(cls, sums: PoolSums, key: bytes, step: int, fewest: int, many: int) -> "_Draw":
        # with no key or a short one, sums of few items could be guessed and tried
        if len(key) < _KEY_BYTES:
            raise ValueError("the key of the chance is too short")
        seed = hashlib.blake2b(sums.to_bytes(), key=key, digest_size=16).digest()
        scale = sums.version.scale.categories
        return cls(np.random.default_rng(int.from_bytes(seed)), step, fewest, many, scale[-1] - scale[0])

    def counts(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return counts as multiples of the step."""
        up = np.floor(numbers / self.step + self.random.random(numbers.shape))
        return up.astype(np.int64) * self.step

    def count(self, number: int, step: int = 0) -> int:
        """Return one count as a multiple of the step, or of another one."""
        chosen = step or self.step
        return math.floor(number / chosen + self.random.random()) * chosen

    def units(self, number: int) -> int:
        """Return the multiple of five that so many units are at least."""
        return max(self.fewest, number // _UNIT_STEP * _UNIT_STEP)

    def sample(self, sums: PoolSums, units: int, cases: str) -> ReleasedMatrix | Suppressed:
        """Return the covariances of all items."""
        found = pooled_sample(sums, "complete" if cases == "complete" else "pairwise")
        if isinstance(found, Undefined) or units < self.fewest:
            return SUPPRESSED
        return self.matrix(found.covariance, self.count(found.n), self.top**2 / found.n)

    def means(self, sums: PoolSums) -> ReleasedMeans:
        """Return the means of all items over those who scored every one.

        Their steps are as large as it moves a mean when as many people as a count's step answer one category
        higher.
        """
        codes, complete = sums.version.scale.categories, sums.whole.complete
        step = nice_step(self.step * (codes[1] - codes[0]) / complete.count)
        exact = codes[0] + complete.sums / complete.count
        drawn = np.floor(exact / step + self.random.random(exact.shape)) * step
        return ReleasedMeans(np.clip(np.round(drawn, 12), codes[0], codes[-1]), step, SEAL)

    def total(self, block: BlockSums) -> ReleasedMatrix | Suppressed:
        """Return the covariances of a dimension's items, over all units."""
        if block.units < self.fewest:
            return SUPPRESSED
        found = two_level_sums(block).sample
        return self.matrix(found.covariance, self.count(found.n), self.top**2 / found.n)

    def levels(self, block: BlockSums, total: ReleasedMatrix | Suppressed) -> ReleasedLevels | Suppressed:
        """Return the covariances between units and within; of few units what the total leaves for these."""
        sums = two_level_sums(block)
        found = two_level_covariances(sums)
        if block.units < self.fewest or isinstance(total, Suppressed) or isinstance(found, Undefined):
            return SUPPRESSED
        # so many persons who move over the scale in one unit move what is between units by this; among few
        # units by more, since those who know all others are sooner found
        apart = self.step * self.top / (block.units - 1) * max(1.0, self.many / block.units) ** 0.5
        units = max(self.fewest, self.count(block.units, _UNIT_STEP))
        between = self.matrix(found.between_observed, total.persons, apart)
        squares = self.count(round(sums.squared_sizes))
        if block.units < self.many:
            return parted(units, squares, total, between)
        within = self.matrix(found.within, total.persons, self.top**2 / total.persons)
        return ReleasedLevels(units, total.persons, squares, within, between, SEAL)

    def matrix(self, exact: Matrix, persons: int, least_step: float) -> ReleasedMatrix:
        """Return a symmetric matrix in multiples of a step of few digits, `least_step` or a little more."""
        step = nice_step(least_step)
        drawn = np.floor(exact / step + self.random.random(exact.shape))
        even: Matrix = np.round((np.triu(drawn) + np.triu(drawn, 1).T) * step, 12)
        return ReleasedMatrix(persons, even, step, SEAL)


def rounded_count(number: int, step: int) -> int:
    """Return a number of people that is told beside pools, as the nearest multiple of a step."""
    return (2 * number + step) // (2 * step) * step
