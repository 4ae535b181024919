"""The release gate: the only way a number leaves. Everything that shows one takes these types only."""

from reports.disclosure.gate import (
    ANSWERS,
    DifferencingCheck,
    NoOtherReleases,
    mean_on_items,
    release,
    release_means,
)
from reports.disclosure.policy import Audience, ChangeRules, DetailLevel, Policy, Thresholds
from reports.disclosure.released import (
    SUPPRESSED,
    Between,
    Coding,
    Released,
    ReleasedCategory,
    ReleasedDimension,
    ReleasedHistogram,
    ReleasedInterval,
    ReleasedItem,
    ReleasedMean,
    ReleasedReliability,
    ReleasedShares,
    ReleasedSubgroups,
    Suppressed,
    WaveIdentity,
)
from reports.disclosure.seal import Unsealed
from reports.disclosure.sealed_wave import SealedWave, pool

__all__ = [
    "ANSWERS",
    "SUPPRESSED",
    "Audience",
    "Between",
    "ChangeRules",
    "Coding",
    "DetailLevel",
    "DifferencingCheck",
    "NoOtherReleases",
    "Policy",
    "Released",
    "ReleasedCategory",
    "ReleasedDimension",
    "ReleasedHistogram",
    "ReleasedInterval",
    "ReleasedItem",
    "ReleasedMean",
    "ReleasedReliability",
    "ReleasedShares",
    "ReleasedSubgroups",
    "SealedWave",
    "Suppressed",
    "Thresholds",
    "Unsealed",
    "WaveIdentity",
    "mean_on_items",
    "pool",
    "release",
    "release_means",
]
