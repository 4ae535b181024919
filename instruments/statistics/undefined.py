"""Say that a figure has no value, and why, by a type: NaN and None would be calculated with or printed."""

from dataclasses import dataclass
from enum import Enum


class Reason(Enum):
    """Name why a figure has no value; the value is the sentence for people."""

    NOBODY = "nobody answered"
    UNANSWERED = "nobody answered one of the items"
    NOT_COMPLETE = "nobody answered all of the items"
    NOT_TOGETHER = "nobody answered two of the items together"
    TOO_FEW = "too few answers for this figure"
    NO_VARIANCE = "everybody answered alike"
    ITEM_ALIKE = "everybody answered one of the items alike"
    ALIKE_WITHIN = "nobody differs from others of the same group"
    SEPARATED = "nobody of one group is where anybody of the other is"
    TOO_FEW_ITEMS = "too few items for this figure"
    MANY_ITEMS = "too many items for this figure"
    NEGATIVE = "the items contradict each other"
    SINGULAR = "the items cannot be told apart"
    NOT_POSITIVE_DEFINITE = "the covariances contradict each other (not positive definite)"
    HEYWOOD = "an item is left without a variance of its own (Heywood case)"
    FACTORS_ALIKE = "one factor of the model follows from the others"
    NOT_DETERMINED = "the items do not determine the model"
    NOT_CONVERGED = "the search for the best fit did not end"
    SATURATED = "the model fits any answers: nothing is tested"
    MISFIT = "one factor does not explain the items"
    TOO_FEW_LOADINGS = "too few of the items can be told to have something in common"
    SPARSE = "two items have too few different answers together"
    MANY_CATEGORIES = "too many categories to be taken as ordered only"
    UNRELATED = "the items go together no more than by chance"
    WITHHELD = "the cross-products were not kept"
    NOT_COMPARABLE = "the units answered editions or languages whose means may not be compared"
    ITEMS_APART = "none of these items belong to the dimension"
    ONE_GROUP = "fewer than two groups"
    SINGLE_PERSONS = "no group has two people"
    NO_DIFFERENCE = "the units do not differ"
    OUT_OF_REACH = "no number of answers is enough"
    NOTHING_BEFORE = "the model before it has no fit"


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
