"""Compute every figure from moments: pure functions that return a number, an interval or `Undefined`.

Nothing is rounded here. Every figure names its formula and source, and is checked against R in the tests.
"""

from instruments.statistics.agreement import Disagreement, average_deviation, disagreement, rwg_j
from instruments.statistics.clustering import (
    GroupSizes,
    IntraclassCorrelations,
    from_mean_squares,
    intraclass_correlations,
    intraclass_correlations_of,
)
from instruments.statistics.correlations import (
    Correlation,
    correlation,
    dimension_correlations,
    score_correlations,
)
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
from instruments.statistics.generalizability import (
    GeneralizabilityStudy,
    answers_for,
    dependability,
    variance_components,
)
from instruments.statistics.items import ItemStatistics, item_statistics
from instruments.statistics.levels import levels_spanned
from instruments.statistics.multiple_testing import holm, holm_levels
from instruments.statistics.omega import Omega, OmegaRule, omega
from instruments.statistics.planning import answers_needed, power
from instruments.statistics.polychoric import ordinal_alpha, ordinal_omega, polychoric_correlations
from instruments.statistics.reliability import (
    Cases,
    Covariances,
    alpha,
    alpha_if_dropped,
    alpha_interval,
    alpha_of,
    alpha_of_sums,
    covariances,
    feldt_interval,
    item_rest_correlations,
    standardised_alpha,
)
from instruments.statistics.two_level import TwoLevelCovariances, TwoLevelSums, two_level_covariances
from instruments.statistics.undefined import Figure, Interval, Reason, Undefined

__all__ = [
    "LEVEL",
    "Cases",
    "Correlation",
    "Covariances",
    "Disagreement",
    "Distribution",
    "Effect",
    "Figure",
    "GeneralizabilityStudy",
    "GroupMean",
    "GroupSizes",
    "Interval",
    "IntraclassCorrelations",
    "ItemStatistics",
    "MeanDifference",
    "Omega",
    "OmegaRule",
    "Reason",
    "Summary",
    "TwoLevelCovariances",
    "TwoLevelSums",
    "Undefined",
    "alpha",
    "alpha_if_dropped",
    "alpha_interval",
    "alpha_of",
    "alpha_of_sums",
    "answers_by_side",
    "answers_for",
    "answers_needed",
    "average_deviation",
    "cliffs_delta",
    "correlation",
    "covariances",
    "dependability",
    "dimension_correlations",
    "dimension_summary",
    "disagreement",
    "feldt_interval",
    "from_mean_squares",
    "hedges_g",
    "holm",
    "holm_levels",
    "interval",
    "intraclass_correlations",
    "intraclass_correlations_of",
    "item_distribution",
    "item_rest_correlations",
    "item_statistics",
    "item_summary",
    "item_table",
    "levels_spanned",
    "linear_contrast",
    "mean_of_items",
    "omega",
    "ordinal_alpha",
    "ordinal_omega",
    "percentile",
    "polychoric_correlations",
    "power",
    "rwg_j",
    "score_correlations",
    "score_distribution",
    "sd",
    "se",
    "standardised_alpha",
    "two_level_covariances",
    "variance_components",
    "welch",
]
