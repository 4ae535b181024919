"""How much of the differences between persons lies between their places: the intraclass correlations."""

from collections.abc import Iterable
from dataclasses import dataclass

from instruments.moments import Moments
from instruments.statistics.distributions import Location, dimension_location
from instruments.statistics.undefined import Figure, Reason, Undefined


@dataclass(frozen=True, slots=True)
class Intraclass:
    """ICC(1), the share of variance between groups, and ICC(2), the reliability of a group's mean.

    `icc1` uses the group size n₀ that is right for unequal groups; `icc1_mean_size` the plain mean size, as
    `multilevel::ICC1`. Equal where groups are. Either can be negative, where groups differ less than
    chance would have it: read that as none. `size` is n₀, `groups` counts those with a score.
    """

    icc1: float
    icc1_mean_size: float
    icc2: Figure
    size: float
    groups: int


def intraclass(communities: Iterable[Moments], dimension_id: str) -> Intraclass | Undefined:
    """ICC(1) = (MSB − MSW)/(MSB + (n₀−1)·MSW) and ICC(2) = (MSB − MSW)/MSB of a dimension's scores.

    n₀ = (N − Σnᵍ²/N)/(G − 1). Mean squares of a one-way analysis of variance with G groups, N persons.
    Undefined for fewer than two groups, for no group with two persons, and without any variance.
    Source: Shrout & Fleiss (1979), Psychological Bulletin 86, 420–428; Bliese (2000); n₀ from Searle,
    Casella & McCulloch (1992), Variance Components, p. 71.
    """
    found = [dimension_location(moments, dimension_id) for moments in communities]
    groups = [location for location in found if isinstance(location, Location)]
    if len(groups) < 2:  # noqa: PLR2004 - nothing to differ from
        return Undefined(Reason.ONE_GROUP)
    persons = sum(group.n for group in groups)
    if persons == len(groups):
        return Undefined(Reason.TOO_FEW)
    centre = sum(group.n * group.mean for group in groups) / persons
    between = sum(group.n * (group.mean - centre) ** 2 for group in groups) / (len(groups) - 1)
    within = sum(_squares(group) for group in groups) / (persons - len(groups))
    if between == within == 0:
        return Undefined(Reason.NO_VARIANCE)
    size = (persons - sum(group.n**2 for group in groups) / persons) / (len(groups) - 1)
    return Intraclass(
        _icc1(between, within, size),
        _icc1(between, within, persons / len(groups)),
        (between - within) / between if between > 0 else Undefined(Reason.NO_VARIANCE),
        size,
        len(groups),
    )


def _squares(group: Location) -> float:
    return 0.0 if isinstance(group.variance, Undefined) else (group.n - 1) * group.variance


def _icc1(between: float, within: float, size: float) -> float:
    return (between - within) / (between + (size - 1) * within)
