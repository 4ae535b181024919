"""What may be told of the categories of a background question: how many people, and their means.

Never items or distributions, and to the community's own leader only. Categories are parts of a whole that
is told as well, so each is judged by what all the means together say, and so are the people left over.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from instruments import breakdown
from instruments.breakdown import Breakdown, ScoreSum, most_people
from instruments.model import Dimension
from reports.release import beside, doubt, rounding
from reports.release.beside import Answered, Known
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

TINY = 1e-6  # scale points: how far a mean that is known exactly may lie from itself


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
    everybody = _whole(question, dimension, whole, figure)
    names = most_people(
        {name: part.n for name, part in parts.items()},
        lambda chosen: everybody.leaves_doubt([parts[name] for name in chosen]),
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
    """A dimension as it is told of everybody, which the means of categories are read beside.

    `sd` is the least that the told interval allows, or Suppressed without one; `answered` what is told of
    everybody's answers, if anything is; `own` the scores that may be the reader's.
    """

    question: Question
    items: int
    categories: int
    told: Told
    sd: float | Suppressed
    answered: Answered | None
    own: tuple[float, ...]

    def leaves_doubt(self, parts: Sequence[Told]) -> bool:
        """Whether these parts may be told together: each of them, and those they leave over."""
        atoms = beside.shared_out(self.told, parts)
        rest, squares = atoms[len(parts) :], self._squares_within(atoms)
        return (
            (bool(rest) or len(parts) == self.categories)
            and all(self._alone(atom) for atom in atoms)
            and all(self._hides_few(atom, squares) for atom in rest)
            and all(self._beside_spread(atom, squares) for atom in atoms)
            and all(self._beside_answers(atom) for atom in atoms)
        )

    def _hides_few(self, rest: Told, squares: float) -> bool:
        """Whether no category under the minimum among the rest is bounded, whatever its size is.

        How large they are decides nothing here, so that the outcome does not tell of it.
        """
        fewest, width = self.question.thresholds.mean, self.question.policy.doubt
        known = Known(squares, self.answered, self.own)
        return rest.n >= fewest and beside.hides(rest, fewest - 1, width, known)

    def _alone(self, atom: Told) -> bool:
        answered, width = self.question.thresholds.known > 0, self.question.policy.doubt
        return doubt.mean_leaves_doubt(atom, reader_answered=answered) and doubt.items_leave_doubt(
            atom, self.items, width
        )

    def _beside_spread(self, atom: Told, squares: float) -> bool:
        """Whether the spread that is told leaves doubt once the distance between the parts is taken out."""
        if math.isinf(squares):
            return True
        sd = math.sqrt(squares / (atom.n - 1))
        return doubt.spread_leaves_doubt(atom, sd, self.question.policy.doubt, self.items, self.own)

    def _beside_answers(self, atom: Told) -> bool:
        return self.answered is None or beside.part_leaves_doubt(atom, self.answered)

    def _squares_within(self, atoms: Sequence[Told]) -> float:
        """The least sum of squares inside the parts that the told interval allows; infinite without one."""
        if isinstance(self.sd, Suppressed):
            return math.inf
        far = [max(atom.high - self.told.low, self.told.high - atom.low) for atom in atoms]
        between = sum(atom.n * each**2 for atom, each in zip(atoms, far, strict=True))
        return max(0.0, self.sd**2 * (self.told.n - 1) - between)


def _whole(question: Question, dimension: Dimension, released: ReleasedDimension, figure: Located) -> Whole:
    half, told, found = half_width(question, dimension, figure), figure.told, question.sealed.breakdown
    sd: float | Suppressed = SUPPRESSED
    own: tuple[float, ...] = ()
    if question.thresholds.known:
        own = (told.lowest, told.highest)
    if not isinstance(half, Suppressed):
        sd = least_sd(half, figure, question.policy.confidence)
        # beside an interval no score at an end could ever be the reader's: only those that were given
        own = own_scores(question, dimension)
    answered = _answered(question, dimension, released)
    if answered is not None:
        # the mean follows from the answers, however it is rounded
        exact = figure.location.mean
        told = replace(told, low=exact - TINY, high=exact + TINY)
    categories = len(found.background.categories) if found else 0
    return Whole(question, len(dimension.items), categories, told, sd, answered, own)


def _answered(question: Question, dimension: Dimension, released: ReleasedDimension) -> Answered | None:
    figures = (released.histogram, released.shares)
    told = any(not isinstance(figure, Suppressed) for figure in figures)
    if not told and not open_items(question, dimension):
        return None
    values = np.array(question.sealed.version.scale.categories, dtype=np.float64)
    return Answered.of(question.counts(question.chosen(dimension)), values, question.thresholds.known)
