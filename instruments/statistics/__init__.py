"""Compute every figure from moments: pure functions that return a number, an interval or `Undefined`.

Nothing is rounded here. Every figure names its formula and source, and is checked against R in the tests.
"""

from instruments.statistics.agreement import average_deviation, rwg_j
from instruments.statistics.clustering import IntraclassCorrelations, intraclass_correlations
from instruments.statistics.descriptives import (
    LEVEL,
    interval,
    percentile,
    sd,
    se,
)
from instruments.statistics.distributions import (
    Distribution,
    Summary,
    answers_by_side,
    dimension_summary,
    item_distribution,
    item_summary,
    item_table,
    mean_of_items,
    score_distribution,
)
from instruments.statistics.effect_size import (
    Effect,
    GroupMean,
    MeanDifference,
    cliffs_delta,
    hedges_g,
    linear_contrast,
    welch,
)
from instruments.statistics.levels import levels_spanned
from instruments.statistics.multiple_testing import holm, holm_levels
from instruments.statistics.omega import Omega, omega
from instruments.statistics.reliability import (
    Cases,
    Covariances,
    alpha,
    alpha_if_dropped,
    alpha_interval,
    covariances,
    feldt_interval,
    item_rest_correlations,
    standardised_alpha,
)
from instruments.statistics.undefined import Figure, Interval, Reason, Undefined

__all__ = [
    "LEVEL",
    "Cases",
    "Covariances",
    "Distribution",
    "Effect",
    "Figure",
    "GroupMean",
    "Interval",
    "IntraclassCorrelations",
    "MeanDifference",
    "Omega",
    "Reason",
    "Summary",
    "Undefined",
    "alpha",
    "alpha_if_dropped",
    "alpha_interval",
    "answers_by_side",
    "average_deviation",
    "cliffs_delta",
    "covariances",
    "dimension_summary",
    "feldt_interval",
    "hedges_g",
    "holm",
    "holm_levels",
    "interval",
    "intraclass_correlations",
    "item_distribution",
    "item_rest_correlations",
    "item_summary",
    "item_table",
    "levels_spanned",
    "linear_contrast",
    "mean_of_items",
    "omega",
    "percentile",
    "rwg_j",
    "score_distribution",
    "sd",
    "se",
    "standardised_alpha",
    "welch",
]
