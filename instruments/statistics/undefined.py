"""Say that a figure has no value, and why, by a type: NaN and None would be calculated with or printed."""

from dataclasses import dataclass
from enum import Enum


class Reason(Enum):
    """Name why a figure has no value; the value is the sentence for people."""

    NOBODY = "nobody answered"
    TOO_FEW = "too few answers for this figure"
    NO_VARIANCE = "everybody answered alike"
    TOO_FEW_ITEMS = "too few items for this figure"
    NEGATIVE = "the items contradict each other"
    SINGULAR = "the items cannot be told apart"
    HEYWOOD = "the one-factor model does not fit (Heywood case)"
    WITHHELD = "the cross-products were not kept"
    ITEMS_APART = "none of these items belong to the dimension"
    ONE_GROUP = "fewer than two groups"


@dataclass(frozen=True, slots=True)
class Undefined:
    """Stand for a figure that has no value."""

    reason: Reason


Figure = float | Undefined


@dataclass(frozen=True, slots=True)
class Interval:
    """Reach from `low` to `high`, so that the share `level` of such intervals holds the true value."""

    low: float
    high: float
    level: float
