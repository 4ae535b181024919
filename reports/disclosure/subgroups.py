"""What may be released of the categories of a background question: how many people, and their means.

Never items or distributions, and to the unit's own leader only. Categories are parts of a whole that
is released as well, so each is judged by what all the means together say, and so are the people left over.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from instruments.aggregates.subgroups import ScoreMean, SubgroupSums, largest_selection
from instruments.model import Dimension
from reports.disclosure import feasibility, rounding, unanimity
from reports.disclosure.feasibility import AnswerCounts, ReaderKnowledge
from reports.disclosure.items import releasable_items
from reports.disclosure.means import UnroundedMean, half_width, least_sd, own_scores, unrounded_mean
from reports.disclosure.released import (
    SUPPRESSED,
    ReleasedCategory,
    ReleasedDimension,
    ReleasedMean,
    ReleasedSubgroups,
    Suppressed,
)
from reports.disclosure.request import Request
from reports.disclosure.seal import SEAL
from reports.disclosure.unanimity import MeanBounds

_TINY = 1e-6  # scale points: how far a mean that is known exactly may lie from itself


def release_subgroups(
    request: Request, released: Mapping[str, ReleasedDimension]
) -> ReleasedSubgroups | None:
    """Return what is released by category beside the `released` dimensions; None where nothing is asked."""
    found = request.sealed.breakdown
    # on some items only, the means beside those on all would disclose the other items
    if found is None or request.items is not None or not request.audience.inside:
        return None
    counted = _counted(request, found)
    means = {each.id: _means(request, each, released[each.id], counted) for each in request.sealed.version}
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


def _counted(request: Request, found: SubgroupSums) -> dict[str, int]:
    """Return the categories whose number of people is released: enough in each, and in what they leave over.

    Nobody is left over only where every category is released: otherwise a hidden one would be known as empty.
    """
    everybody, fewest = request.sealed.moments.n, request.thresholds.mean
    enough = {name: n for name, n in found.people.items() if n >= fewest}

    def holds(names: tuple[str, ...]) -> bool:
        rest = everybody - sum(enough[name] for name in names)
        return rest >= fewest or (rest == 0 and len(names) == len(found.background.categories))

    return {name: enough[name] for name in largest_selection(enough, holds)}


def _means(
    request: Request, dimension: Dimension, whole: ReleasedDimension, counted: Mapping[str, int]
) -> dict[str, ReleasedMean]:
    """Return the released means of a dimension by category: those of most people that may stand together."""
    figure, found = unrounded_mean(request, dimension), request.sealed.breakdown
    # without the whole they might add up to it; and a dimension of one item is an item
    if found is None or figure is None or isinstance(whole.mean, Suppressed) or len(dimension.items) == 1:
        return {}
    fewest = request.thresholds.mean
    enough = {
        name: each
        for name, each in found.scores[dimension.id].items()
        if name in counted and each.n >= fewest
    }
    means = {name: _mean(request, dimension, each) for name, each in enough.items()}
    parts = {name: _bounds(figure, each.n, means[name]) for name, each in enough.items()}
    everybody = _whole(request, dimension, whole, figure)
    names = largest_selection(
        {name: part.n for name, part in parts.items()},
        lambda chosen: everybody.may_be_released([parts[name] for name in chosen]),
    )
    return {name: means[name] for name in names}


def _mean(request: Request, dimension: Dimension, summed: ScoreMean) -> ReleasedMean:
    """Return a category's mean, no finer than a whole's coarse one: it would sharpen those of small ones."""
    policy, items = request.policy, len(dimension.items)
    own = rounding.mean_step(summed.n, items, request.thresholds.item, policy)
    step = max(policy.rounding.coarse_steps[0], own)
    value = rounding.round_to(summed.score(request.sealed.version), step)
    return ReleasedMean(value, rounding.decimals(step), step, SEAL)


def _bounds(figure: UnroundedMean, n: int, mean: ReleasedMean) -> MeanBounds:
    low, high = mean.value - mean.step / 2, mean.value + mean.step / 2
    return MeanBounds(n, low, high, figure.bounds.lowest, figure.bounds.highest)


@dataclass(frozen=True, slots=True)
class _WholeDimension:
    """A dimension as it is released for everybody, beside which the means of categories are read.

    `sd` is the least that the released interval allows, Suppressed without one; `answered` what is released
    of everybody's answers, if anything is; `own` the scores that may be the reader's.
    """

    request: Request
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
        fewest, width = self.request.thresholds.mean, self.request.policy.unanimity_width
        known = ReaderKnowledge(squares, self.answered, self.own)
        return rest.n >= fewest and feasibility.mean_is_unbounded(rest, fewest - 1, width, known)

    def _alone(self, atom: MeanBounds) -> bool:
        answered, width = self.request.thresholds.own_answers > 0, self.request.policy.unanimity_width
        return unanimity.mean_is_protected(
            atom, reader_answered=answered
        ) and unanimity.item_means_are_protected(atom, self.items, width)

    def _beside_spread(self, atom: MeanBounds, squares: float) -> bool:
        """Return whether the released spread, less the distance between parts, holds the unanimity rule."""
        if math.isinf(squares):
            return True
        sd = math.sqrt(squares / (atom.n - 1))
        return unanimity.interval_is_protected(
            atom, sd, self.request.policy.unanimity_width, self.items, self.own
        )

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
    request: Request, dimension: Dimension, released: ReleasedDimension, figure: UnroundedMean
) -> _WholeDimension:
    half, bounds, found = half_width(request, dimension, figure), figure.bounds, request.sealed.breakdown
    sd: float | Suppressed = SUPPRESSED
    own: tuple[float, ...] = ()
    if request.thresholds.own_answers:
        own = (bounds.lowest, bounds.highest)
    if not isinstance(half, Suppressed):
        sd = least_sd(half, figure, request.policy.confidence)
        # beside an interval no score at an end could ever be the reader's: only those that were given
        own = own_scores(request, dimension)
    answered = _answered(request, dimension, released)
    if answered is not None:
        # the mean follows from the answers, however it is rounded
        exact = figure.location.mean
        bounds = replace(bounds, low=exact - _TINY, high=exact + _TINY)
    categories = len(found.background.categories) if found else 0
    return _WholeDimension(request, len(dimension.items), categories, bounds, sd, answered, own)


def _answered(request: Request, dimension: Dimension, released: ReleasedDimension) -> AnswerCounts | None:
    figures = (released.histogram, released.shares)
    any_shown = any(not isinstance(figure, Suppressed) for figure in figures)
    if not any_shown and not releasable_items(request, dimension):
        return None
    values = np.array(request.sealed.version.scale.categories, dtype=np.float64)
    return AnswerCounts.of(request.counts(request.chosen(dimension)), values, request.thresholds.own_answers)
