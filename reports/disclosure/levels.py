"""Decide in how much detail a dimension of a wave is released at all: the same for every reader.

One level holds for the whole dimension. Where a rule forbids one, the dimension is released at the level
below, and nothing says which rule it was.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from instruments.model import Dimension
from reports.disclosure.policy import Audience, DetailLevel, Policy, Thresholds
from reports.disclosure.released import SUPPRESSED, ReleasedDimension, Suppressed
from reports.disclosure.seal import SEAL
from reports.disclosure.sealed_wave import SealedWave

_ALONE: Final = 1  # item: a dimension of one has no figures beside its mean and its table

_HALF: Final = 2

_Figure = TypeVar("_Figure")


def detail_levels(sealed: SealedWave, policy: Policy) -> Mapping[str, DetailLevel]:
    """Return by dimension the most detail in which it may be released to whoever is shown most of it."""
    thresholds, columns = _thresholds(sealed, policy), sealed.version.item_columns
    counts = sealed.moments.item_counts.tolist()
    return {
        each.id: _detail_level(sealed, each, [counts[columns[item.id]] for item in each.items], thresholds)
        for each in sealed.version
    }


def _detail_level(
    sealed: SealedWave, dimension: Dimension, answered: Sequence[int], thresholds: Thresholds
) -> DetailLevel:
    """Return the level of a dimension; `answered` is how many answered each of its items."""
    people = scored_people(sealed, dimension)
    # the mean weighs items alike: one that few answered would stand for most of the others' people
    if people < thresholds.mean or min(answered) * _HALF < people:
        return DetailLevel.NOTHING
    # by the wave's answers: ordinary blanks would else withhold nearly every table of the smallest waves
    enough = sealed.moments.n >= thresholds.item and min(people, *answered) >= thresholds.shares
    if enough and sealed.protected_items.issuperset(item.id for item in dimension.items):
        return DetailLevel.ITEMS
    if len(dimension.items) == _ALONE or people < thresholds.interval:
        return DetailLevel.MEAN
    return DetailLevel.INTERVAL


def _thresholds(sealed: SealedWave, policy: Policy) -> Thresholds:
    """Return those of the unit's own readers: of all of them, where those who answered are shown it too.

    A figure that its leader has and they have not would count how many left its dimension unscored.
    """
    staff = policy.thresholds[Audience.LEADER_AMONG_RESPONDENTS]
    return staff if sealed.moments.n >= staff.mean else policy.thresholds[sealed.reader(Audience.LEADER)]


def scored_people(sealed: SealedWave, dimension: Dimension) -> int:
    """Return how many people have a score in the dimension."""
    return sealed.moments.scores[dimension.id].persons


def visible_part(figures: ReleasedDimension, thresholds: Thresholds) -> ReleasedDimension:
    """Return a dimension with the figures that a reader with these thresholds is not shown suppressed."""
    n = figures.n
    if n >= thresholds.whole_dimension:
        return figures
    return ReleasedDimension(
        figures.id,
        n,
        _seen(figures.mean, n, thresholds.mean),
        _seen(figures.interval, n, thresholds.interval),
        _seen(figures.sd, n, thresholds.interval),
        _seen(figures.se, n, thresholds.interval),
        _seen(figures.level, n, thresholds.interval),
        _seen(figures.shares, n, thresholds.shares),
        _seen(figures.histogram, n, thresholds.histogram),
        _seen(figures.reliability, n, thresholds.reliability),
        SEAL,
    )


def _seen(figure: _Figure | Suppressed, n: int, fewest: int) -> _Figure | Suppressed:
    return figure if n >= fewest else SUPPRESSED
