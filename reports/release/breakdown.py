"""What may be told of the categories of a background question: how many people, and their means.

Never items or distributions, and to the community's own leader only. Categories are parts of a whole that
is told as well, so each is judged by what all the means together say, and so are the people left over.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from instruments import breakdown
from instruments.breakdown import Breakdown, ScoreSum, most_people
from instruments.model import Dimension
from reports.release import doubt, rounding
from reports.release.doubt import Told
from reports.release.figures import (
    SUPPRESSED,
    Mean,
    ReleasedBreakdown,
    ReleasedCategory,
    ReleasedDimension,
    Suppressed,
)
from reports.release.items import open_items
from reports.release.means import Located, half_width, least_sd, located, own_scores
from reports.release.question import Question
from reports.release.seal import SEAL


def tell_breakdown(question: Question, told: Mapping[str, ReleasedDimension]) -> ReleasedBreakdown | None:
    """What may be told by category beside the dimensions that are `told`, or None where nothing is asked."""
    found = question.sealed.breakdown
    # on some items only, the means would tell of the other items beside those on all
    if found is None or question.items is not None or not question.audience.inside:
        return None
    counted = _counted(question, found)
    means = {each.id: _means(question, each, told[each.id], counted) for each in question.sealed.version}
    return ReleasedBreakdown(
        found.background,
        MappingProxyType(
            {
                name: ReleasedCategory(
                    name,
                    counted.get(name, SUPPRESSED),
                    MappingProxyType({key: told.get(name, SUPPRESSED) for key, told in means.items()}),
                    SEAL,
                )
                for name in found.background.categories
            }
        ),
        SEAL,
    )


def _counted(question: Question, found: Breakdown) -> dict[str, int]:
    """The categories whose number of people is told: enough in each, and in what they leave over.

    Nobody is left over only where every category is told: otherwise a hidden one would be known as empty.
    """
    everybody, fewest = question.sealed.moments.n, question.thresholds.mean
    enough = {name: n for name, n in found.people.items() if n >= fewest}

    def holds(names: tuple[str, ...]) -> bool:
        rest = everybody - sum(enough[name] for name in names)
        return rest >= fewest or (rest == 0 and len(names) == len(found.background.categories))

    return {name: enough[name] for name in most_people(enough, holds)}


def _means(
    question: Question, dimension: Dimension, whole: ReleasedDimension, counted: Mapping[str, int]
) -> dict[str, Mean]:
    """The means of a dimension that are told, by category: those of most people that hold together."""
    figure, found = located(question, dimension), question.sealed.breakdown
    # without the whole they might add up to it; and a dimension of one item is an item
    if found is None or figure is None or isinstance(whole.mean, Suppressed) or len(dimension.items) == 1:
        return {}
    fewest = question.thresholds.mean
    enough = {
        name: each
        for name, each in found.scores[dimension.id].items()
        if name in counted and each.n >= fewest
    }
    means = {name: _mean(question, dimension, each) for name, each in enough.items()}
    parts = {name: _told(figure, each.n, means[name]) for name, each in enough.items()}
    beside = Whole(question, dimension, whole, figure, len(found.background.categories))
    names = most_people(
        {name: part.n for name, part in parts.items()},
        lambda chosen: beside.leaves_doubt([parts[name] for name in chosen]),
    )
    return {name: means[name] for name in names}


def _mean(question: Question, dimension: Dimension, summed: ScoreSum) -> Mean:
    """Told no finer than the coarsest mean is: finer ones of large categories would sharpen the others'."""
    policy, items = question.policy, len(dimension.items)
    own = rounding.mean_step(summed.n, items, question.thresholds.item, policy)
    step = max(policy.coarse_steps[0], own)
    value = rounding.nearest(breakdown.mean(question.sealed.version, dimension, summed), step)
    return Mean(value, rounding.decimals(step), step, SEAL)


def _told(figure: Located, n: int, mean: Mean) -> Told:
    low, high = mean.value - mean.step / 2, mean.value + mean.step / 2
    return Told(n, low, high, figure.told.lowest, figure.told.highest)


@dataclass(frozen=True, slots=True)
class Whole:
    """A dimension as it is told of everybody, which the means of categories are read beside."""

    question: Question
    dimension: Dimension
    released: ReleasedDimension
    figure: Located
    categories: int

    def leaves_doubt(self, parts: Sequence[Told]) -> bool:
        """Whether these parts may be told together: each of them, and those they leave over."""
        atoms = doubt.shared_out(self.figure.told, parts)
        rest = atoms[len(parts) :]
        return (
            (bool(rest) or len(parts) == self.categories)
            and all(self._hides_few(atom) for atom in rest)
            and all(self._alone(atom) for atom in atoms)
            and self._beside_spread(atoms)
            and self._beside_distribution(atoms)
        )

    @property
    def _answered(self) -> bool:
        return self.question.thresholds.known > 0

    def _hides_few(self, rest: Told) -> bool:
        """Whether no category under the minimum among the rest is bounded, whatever its size is.

        How large they are decides nothing here, so that the outcome does not tell of it.
        """
        fewest, width = self.question.thresholds.mean, self.question.policy.doubt
        few = fewest - 1
        return rest.n >= fewest and doubt.hides(rest, few, width, reader_answered=self._answered)

    def _alone(self, atom: Told) -> bool:
        items, width = len(self.dimension.items), self.question.policy.doubt
        return doubt.mean_leaves_doubt(atom, reader_answered=self._answered) and doubt.items_leave_doubt(
            atom, items, width
        )

    def _beside_spread(self, atoms: Sequence[Told]) -> bool:
        """Whether the spread that is told leaves doubt once the distance between the parts is taken out."""
        half = half_width(self.question, self.dimension, self.figure)
        if isinstance(half, Suppressed):
            return True
        policy, whole = self.question.policy, self.figure.told
        sd = least_sd(half, self.figure, policy.confidence)
        far = [max(atom.high - whole.low, whole.high - atom.low) for atom in atoms]
        between = sum(atom.n * each**2 for atom, each in zip(atoms, far, strict=True))
        within = max(0.0, sd**2 * (whole.n - 1) - between)
        own, items = own_scores(self.question, self.dimension), len(self.dimension.items)
        return all(
            doubt.spread_leaves_doubt(atom, math.sqrt(within / (atom.n - 1)), policy.doubt, items, own)
            for atom in atoms
        )

    def _beside_distribution(self, atoms: Sequence[Told]) -> bool:
        """Whether the answers of everybody, where they are told, leave doubt about those of each part."""
        figures = (self.released.histogram, self.released.shares)
        told = any(not isinstance(figure, Suppressed) for figure in figures)
        if not told and not open_items(self.question, self.dimension):
            return True
        counts = self.question.counts(self.question.chosen(self.dimension))
        values = np.array(self.question.sealed.version.scale.categories, dtype=np.float64)
        known = self.question.thresholds.known
        return all(doubt.part_leaves_doubt(atom, counts, values, known) for atom in atoms)
