from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from instruments import statistics
from instruments.versions import REASONS
from reports.disclosure import SUPPRESSED, Audience, release
from reports.results import change as changes
from reports.results.change import (
    Comparison,
    Estimate,
    NoComparisonReason,
    NotCompared,
    Verdict,
    _verdict,
    common_items,
)
from tests.instruments.building import built
from tests.policies import POLICY
from tests.reports.waves import FOUR, believable, sealed_from

compare = partial(changes.compare, rules=POLICY.change)
trajectory = partial(changes.trajectory, rules=POLICY.change)

AUTUMN, SPRING = {"wave": "2025-autumn"}, {"wave": "2026-spring"}


def told(version=FOUR, n=40, *, seed=1, center=3.4, items=None, rows=None, **options):
    """What the leader is told of n believable people."""
    rows = rows or believable(version, n, seed=seed, center=center)
    released = release(sealed_from(version, rows, **options), Audience.LEADER, POLICY, items=items)
    assert released is not SUPPRESSED
    return released


def verdicts(comparison):
    return {name: change.verdict for name, change in comparison.changes.items()}


def test_a_large_change_is_told_and_its_direction():
    low, high = told(center=2.4, **AUTUMN), told(center=3.9, seed=2, **SPRING)
    assert set(verdicts(compare(low, high)).values()) == {Verdict.HIGHER}
    assert set(verdicts(compare(high, low)).values()) == {Verdict.LOWER}


def test_different_people_of_the_same_place_have_not_certainly_changed():
    found = verdicts(compare(told(seed=1, **AUTUMN), told(seed=2, **SPRING)))
    assert set(found.values()) == {Verdict.NO_CERTAIN_CHANGE}


def test_the_interval_is_welch_s_widened_by_holm_and_by_the_rounding_of_the_means():
    earlier, later = told(n=25, seed=3, center=2.9, **AUTUMN), told(n=60, seed=4, **SPRING)
    change = compare(earlier, later).changes["trust"]
    before, after = earlier.dimensions["trust"], later.dimensions["trust"]
    spreads = [statistics.GroupMean(figure.n, figure.mean.value, figure.se) for figure in (after, before)]
    exact = statistics.welch(*spreads).interval(change.estimate.confidence)
    assert change.estimate.confidence in {0.95, 0.975}
    assert change.estimate.difference == round(after.mean.value - before.mean.value, 2)
    assert 0.01 <= exact.low - change.estimate.low < 0.02 + 1e-9
    assert 0.01 <= change.estimate.high - exact.high < 0.02 + 1e-9


def test_the_detectable_change_is_larger_than_the_half_interval_and_shrinks_with_people():
    few = compare(told(n=20, **AUTUMN), told(n=20, seed=2, **SPRING)).changes["trust"].estimate
    many = compare(told(n=80, **AUTUMN), told(n=80, seed=2, **SPRING)).changes["trust"].estimate
    assert few.detectable > (few.high - few.low) / 2
    assert many.detectable < few.detectable


def test_the_detectable_change_is_that_of_the_strictest_step_of_holm():
    earlier, later = told(**AUTUMN), told(seed=2, **SPRING)
    figures = [released.dimensions["trust"] for released in (later, earlier)]
    spreads = [statistics.GroupMean(figure.n, figure.mean.value, figure.se) for figure in figures]
    exact = statistics.welch(*spreads, 0.01).detectable(1 - 0.05 / 2)
    shown = compare(earlier, later).changes["trust"].estimate.detectable
    assert 0 <= shown - exact <= 0.01


def test_rounded_means_without_an_interval_carry_no_claim():
    found = compare(told(n=8, center=1.6, **AUTUMN), told(n=8, center=4.4, seed=2, **SPRING))
    assert {change.estimate for change in found.changes.values()} == {SUPPRESSED}
    assert set(verdicts(found).values()) == {Verdict.NOT_RELEASED}


@pytest.mark.parametrize(
    ("invited", "expected"),
    [
        (40, Verdict.HIGHER),
        (66, Verdict.HIGHER),  # 60.6 %
        (67, Verdict.RESPONSE_TOO_LOW),  # 59.7 %, which rounds to 60
        (80, Verdict.RESPONSE_TOO_LOW),  # 50 %
    ],
)
def test_no_change_is_claimed_under_60_percent_in_either_wave(invited, expected):
    low, high = told(center=2.4, **AUTUMN), told(center=3.9, seed=2, invited=invited, **SPRING)
    assert set(verdicts(compare(low, high)).values()) == {expected}
    low, high = told(center=2.4, invited=invited, **AUTUMN), told(center=3.9, seed=2, **SPRING)
    found = compare(low, high)
    assert set(verdicts(found).values()) == {expected}
    assert found.changes["trust"].estimate is not SUPPRESSED


def test_a_change_may_be_claimed_at_60_percent_exactly():
    low, high = told(n=42, center=2.4, invited=70, **AUTUMN), told(center=3.9, seed=2, **SPRING)
    assert set(verdicts(compare(low, high)).values()) == {Verdict.HIGHER}


def test_an_interval_that_touches_zero_is_no_certain_change():
    touching = Estimate(0.2, 0.0, 0.4, 0.95, 0.5, 2), Estimate(-0.2, -0.4, 0.0, 0.95, 0.5, 2)
    found = {_verdict(estimate, common=True, claimable=True) for estimate in touching}
    assert found == {Verdict.NO_CERTAIN_CHANGE}


@pytest.mark.parametrize("sides", [(81, 40), (40, 81)])
def test_waves_under_50_percent_are_not_compared(sides):
    earlier, later = told(invited=sides[0], **AUTUMN), told(seed=2, invited=sides[1], **SPRING)
    found = compare(earlier, later)
    assert (type(found), found.obstacle) == (NotCompared, NoComparisonReason.RESPONSE)


def test_editions_and_major_versions_are_not_compared():
    found = compare(told(**AUTUMN), told(edition="barnehage", **SPRING))
    assert found.obstacle is NoComparisonReason.EDITION
    made_anew = replace(FOUR, number="2.0.0", content_hash="2")
    found = compare(told(**AUTUMN), told(made_anew, **SPRING))
    assert (found.obstacle, found.reason) == (NoComparisonReason.VERSION, "major")
    assert found.reason in REASONS


MINOR = replace(
    built({"trust": ["t1", "t2", "t3", "t5"], "goals": ["h1", "h2"]}), number="1.1.0", content_hash="1.1"
)


def test_across_versions_only_the_common_items_are_compared_and_named():
    items = common_items([FOUR, MINOR])
    assert items == {"t1", "t2", "t3"}
    earlier, later = told(center=2.4, items=items, **AUTUMN), told(MINOR, center=3.9, items=items, **SPRING)
    found = compare(earlier, later)
    assert (found.items, found.partial) == (items, True)
    assert verdicts(found) == {"trust": Verdict.HIGHER, "goals": Verdict.NO_COMMON_ITEMS}


def test_a_version_without_a_dimension_leaves_it_without_comparison():
    pulse = replace(built({"trust": ["t1"], "other": ["o1"]}), number="1.2.0", content_hash="pulse")
    items = common_items([pulse, FOUR])
    found = compare(told(pulse, items=items, **AUTUMN), told(items=items, seed=2, **SPRING))
    assert verdicts(found) == {"trust": Verdict.NO_CERTAIN_CHANGE, "goals": Verdict.NO_COMMON_ITEMS}


def test_waves_released_on_different_items_are_a_fault_of_the_program():
    with pytest.raises(ValueError, match="common"):
        compare(told(**AUTUMN), told(MINOR, **SPRING))
    with pytest.raises(ValueError, match="common"):
        compare(told(**AUTUMN), told(items=frozenset({"t1"}), **SPRING))
    with pytest.raises(ValueError, match="same unit"):
        compare(told(**AUTUMN), told(unit="berg", **SPRING))


def test_all_items_are_common_to_versions_that_mean_the_same():
    corrected = replace(FOUR, number="1.0.1", content_hash="patch")
    assert common_items([FOUR]) is None
    assert common_items([FOUR, corrected]) is None
    found = compare(told(**AUTUMN), told(corrected, seed=2, **SPRING))
    assert (found.partial, len(found.items)) == (False, 8)


def test_a_trajectory_orders_the_waves_and_compares_each_with_the_one_before():
    years = [(2024, 2.0), (2025, 3.9), (2026, 3.9)]
    waves = []
    for year, center in years:
        sealed = sealed_from(FOUR, believable(FOUR, 40, seed=year, center=center), wave=str(year))
        identity = replace(sealed.identity, closed_on=date(year, 4, 1))
        waves.append(release(replace(sealed, identity=identity), Audience.LEADER, POLICY))
    found = trajectory([waves[2], waves[0], waves[1]])
    assert [wave.identity.wave for wave in found.waves] == ["2024", "2025", "2026"]
    first, second = (verdicts(step)["trust"] for step in found.steps)
    assert (first, second) == (Verdict.HIGHER, Verdict.NO_CERTAIN_CHANGE)
    assert isinstance(found.steps[0], Comparison)


def test_the_rules_are_those_of_the_privacy_chapter():
    assert (POLICY.change.compare_from, POLICY.change.claim_from, POLICY.change.confidence) == (
        0.5,
        0.6,
        0.95,
    )
