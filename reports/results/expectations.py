"""What a leader expected of a wave, said before anybody was asked, and how the judged changes answer it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from instruments import statistics
from instruments.model import Dimension, Version
from instruments.statistics import GroupMean, Undefined
from instruments.versions import CommonItems, FullyComparable, comparability
from reports.disclosure import (
    Audience,
    Policy,
    Released,
    ReleasedDimension,
    ReleasedMean,
    Suppressed,
    rounding,
)


class Expected(Enum):
    """What is expected of a dimension since the wave before; its words are in the message catalogues."""

    MORE = "more"
    LESS = "less"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What was expected of one dimension, by its id."""

    dimension: str
    expected: Expected


@dataclass(frozen=True, slots=True)
class VisibleChange:
    """The smallest true change since the wave before that would be seen, in scale points.

    `with_all` is that where all who are invited answer, `with_fewest` that with `fewest` answers, of which
    any fewer claim no change.
    """

    with_all: float
    with_fewest: float
    fewest: int
    decimals: int


def visible_changes(
    before: Released, version: Version, invited: int, contrasts: int, policy: Policy
) -> Mapping[str, VisibleChange]:
    """Return, by dimension, the smallest change that so many invited could show beside the wave before.

    People are taken to differ as much as they did then, and the strictest step of Holm's procedure is taken
    over all dimensions and so many contrasts. A dimension is left out where nothing can be said of it: its
    spread is not released, the questionnaires ask it differently, or too few are invited for any verdict.
    """
    needed = policy.thresholds[Audience.LEADER].interval
    if invited < needed:
        return {}
    fewest = max(needed, math.ceil(policy.change.claim_from * invited))
    level = 1 - (1 - policy.change.confidence) / (len(version.dimensions) * contrasts)
    found = {}
    for dimension in version:
        if _asked_alike(before.version, version, dimension):
            figure = before.dimensions[dimension.id]
            sizes = [_detectable(figure, answers, level, policy) for answers in (invited, fewest)]
            with_all, with_fewest = sizes
            if with_all is not None and with_fewest is not None:
                found[dimension.id] = VisibleChange(with_all, with_fewest, fewest, _decimals(figure))
    return found


def _asked_alike(earlier: Version, later: Version, dimension: Dimension) -> bool:
    """Return whether both versions ask a dimension by the same items of the same meaning."""
    match comparability(earlier, later):
        case FullyComparable():
            return True
        case CommonItems(items):
            own = frozenset(item.id for item in dimension.items)
            asked = {each.id: frozenset(item.id for item in each.items) for each in earlier}
            return items.get(dimension.id) == own == asked.get(dimension.id)
        case _:
            return False


def _detectable(figure: ReleasedDimension, answers: int, level: float, policy: Policy) -> float | None:
    """Return the smallest change from a released mean that so many answers would show, rounded up."""
    if isinstance(figure.mean, Suppressed) or isinstance(figure.se, Suppressed):
        return None
    spread = figure.se * math.sqrt(figure.n)
    earlier = GroupMean(figure.n, figure.mean.value, figure.se)
    later = GroupMean(answers, figure.mean.value, spread / math.sqrt(answers))
    found = statistics.linear_contrast([earlier, later], (-1.0, 1.0))
    if isinstance(found, Undefined):
        return None
    return rounding.round_up(found.detectable(level, policy.change.power), 10.0 ** -_decimals(figure))


def _decimals(figure: ReleasedDimension) -> int:
    return figure.mean.decimals if isinstance(figure.mean, ReleasedMean) else 0
