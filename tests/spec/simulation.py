"""Wave pairs of a made-up place, to see how often the rules of change are wrong and what they see.

A person's answer is the sum of how the person sees the place, how the person sees the dimension, and chance,
rounded to the five categories: dimension scores spread by about 0.6 points and go together at about 0.4, as
staff surveys do. "The same people" keep both views and answer anew.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from instruments.statistics import GroupMean, MeanDifference, holm_levels, welch
from reports.disclosure import Audience, rounding
from reports.results.change import _estimate
from tests.instruments.building import built
from tests.policies import POLICY

DIMENSIONS, ITEMS, CENTER = 9, 4, 3.3
PERSON, DIMENSION, CHANCE = 0.38, 0.31, 0.7
SEED = 20260401
HALF, MUCH = 0.515, 0.85  # on the unrounded scale; rounded to five categories scores move by 0.5 and 0.8
SIZES = (8, 12, 20, 40, 80)
PAIRS = 4000
MOVED = 0.3  # scale points that look like news to somebody who sees only two means

THRESHOLDS = POLICY.thresholds[Audience.LEADER]

VERSION = built({f"d{d}": [f"d{d}i{item}" for item in range(ITEMS)] for d in range(DIMENSIONS)})


@dataclass(frozen=True)
class Rates:
    """Shares of wave pairs, 0 to 1, at one size of staff."""

    people: int
    moved: float
    false_alarm: float
    false_alarm_same_people: float
    seen_half: float
    seen_much: float


def answers(random, pairs, people, *, same=False, shift=0.0):
    """Two waves of category codes: pairs × people × dimensions × items; `shift` moves one dimension."""

    def views():
        person = random.normal(0, PERSON, (pairs, people, 1, 1))
        return CENTER + person + random.normal(0, DIMENSION, (pairs, people, DIMENSIONS, 1))

    before = views()
    after = before.copy() if same else views()
    after[:, :, 0] += shift
    shape = (pairs, people, DIMENSIONS, ITEMS)
    return tuple(
        np.clip(np.rint(seen + random.normal(0, CHANCE, shape)), 1, 5).astype(np.int8)
        for seen in (before, after)
    )


def told(wave):
    """Per pair, what the gate tells a leader of each dimension, or None without an interval; and its step."""
    people = wave.shape[1]
    scores = wave.mean(axis=3)
    means, errors = scores.mean(axis=1), scores.std(axis=1, ddof=1) / np.sqrt(people)
    if people < THRESHOLDS.interval:
        return None
    step = rounding.mean_step(people, ITEMS, THRESHOLDS.item, POLICY)
    quantile = float(special.stdtrit(people - 1, (1 + POLICY.confidence) / 2))
    return [
        [_told(people, mean, error, step, quantile) for mean, error in zip(*row, strict=True)]
        for row in zip(means.tolist(), errors.tolist(), strict=True)
    ]


def _told(people, mean, error, step, quantile):
    value = rounding.round_to(mean, step)
    half = rounding.round_up(quantile * error + abs(value - mean), step)
    return GroupMean(people, value, round(half / quantile, 4)), step


def claims(before, after):
    """The dimensions of one pair that are claimed, and the direction, as `reports.results.change` does it."""
    found = [welch(later, earlier, step) for (earlier, step), (later, _) in zip(before, after, strict=True)]
    tested = [(place, each) for place, each in enumerate(found) if isinstance(each, MeanDifference)]
    levels = holm_levels([each.p for _, each in tested], POLICY.change.confidence)
    shown = [
        (place, _estimate(each, level, level, POLICY.change))
        for (place, each), level in zip(tested, levels, strict=True)
    ]
    return {
        place: 1 if estimate.low > 0 else -1
        for place, estimate in shown
        if estimate.low > 0 or estimate.high < 0
    }


def claimed(random, people, **options):
    """The claims of every simulated pair; none where no interval is told."""
    before, after = (told(wave) for wave in answers(random, PAIRS, people, **options))
    if before is None:
        return [{}] * PAIRS
    return [claims(*pair) for pair in zip(before, after, strict=True)]


def simulated(people):
    """The rates at one size of staff."""
    random = np.random.default_rng([SEED, people])
    means = [wave.mean(axis=(1, 3)) for wave in answers(random, PAIRS, people)]
    return Rates(
        people,
        float((np.abs(means[1] - means[0]).max(axis=1) >= MOVED - 1e-9).mean()),
        float(np.mean([bool(found) for found in claimed(random, people)])),
        float(np.mean([bool(found) for found in claimed(random, people, same=True)])),
        *(
            float(np.mean([found.get(0) == 1 for found in claimed(random, people, shift=shift)]))
            for shift in (HALF, MUCH)
        ),
    )
