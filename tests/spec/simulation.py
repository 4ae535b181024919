"""Waves of a made-up unit, to see how often the rules of change are wrong and what they see.

A person's answer is the sum of how the person sees the unit, how the person sees the dimension, and chance,
rounded to the five categories: dimension scores spread by about 0.6 points and go together at about 0.4, as
staff surveys do. "The same people" keep both views and answer anew. Some answers are missing, as the
simulator of the demonstration has it: 2 percent are skipped, 4 percent are "don't know", by people who differ
in how much they leave out.
"""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from scipy import special

from instruments.scoring import required_answers
from reports.disclosure import Audience, Suppressed, release
from survey.demo.simulation import VarianceComponents, simulate
from tests.instruments.building import built
from tests.policies import POLICY
from tests.reports.waves import sealed_from

DIMENSIONS, ITEMS, CENTER = 9, 4, 3.3
PERSON, DIMENSION, CHANCE = 0.38, 0.31, 0.7
BLANK = VarianceComponents().skipped + VarianceComponents().unscored
SEED = 20260401
HALF, MUCH = 0.515, 0.85  # on the unrounded scale; rounded to five categories scores move by 0.5 and 0.8
SIZES = (8, 12, 20, 40, 80)
PAIRS = 4000
MOVED = 0.3  # scale points that look like news to somebody who sees only two means
TREND_WAVES, TREND_RISE, TREND_PEOPLE, TREND_UNITS = 9, 0.1, 22, 1000

LEADER = POLICY.thresholds[Audience.LEADER]
VERSION = built({f"d{d}": [f"d{d}i{item}" for item in range(ITEMS)] for d in range(DIMENSIONS)})
REQUIRED = required_answers(VERSION, VERSION.dimensions[0])


@dataclass(frozen=True)
class Rates:
    """Shares of wave pairs, 0 to 1, at one size of staff."""

    people: int
    moved: float
    false_alarm: float
    false_alarm_same_people: float
    seen_half: float
    seen_much: float


def answers(random, pairs, people, *, same=False, shift=0.0, blank=BLANK, waves=2):
    """Waves of category codes, NaN where missing: pairs × people × dimensions × items each.

    `shift` moves the first dimension from each wave to the next.
    """
    found, views = [], None
    for number in range(waves):
        if views is None or not same:
            person = random.normal(0, PERSON, (pairs, people, 1, 1))
            views = CENTER + person + random.normal(0, DIMENSION, (pairs, people, DIMENSIONS, 1))
        shape = (pairs, people, DIMENSIONS, ITEMS)
        seen = views + random.normal(0, CHANCE, shape)
        seen[:, :, 0] += number * shift
        codes = np.clip(np.rint(seen), 1, 5)
        reluctance = random.gamma(1.0, size=(pairs, people, 1, 1))
        codes[random.random(shape) < blank * reluctance] = np.nan
        found.append(codes)
    return found


def moments(wave):
    """Persons with a score, mean and squared standard error of their scores: pairs × dimensions each."""
    answered = np.isfinite(wave).sum(axis=3)
    totals = np.nansum(wave, axis=3)
    scores = np.where(answered >= REQUIRED, totals / np.maximum(answered, 1), np.nan)
    n = np.isfinite(scores).sum(axis=1)
    return n, np.nanmean(scores, axis=1), np.nanvar(scores, axis=1, ddof=1) / n


def contrast(waves, weights):
    """The estimate and the two-sided p of a contrast of exact means: Welch and Satterthwaite, by hand."""
    parts = [moments(wave) for wave in waves]
    estimate = sum(weight * mean for weight, (_, mean, _) in zip(weights, parts, strict=True))
    squares = [weight**2 * square for weight, (_, _, square) in zip(weights, parts, strict=True)]
    variance = sum(squares)
    spread = sum(square**2 / (n - 1) for square, (n, _, _) in zip(squares, parts, strict=True))
    df = variance**2 / spread
    return estimate, 2 * special.stdtr(df, -np.abs(estimate) / np.sqrt(variance))


def rejected(p):
    """Holm's procedure along the last axis: which hypotheses are rejected."""
    order = np.argsort(p, axis=-1)
    ordered = np.take_along_axis(p, order, axis=-1)
    limits = (1 - POLICY.change.confidence) / (p.shape[-1] - np.arange(p.shape[-1]))
    holds = np.logical_and.accumulate(ordered < limits, axis=-1)
    found = np.zeros_like(holds)
    np.put_along_axis(found, order, holds, axis=-1)
    return found


def claims(waves):
    """Per pair and dimension 1 for higher, −1 for lower, 0 otherwise: Welch and Holm on the exact scores."""
    estimate, p = contrast(waves, (-1, 1))
    if waves[0].shape[1] < LEADER.interval:
        return np.zeros(p.shape)
    return np.sign(estimate) * rejected(p)


def simulated(people):
    """The rates at one size of staff."""
    random = np.random.default_rng([SEED, people])
    null = answers(random, PAIRS, people)
    means = [np.nanmean(wave, axis=(1, 3)) for wave in null]
    same = answers(random, PAIRS, people, same=True)
    seen = [claims(answers(random, PAIRS, people, shift=shift))[:, 0] > 0 for shift in (HALF, MUCH)]
    return Rates(
        people,
        float((np.abs(means[1] - means[0]).max(axis=1) >= MOVED - 1e-9).mean()),
        float((claims(null) != 0).any(axis=1).mean()),
        float((claims(same) != 0).any(axis=1).mean()),
        *(float(found.mean()) for found in seen),
    )


def trends_seen(*, rise=TREND_RISE):
    """How often a dimension that rises by `rise` a wave is told to rise, of all units; and any false one.

    Three contrasts of nine dimensions share the error: the wave before, the first wave, the trend.
    """
    random = np.random.default_rng([SEED, TREND_WAVES])
    waves = answers(random, TREND_UNITS, TREND_PEOPLE, shift=rise, waves=TREND_WAVES)
    times = np.arange(TREND_WAVES) - (TREND_WAVES - 1) / 2
    weights = times / (times**2).sum()
    found = [
        contrast(waves[-2:], (-1, 1)),
        contrast((waves[0], waves[-1]), (-1, 1)),
        contrast(waves, weights),
    ]
    told = rejected(np.concatenate([p for _, p in found], axis=1))
    trend = told[:, 2 * DIMENSIONS :]
    others = np.delete(told, [0, DIMENSIONS, 2 * DIMENSIONS], axis=1)
    return float((trend[:, 0] & (found[2][0][:, 0] > 0)).mean()), float(others.any(axis=1).mean())


def sealed(codes, key, *, closed=date(2026, 4, 1), invited=None):
    """The sealed wave of one simulated unit: people × dimensions × items of codes."""
    rows = [[None if np.isnan(code) else int(code) for code in person.ravel()] for person in codes]
    found = sealed_from(VERSION, rows, wave=key, invited=invited)
    return replace(found, identity=replace(found.identity, closed_on=closed))


def standard_error_ratios(people, waves=60):
    """Every released standard error over the exact one, of all dimensions of so many waves."""
    random = np.random.default_rng([SEED, people, 1])
    [codes] = answers(random, waves, people, waves=1)
    exact = np.sqrt(moments(codes)[2])
    ratios = []
    for number in range(waves):
        released = release(sealed(codes[number], "w"), Audience.LEADER, POLICY)
        for place, figure in enumerate(released.dimensions.values()):
            if not isinstance(figure.se, Suppressed):
                ratios.append(figure.se / exact[number, place])
    return np.array(ratios)


def without_items(version, people, units=80):
    """The share of dimensions of simulated units whose item tables are not released to their leader."""
    random = np.random.default_rng([SEED, people, 2])
    levels = random.normal(3.5, 0.35, (units, len(version.dimensions)))
    hidden = 0
    for level in levels:
        held = {dimension.id: float(score) for dimension, score in zip(version, level, strict=True)}
        ease = {item.id: float(random.normal(0, 0.25)) for item in version.items}
        given = simulate(version, people, held, ease, random=random)
        rows = [
            [code if isinstance(code := answer[item.id], int) else None for item in version.items]
            for answer in given
        ]
        released = release(sealed_from(version, rows), Audience.LEADER, POLICY)
        hidden += sum(isinstance(each.histogram, Suppressed) for each in released.dimensions.values())
    return hidden / units / len(version.dimensions)
