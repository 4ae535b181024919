"""Leader, owner and researcher compare what they were shown: one number and one verdict for one figure."""

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.disclosure import (
    SUPPRESSED,
    Audience,
    Coding,
    Released,
    ReleasedDimension,
    ReleasedMean,
    Suppressed,
    release,
)
from reports.disclosure.differencing.ledger import Ledger, decide
from reports.results.change import Comparison
from reports.results.profile import profile
from reports.results.verdicts import Verdict, judge
from tests.policies import POLICY
from tests.reports.waves import FOUR, believable, sealed_from

FIGURES = [each.name for each in fields(ReleasedDimension)]


def sealed_wave(number, rows, invited, *, among=False):
    sealed = sealed_from(FOUR, rows, invited=invited, wave=f"w{number}", among=among)
    return replace(sealed, identity=replace(sealed.identity, closed_on=date(2020 + number, 4, 1)))


@st.composite
def followed(draw):
    """Two to five waves of a unit that moves, whose people skip items, and of whom some do not answer."""
    waves, among = [], draw(st.booleans())
    for number in range(draw(st.integers(2, 5))):
        n = draw(st.integers(5, 45))
        center = draw(st.sampled_from([1.4, 2.8, 3.3, 4.0, 4.7]))
        rows = believable(FOUR, n, draw(st.integers(0, 999)), center=center, spread=draw(st.floats(0.2, 1.0)))
        drawn = np.random.default_rng(number)
        rows = [[None if drawn.random() < 0.06 else code for code in row] for row in rows]
        waves.append(sealed_wave(number, rows, draw(st.integers(n, 2 * n)), among=among))
    return waves


def shown_to(waves, audience):
    ledger = decide(Ledger(), waves, POLICY)
    return profile(waves, audience, POLICY, ledger, judged=judge(waves, POLICY))


@settings(max_examples=120)
@given(followed())
def test_no_two_readers_are_shown_different_numbers_or_verdicts(waves):
    readers = [shown_to(waves, audience) for audience in Audience]
    for each in zip(*(_figures(reader) for reader in readers), strict=True):
        assert len({repr(figure) for figure in each if figure is not SUPPRESSED}) <= 1
    verdicts = {}
    for reader in readers:
        for step in reader.comparisons:
            if isinstance(step, Comparison):
                for name, change in step.changes.items():
                    if change.verdict is not Verdict.NOT_RELEASED:
                        verdicts.setdefault((step.contrast, name), set()).add(change.verdict)
    assert all(len(found) == 1 for found in verdicts.values())


def _figures(reader):
    released = reader.released if isinstance(reader.released, Released) else None
    for dimension in FOUR:
        for name in FIGURES:
            yield getattr(released.dimensions[dimension.id], name) if released else SUPPRESSED
    for item in FOUR.items:
        yield released.item_figures[item.id] if released else SUPPRESSED
    yield (released.n, released.invited, released.response_rate) if released else SUPPRESSED


def test_the_readers_of_such_waves_are_shown_verdicts_and_numbers():
    waves = [
        sealed_wave(0, believable(FOUR, 30, 1, center=2.6), 32),
        sealed_wave(1, believable(FOUR, 29, 2, center=3.8), 32),
    ]
    steps = [shown_to(waves, audience).step for audience in Audience]
    verdicts = [change.verdict for step in steps for change in step.changes.values()]
    assert verdicts == [Verdict.HIGHER] * 2 * len(Audience)


@settings(max_examples=120)
@given(followed())
def test_no_number_that_is_shown_contradicts_the_verdict_beside_it(waves):
    for audience in (Audience.LEADER, Audience.OUTSIDE):
        for step in shown_to(waves, audience).comparisons:
            for change in step.changes.values() if isinstance(step, Comparison) else ():
                _agrees(change)


def _agrees(change):
    estimate, verdict = change.estimate, change.verdict
    if isinstance(estimate, Suppressed):
        return
    ends = estimate.interval
    if verdict is Verdict.HIGHER:
        assert estimate.difference > 0
        assert isinstance(ends, Suppressed) or ends.low > 0
    elif verdict is Verdict.LOWER:
        assert estimate.difference < 0
        assert isinstance(ends, Suppressed) or ends.high < 0
    elif verdict is Verdict.NO_CERTAIN_CHANGE:
        assert isinstance(ends, Suppressed) or ends.low <= 0 <= ends.high


@pytest.mark.parametrize(("before", "after"), [(4.9, 5.0), (1.1, 1.0)])
def test_two_means_that_are_both_coded_are_told_to_be_neither_higher_nor_lower(before, after):
    waves = []
    for number, center in enumerate((before, after)):
        rows = believable(FOUR, 12, number, center=center, spread=0.05)
        rows = [[round(center)] * 8 if place else row for place, row in enumerate(rows)]
        waves.append(sealed_wave(number, rows, 12))
    shown = [release(each, Audience.LEADER, POLICY).dimensions["trust"].mean for each in waves]
    assert all(isinstance(mean, ReleasedMean) and mean.coding is not Coding.EXACT for mean in shown)
    step = shown_to(waves, Audience.LEADER).step
    assert step.changes["trust"].verdict in {Verdict.NO_CERTAIN_CHANGE, Verdict.NOT_RELEASED}
