"""Judge once whether a unit's dimensions changed, from the exact statistics of its sealed waves.

Three contrasts are declared beforehand: since the wave before, since the first wave, and the trend over all
waves. They and the dimensions of a report share one error rate (Holm). What is judged is stored when a wave
is sealed, and told alike to everybody who is shown the means it rests on (docs/decisions/0100).
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

from instruments import statistics
from instruments.model import Dimension, Version
from instruments.parts import asks_all_of
from instruments.problems import damage
from instruments.statistics import GroupMean, MeanDifference, Undefined
from instruments.versions import CommonItems, FullyComparable, NotComparable, comparability
from reports.disclosure import (
    Audience,
    Coding,
    Policy,
    Released,
    ReleasedMean,
    SealedWave,
    Suppressed,
    mean_on_items,
    release,
)

_TREND_WAVES: Final = 3  # two make no trend beside the contrast of the two
_YEAR: Final = 365.25  # days
_SLACK: Final = 1e-9  # scale points
_FORMAT: Final = 1


class Contrast(Enum):
    """What a wave is compared with; declared beforehand, so that nobody picks the one that suits."""

    PREVIOUS = "previous"
    FIRST = "first"
    TREND = "trend"


class Verdict(Enum):
    """The sentence about one dimension; its words are in the message catalogues."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_CERTAIN_CHANGE = "no-certain-change"
    RESPONSE_TOO_LOW = "response-too-low"  # the numbers are shown and nothing is claimed
    NOT_RELEASED = "not-released"  # whatever the reason: which rule withheld a number is itself information
    NO_COMMON_ITEMS = "no-common-items"


class NoComparisonReason(Enum):
    """Why two waves are not compared at all; its words are in the message catalogues."""

    RESPONSE = "response"
    EDITION = "edition"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class Judged:
    """What was judged of one dimension in one contrast, resting on the `waves` of those keys, oldest first.

    `confidence` is what Holm's procedure left this dimension, at which a difference's interval excludes zero
    exactly where the verdict says so; `strictest` is that of the procedure's first step.
    """

    verdict: Verdict
    waves: tuple[str, ...]
    confidence: float
    strictest: float


@dataclass(frozen=True, slots=True)
class Verdicts:
    """All that was judged of one wave beside the waves before it, by contrast and dimension.

    A contrast that was not made, because too few waves compare, is missing.
    """

    contrasts: Mapping[Contrast, Mapping[str, Judged]]

    def to_json(self) -> str:
        """Return the verdicts as text, the same for the same verdicts."""
        contrasts = {
            contrast.value: {
                name: [each.verdict.value, list(each.waves), each.confidence, each.strictest]
                for name, each in sorted(judged.items())
            }
            for contrast, judged in self.contrasts.items()
        }
        return json.dumps({"format": _FORMAT, "contrasts": contrasts}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Verdicts":
        """Return the verdicts that `to_json` wrote. Raises Damaged where the text is none."""
        try:
            content = json.loads(text)
            if content["format"] != _FORMAT:
                raise ValueError  # noqa: TRY301 - one answer to everything that is wrong
            contrasts = {
                Contrast(contrast): {str(name): _judged_from(stored) for name, stored in judged.items()}
                for contrast, judged in content["contrasts"].items()
            }
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise damage(
                "verdicts-unreadable",
                "What was judged of the change of a wave cannot be read.",
                "Restore it from a backup.",
            ) from error
        return cls(contrasts)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A dimension in a contrast before it is judged: what was found, what is shown, on which waves."""

    waves: tuple[str, ...]
    exact: MeanDifference
    shown: float
    claimable: bool


@dataclass(frozen=True, slots=True)
class _Wave:
    """A sealed wave with what is released of it to its leader."""

    sealed: SealedWave
    released: Released

    @property
    def key(self) -> str:
        return self.sealed.identity.wave


def obstacle(earlier: Released, later: Released, policy: Policy) -> tuple[NoComparisonReason, str] | None:
    """Return why two waves may not be compared at all, with a key of `versions.REASONS`, or None."""
    found = comparability(earlier.version, later.version)
    if isinstance(found, NotComparable):
        return NoComparisonReason.VERSION, found.why
    if earlier.identity.edition != later.identity.edition:
        return NoComparisonReason.EDITION, ""
    if min(response(earlier), response(later)) < policy.change.compare_from:
        return NoComparisonReason.RESPONSE, ""
    return None


def response(released: Released) -> float:
    """Return the share that answered, not rounded: 59.6 % is under 60 %."""
    return released.n / released.invited if released.invited else 1.0


def compared_items(earlier: Released, later: Released, dimension_id: str, policy: Policy) -> frozenset[str]:
    """Return the items a dimension is compared on: all, or enough common ones; empty where it is not.

    Enough are the policy's number of common items, or half of the dimension's where that is more.
    """
    return _compared_items(earlier.version, later.version, dimension_id, policy.change.common_items)


@lru_cache(maxsize=256)
def _compared_items(earlier: Version, later: Version, dimension_id: str, common_items: int) -> frozenset[str]:
    dimension = later.dimension(dimension_id)
    found = comparability(earlier, later)
    if isinstance(found, FullyComparable):
        return frozenset(item.id for item in dimension.items)
    if not isinstance(found, CommonItems):
        return frozenset()
    shared = found.items.get(dimension_id, frozenset())
    if shared and shared == _items(earlier, dimension_id) == _items(later, dimension_id):
        return shared
    fewest = max(common_items, math.ceil(len(dimension.items) / 2))
    return shared if len(shared) >= fewest else frozenset()


def years_between(released: Sequence[Released]) -> tuple[float, ...]:
    """Return when each wave closed, in years after the first."""
    first = released[0].identity.closed_on
    return tuple((each.identity.closed_on - first).days / _YEAR for each in released)


def waves_beside(sealed: Sequence[SealedWave]) -> tuple[SealedWave, ...]:
    """Return the waves, oldest first, that the last of them is compared with, and that one.

    Those that asked a part of the questionnaire without every dimension of it are left out: a wave on two
    dimensions between two whole ones ends no series and is no wave before.
    """
    last = sealed[-1]
    return tuple(each for each in sealed if asks_all_of(each.version, last.version))


def judge(sealed: Sequence[SealedWave], policy: Policy) -> Verdicts:
    """Return what is to be told of the last of a unit's sealed waves, given oldest first.

    Welch's test of the persons' scores for each dimension and contrast, adjusted by Holm over all that are
    made and may be claimed. A dimension of which a mean is not released is not tested, nor are waves of fewer
    answers than an interval needs. What is judged never
    contradicts the released means: where they do not differ that way, there is no certain change.
    """
    waves = [
        _Wave(each, released)
        for each in waves_beside(sealed)
        if not isinstance(released := release(each, Audience.LEADER, policy), Suppressed)
    ]
    if not waves or waves[-1].sealed is not sealed[-1]:
        return Verdicts({})
    *before, last = waves
    comparable = [each for each in before if obstacle(each.released, last.released, policy) is None]
    candidates = {
        (contrast, dimension.id): _candidate(contrast, chosen, dimension, policy)
        for contrast, chosen in _contrasts(comparable, before, last).items()
        for dimension in last.sealed.version
    }
    tested = {
        key: each for key, each in candidates.items() if isinstance(each, _Candidate) and each.claimable
    }
    levels = statistics.holm_levels([each.exact.p for each in tested.values()], policy.change.confidence)
    confidences = dict(zip(tested, levels, strict=True))
    strictest = 1 - (1 - policy.change.confidence) / max(1, len(tested))
    found: dict[Contrast, dict[str, Judged]] = {}
    for (contrast, name), candidate in candidates.items():
        confidence = confidences.get((contrast, name), strictest)
        found.setdefault(contrast, {})[name] = _judged(candidate, confidence, strictest)
    return Verdicts(found)


def _contrasts(
    comparable: Sequence[_Wave], before: Sequence[_Wave], last: _Wave
) -> Mapping[Contrast, tuple[_Wave, ...]]:
    """Return the waves of each contrast that can be made; none is made twice under two names."""
    made: dict[Contrast, tuple[_Wave, ...]] = {}
    if comparable and comparable[-1] is before[-1]:
        made[Contrast.PREVIOUS] = (comparable[-1], last)
    if comparable and comparable[0] is not before[-1]:
        made[Contrast.FIRST] = (comparable[0], last)
    if len(comparable) + 1 >= _TREND_WAVES:
        made[Contrast.TREND] = (*comparable, last)
    return made


def _candidate(
    contrast: Contrast, waves: Sequence[_Wave], dimension: Dimension, policy: Policy
) -> _Candidate | Verdict:
    """Return a dimension's exact difference, or slope a year, or what is said instead of judging it."""
    last = waves[-1]
    sets = [compared_items(each.released, last.released, dimension.id, policy) for each in waves[:-1]]
    items = frozenset.intersection(*sets)
    if not items or (contrast is not Contrast.TREND and len(set(sets)) > 1):
        return Verdict.NO_COMMON_ITEMS
    if contrast is Contrast.TREND:
        waves = _of_trend(waves, dimension.id, items, policy)
    if not waves or waves[-1] is not last:
        return Verdict.NOT_RELEASED
    if min(each.released.n for each in waves) < policy.thresholds[Audience.LEADER].interval:
        return Verdict.NOT_RELEASED
    means = [mean_on_items(each.released, dimension.id, items) for each in waves]
    shown = [each for each in means if isinstance(each, ReleasedMean)]
    groups = [
        GroupMean.of(statistics.dimension_summary(each.sealed.moments, dimension.id, items)) for each in waves
    ]
    sound = [each for each in groups if isinstance(each, GroupMean)]
    if len(shown) < len(waves) or len(sound) < len(waves):
        return Verdict.NOT_RELEASED
    weights = contrast_weights(contrast, [each.released for each in waves])
    exact = statistics.linear_contrast(sound, weights)
    if isinstance(exact, Undefined):
        return Verdict.NOT_RELEASED
    claimable = min(response(each.released) for each in waves) >= policy.change.claim_from
    difference = math.fsum(weight * _ordered(mean) for weight, mean in zip(weights, shown, strict=True))
    return _Candidate(tuple(each.key for each in waves), exact, difference, claimable)


def _of_trend(
    waves: Sequence[_Wave], dimension_id: str, items: frozenset[str], policy: Policy
) -> tuple[_Wave, ...]:
    """Return the waves that a dimension's trend rests on, none where they are too few to be one."""
    found = tuple(
        each
        for each in waves
        if response(each.released) >= policy.change.claim_from
        and each.released.n >= policy.thresholds[Audience.LEADER].interval
        and isinstance(mean_on_items(each.released, dimension_id, items), ReleasedMean)
    )
    return found if len(found) >= _TREND_WAVES else ()


def contrast_weights(contrast: Contrast, waves: Sequence[Released]) -> tuple[float, ...]:
    """Return what each wave's mean counts: −1 and 1 of two, for a trend least squares' slope a year."""
    if contrast is not Contrast.TREND:
        return -1.0, 1.0
    years = years_between(waves)
    middle = math.fsum(years) / len(years)
    spread = math.fsum((each - middle) ** 2 for each in years)
    # waves that closed on one day have no slope
    return tuple((each - middle) / spread if spread else 0.0 for each in years)


def _ordered(mean: ReleasedMean) -> float:
    """Return a released mean so that one that is coded comes after every one that is not."""
    beyond = {Coding.EXACT: 0.0, Coding.UNDER: -mean.step, Coding.OVER: mean.step}
    return mean.value + beyond[mean.coding]


def _judged(candidate: _Candidate | Verdict, confidence: float, strictest: float) -> Judged:
    """Choose the sentence about change, here and nowhere else."""
    if isinstance(candidate, Verdict):
        return Judged(candidate, (), confidence, strictest)
    verdict = Verdict.NO_CERTAIN_CHANGE
    interval = candidate.exact.interval(confidence)
    if not candidate.claimable:
        verdict = Verdict.RESPONSE_TOO_LOW
    elif interval.low > 0 and candidate.shown > _SLACK:
        verdict = Verdict.HIGHER
    elif interval.high < 0 and candidate.shown < -_SLACK:
        verdict = Verdict.LOWER
    return Judged(verdict, candidate.waves, confidence, strictest)


def _judged_from(stored: Sequence[object]) -> Judged:
    verdict, waves, confidence, strictest = stored
    if not isinstance(waves, list):
        raise TypeError
    keys = tuple(str(key) for key in waves)
    return Judged(Verdict(verdict), keys, float(str(confidence)), float(str(strictest)))


def _items(version: Version, dimension_id: str) -> frozenset[str]:
    dimensions = {dimension.id: dimension for dimension in version}
    if dimension_id not in dimensions:
        return frozenset()
    return frozenset(item.id for item in dimensions[dimension_id].items)
