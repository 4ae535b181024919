"""What the moments say, with uncertainty: pure functions that return a number, an interval or `Undefined`.

Nothing is rounded here. Every figure names its formula and source, and is checked against R in the tests.
"""

from instruments.statistics.distributions import (
    Distribution,
    Location,
    answer_counts,
    answer_shares,
    dimension_location,
    item_distribution,
    item_location,
    item_shares,
    located,
    score_distribution,
    unscored_counts,
)
from instruments.statistics.location import (
    LEVEL,
    dimension_interval,
    dimension_mean,
    dimension_sd,
    dimension_se,
    interval,
    percentile,
    sd,
    se,
)
from instruments.statistics.undefined import Figure, Interval, Reason, Undefined

__all__ = [
    "LEVEL",
    "Distribution",
    "Figure",
    "Interval",
    "Location",
    "Reason",
    "Undefined",
    "answer_counts",
    "answer_shares",
    "dimension_interval",
    "dimension_location",
    "dimension_mean",
    "dimension_sd",
    "dimension_se",
    "interval",
    "item_distribution",
    "item_location",
    "item_shares",
    "located",
    "percentile",
    "score_distribution",
    "sd",
    "se",
    "unscored_counts",
]
