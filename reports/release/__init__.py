"""The release gate: the only way a number leaves. Everything that shows one takes these types only."""

from reports.release.figures import (
    SUPPRESSED,
    Between,
    Histogram,
    Interval,
    Mean,
    Released,
    ReleasedBreakdown,
    ReleasedCategory,
    ReleasedDimension,
    ReleasedItem,
    Reliability,
    Shares,
    Suppressed,
    WaveIdentity,
)
from reports.release.gate import ANSWERS, NothingElse, Remainders, release
from reports.release.policy import Audience, Depth, Policy, Thresholds
from reports.release.seal import Unsealed
from reports.release.sealed import Sealed, pool

__all__ = [
    "ANSWERS",
    "SUPPRESSED",
    "Audience",
    "Between",
    "Depth",
    "Histogram",
    "Interval",
    "Mean",
    "NothingElse",
    "Policy",
    "Released",
    "ReleasedBreakdown",
    "ReleasedCategory",
    "ReleasedDimension",
    "ReleasedItem",
    "Reliability",
    "Remainders",
    "Sealed",
    "Shares",
    "Suppressed",
    "Thresholds",
    "Unsealed",
    "WaveIdentity",
    "pool",
    "release",
]
