"""What the moments say, with uncertainty: pure functions that return a number, an interval or `Undefined`.

Nothing is rounded here. Every figure names its formula and source, and is checked against R in the tests.
"""

from instruments.statistics.agreement import (
    average_deviation,
    null_variance,
    rwg_j,
)
from instruments.statistics.clustering import (
    Intraclass,
    intraclass,
)
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
from instruments.statistics.effect import (
    Difference,
    Effect,
    Spread,
    cliffs_delta,
    hedges_g,
    spread,
    welch,
)
from instruments.statistics.factor import (
    Omega,
    omega,
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
from instruments.statistics.maturity import levels_spanned
from instruments.statistics.multiplicity import (
    holm,
    holm_levels,
)
from instruments.statistics.reliability import (
    Cases,
    Covariances,
    alpha,
    alpha_if_dropped,
    alpha_interval,
    covariances,
    feldt,
    item_rest,
    standardised_alpha,
)
from instruments.statistics.undefined import (
    Figure,
    Interval,
    Reason,
    Undefined,
)

__all__ = [
    "LEVEL",
    "Cases",
    "Covariances",
    "Difference",
    "Distribution",
    "Effect",
    "Figure",
    "Interval",
    "Intraclass",
    "Location",
    "Omega",
    "Reason",
    "Spread",
    "Undefined",
    "alpha",
    "alpha_if_dropped",
    "alpha_interval",
    "answer_counts",
    "answer_shares",
    "average_deviation",
    "cliffs_delta",
    "covariances",
    "dimension_interval",
    "dimension_location",
    "dimension_mean",
    "dimension_sd",
    "dimension_se",
    "feldt",
    "hedges_g",
    "holm",
    "holm_levels",
    "interval",
    "intraclass",
    "item_distribution",
    "item_location",
    "item_rest",
    "item_shares",
    "levels_spanned",
    "located",
    "null_variance",
    "omega",
    "percentile",
    "rwg_j",
    "score_distribution",
    "sd",
    "se",
    "spread",
    "standardised_alpha",
    "unscored_counts",
    "welch",
]
