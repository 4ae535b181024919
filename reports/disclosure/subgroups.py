"""What may be released of the categories of a background question: how many people, and their means.

Never items or distributions, and to the unit's own leader only. Categories are parts of a whole that
is released as well, so each is judged by what all the means together say, and so are the people left over.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from instruments import statistics
from instruments.aggregates.subgroups import ScoreMean, SubgroupSums, largest_selection
from instruments.model import Dimension
from instruments.statistics import Undefined
from reports.disclosure import feasibility, rounding, unanimity
from reports.disclosure.feasibility import AnswerCounts, ReaderKnowledge
from reports.disclosure.figures import DimensionFigures, quantile
from reports.disclosure.policy import Audience, Policy
from reports.disclosure.released import (
    SUPPRESSED,
    Coding,
    ReleasedCategory,
    ReleasedDimension,
    ReleasedMean,
    ReleasedSubgroups,
    Suppressed,
)
from reports.disclosure.seal import SEAL
from reports.disclosure.sealed_wave import SealedWave
from reports.disclosure.unanimity import MeanBounds

_TINY = 1e-6  # scale points: how far a mean that is known exactly may lie from itself


def release_subgroups(
    sealed: SealedWave, audience: Audience, policy: Policy, figures: Mapping[str, DimensionFigures]
) -> ReleasedSubgroups | None:
    """Return what is released by category beside the whole; None where nothing is asked."""
    found = sealed.breakdown
    if found is None or not audience.inside:
        return None
    asked = _Asked(sealed, found, policy, policy.minimum(audience))
    counted = _counted(asked)
    means = {each.id: _means(asked, each, figures[each.id], counted) for each in sealed.version}
    return ReleasedSubgroups(
        found.background,
        MappingProxyType(
            {
                name: ReleasedCategory(
                    name,
                    counted.get(name, SUPPRESSED),
                    MappingProxyType({key: mean.get(name, SUPPRESSED) for key, mean in means.items()}),
                    SEAL,
                )
                for name in found.background.categories
            }
        ),
        SEAL,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """A wave's breakdown, and the fewest people that anything released of it may be of."""

    sealed: SealedWave
    found: SubgroupSums
    policy: Policy
    fewest: int

    @property
    def width(self) -> float:
        """Return the width in scale points that no score may be bounded to."""
        return self.policy.unanimity_width * rounding.scale_range(self.sealed.version.scale)


def _counted(asked: _Asked) -> dict[str, int]:
    """Return the categories whose number of people is released: enough in each, and in what they leave over.

    Nobody is left over only where every category is released: otherwise a hidden one would be known as empty.
    """
    everybody, fewest, found = asked.sealed.moments.n, asked.fewest, asked.found
    enough = {name: n for name, n in found.people.items() if n >= fewest}

    def holds(names: tuple[str, ...]) -> bool:
        rest = everybody - sum(enough[name] for name in names)
        return rest >= fewest or (rest == 0 and len(names) == len(found.background.categories))

    return {name: enough[name] for name in largest_selection(enough, holds)}


def _means(
    asked: _Asked, dimension: Dimension, figures: DimensionFigures, counted: Mapping[str, int]
) -> dict[str, ReleasedMean]:
    """Return the released means of a dimension by category: those of most people that may stand together."""
    whole, leader = figures.dimension, asked.policy.thresholds[Audience.LEADER]
    # without the whole they might add up to it; and a dimension of one item is an item
    if isinstance(whole.mean, Suppressed) or len(dimension.items) == 1 or whole.n < leader.item:
        return {}
    enough = {
        name: each
        for name, each in asked.found.scores[dimension.id].items()
        if name in counted and each.n >= asked.fewest
    }
    means = {name: _mean(asked, each) for name, each in enough.items()}
    parts = {name: _bounds(asked, each.n, means[name]) for name, each in enough.items()}
    everybody = _whole(asked, dimension, whole, whole.mean)
    names = largest_selection(
        {name: part.n for name, part in parts.items()},
        lambda chosen: everybody.may_be_released([parts[name] for name in chosen]),
    )
    return {name: means[name] for name in names}


def _mean(asked: _Asked, kept: ScoreMean) -> ReleasedMean:
    """Return a category's mean in the coarse step: a finer one would sharpen those of small categories."""
    version = asked.sealed.version
    step = rounding.mean_step(0, version.scale, asked.policy)
    value = rounding.round_to(kept.score(version), step)
    return ReleasedMean(value, rounding.decimals(step), step, Coding.EXACT, SEAL)


def _bounds(asked: _Asked, n: int, mean: ReleasedMean) -> MeanBounds:
    """Return what a released mean says of the exact one."""
    low, high = (
        float(end)
        for end in asked.sealed.version.scale.categories[:: len(asked.sealed.version.scale.categories) - 1]
    )
    if mean.coding is Coding.OVER:
        return MeanBounds(n, mean.value + mean.step / 2, high, low, high)
    if mean.coding is Coding.UNDER:
        return MeanBounds(n, low, mean.value - mean.step / 2, low, high)
    return MeanBounds(n, mean.value - mean.step / 2, mean.value + mean.step / 2, low, high)


@dataclass(frozen=True, slots=True)
class _WholeDimension:
    """A dimension as it is released for everybody, beside which the means of categories are read.

    `sd` is the least that the released interval allows, Suppressed without one; `answered` what is released
    of everybody's answers, if anything is; `own` the scores that may be the reader's.
    """

    asked: _Asked
    items: int
    categories: int
    bounds: MeanBounds
    sd: float | Suppressed
    answered: AnswerCounts | None
    own: tuple[float, ...]

    def may_be_released(self, parts: Sequence[MeanBounds]) -> bool:
        """Return whether these parts may be released together: each of them, and those they leave over."""
        atoms = feasibility.bounds_of_parts(self.bounds, parts)
        rest, squares = atoms[len(parts) :], self._squares_within(atoms)
        return (
            (bool(rest) or len(parts) == self.categories)
            and all(self._alone(atom) for atom in atoms)
            and all(self._hides_few(atom, squares) for atom in rest)
            and all(self._beside_spread(atom, squares) for atom in atoms)
            and all(self._beside_answers(atom) for atom in atoms)
        )

    def _hides_few(self, rest: MeanBounds, squares: float) -> bool:
        """Return whether no category under the minimum among the rest is bounded, whatever its size is.

        How large they are decides nothing here, so that the outcome does not disclose it.
        """
        fewest, width = self.asked.fewest, self.asked.width
        known = ReaderKnowledge(squares, self.answered, self.own)
        return rest.n >= fewest and feasibility.mean_is_unbounded(rest, fewest - 1, width, known)

    def _alone(self, atom: MeanBounds) -> bool:
        answered, width = self.asked.sealed.any_leader_answered, self.asked.width
        return unanimity.mean_is_protected(
            atom, reader_answered=answered
        ) and unanimity.item_means_are_protected(atom, self.items, width)

    def _beside_spread(self, atom: MeanBounds, squares: float) -> bool:
        """Return whether the released spread, less the distance between parts, holds the unanimity rule."""
        if math.isinf(squares):
            return True
        sd = math.sqrt(squares / (atom.n - 1))
        return unanimity.interval_is_protected(atom, sd, self.asked.width, self.items, self.own)

    def _beside_answers(self, atom: MeanBounds) -> bool:
        return self.answered is None or feasibility.part_is_protected(atom, self.answered)

    def _squares_within(self, atoms: Sequence[MeanBounds]) -> float:
        """Return the least sum of squares inside the parts by the released interval; infinite without one."""
        if isinstance(self.sd, Suppressed):
            return math.inf
        far = [max(atom.high - self.bounds.low, self.bounds.high - atom.low) for atom in atoms]
        between = sum(atom.n * each**2 for atom, each in zip(atoms, far, strict=True))
        return max(0.0, self.sd**2 * (self.bounds.n - 1) - between)


def _whole(
    asked: _Asked, dimension: Dimension, released: ReleasedDimension, mean: ReleasedMean
) -> _WholeDimension:
    # the released n may count people without a score, and they leave nothing over
    bounds = _bounds(asked, asked.sealed.moments.scores[dimension.id].persons, mean)
    sd: float | Suppressed = SUPPRESSED
    if not isinstance(released.interval, Suppressed):
        least = released.interval.half_width - mean.step
        sd = least / quantile(released.n, asked.policy.confidence) * math.sqrt(released.n)
    own = (bounds.lowest, bounds.highest) if asked.sealed.any_leader_answered else ()
    answered = _answered(asked, dimension, released)
    if answered is not None:
        # the mean follows from the answers, however it is rounded
        exact = float(statistics.mean_of_items(asked.sealed.moments, dimension.id))
        bounds = replace(bounds, low=exact - _TINY, high=exact + _TINY)
    categories = len(asked.found.background.categories)
    return _WholeDimension(asked, len(dimension.items), categories, bounds, sd, answered, own)


def _answered(asked: _Asked, dimension: Dimension, released: ReleasedDimension) -> AnswerCounts | None:
    """Return everybody's answers where the reader has their shares, as if all of them were known."""
    if isinstance(released.histogram, Suppressed) and isinstance(released.shares, Suppressed):
        return None
    counts = statistics.item_table(asked.sealed.moments, dimension.id)
    if isinstance(counts, Undefined):
        return None
    values = np.array(asked.sealed.version.scale.categories, dtype=np.float64)
    return AnswerCounts.of(counts, values, int(asked.sealed.any_leader_answered))
