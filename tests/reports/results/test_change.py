from dataclasses import replace

import pytest

from instruments import statistics
from reports.disclosure import SUPPRESSED, Audience, NoOtherReleases, Suppressed
from reports.results.change import NotCompared, compare
from reports.results.profile import profile
from reports.results.verdicts import Contrast, NoComparisonReason, Verdict
from tests.policies import POLICY
from tests.reports.results.test_verdicts import MINOR, released, wave


def shown(waves, audience=Audience.LEADER):
    return profile(waves, audience, POLICY)


def change_of(waves, name="trust", place=0):
    return shown(waves).comparisons[place].changes[name]


def test_the_difference_is_that_of_the_means_as_shown():
    earlier, later = wave(2025, 25, center=2.9), wave(2026, 60)
    found = change_of([earlier, later])
    assert found.estimate.difference == round(found.later.value - found.earlier.value, 2)
    figures = [released(each).dimensions["trust"] for each in (later, earlier)]
    spreads = [statistics.GroupMean(figure.n, figure.mean.value, figure.se) for figure in figures]
    exact = statistics.welch(*spreads).interval(found.estimate.interval.confidence)
    # rounded outwards, and by no more than the last decimal
    assert 0 <= exact.low - found.estimate.interval.low < 0.01 + 1e-9
    assert 0 <= found.estimate.interval.high - exact.high < 0.01 + 1e-9


def test_the_detectable_change_is_that_of_the_strictest_step_of_holm():
    earlier, later = wave(2025), wave(2026)
    figures = [released(each).dimensions["trust"] for each in (later, earlier)]
    spreads = [statistics.GroupMean(figure.n, figure.mean.value, figure.se) for figure in figures]
    exact = statistics.welch(*spreads).detectable(1 - 0.05 / 2)
    assert 0 <= change_of([earlier, later]).estimate.interval.detectable - exact <= 0.01 + 1e-9


def test_the_detectable_change_is_seen_with_the_power_that_the_policy_says():
    careful = replace(POLICY, change=replace(POLICY.change, power=0.95))
    waves = [wave(2025), wave(2026)]
    [found] = profile(waves, Audience.LEADER, careful).comparisons
    assert found.changes["trust"].estimate.interval.detectable > change_of(waves).estimate.interval.detectable


def test_more_people_see_smaller_changes():
    few = change_of([wave(2025, 20), wave(2026, 20)]).estimate.interval
    many = change_of([wave(2025, 80), wave(2026, 80)]).estimate.interval
    assert few.detectable > (few.high - few.low) / 2
    assert many.detectable < few.detectable


def test_below_an_interval_nothing_but_the_means_is_shown():
    found = change_of([wave(2025, 8, center=2.6), wave(2026, 8, center=3.6)])
    assert found.estimate is SUPPRESSED
    assert found.verdict is Verdict.NOT_RELEASED
    assert found.earlier.value < found.later.value


@pytest.mark.parametrize("seed", range(8))
def test_what_is_shown_never_contradicts_what_was_judged(seed):
    changes = [
        change
        for n in (11, 17, 22)
        for change in shown(
            [wave(2025, n, seed=seed, center=3.2), wave(2026, n, seed=seed + 100, center=3.7)]
        ).step.changes.values()
        if not isinstance(change.estimate.interval, Suppressed)
    ]
    assert changes
    assert [each for each in changes if not agrees(each)] == []


def agrees(change):
    ends = change.estimate.interval
    signs = {Verdict.HIGHER: ends.low > 0, Verdict.LOWER: ends.high < 0}
    return signs.get(change.verdict, ends.low <= 0 <= ends.high)


def test_a_coded_mean_is_shown_without_a_difference():
    rows = [[5] * 8 for _ in range(14)]
    found = change_of([wave(2025, 14, center=2.8), wave(2026, rows=rows)])
    assert found.estimate is SUPPRESSED
    assert found.verdict is Verdict.HIGHER


def test_an_owner_is_told_the_same_where_both_means_are_shown_and_nothing_where_one_is_not():
    waves = [wave(2025, 30, center=2.4), wave(2026, 30, center=3.9)]
    ledger = NoOtherReleases()
    leader, owner = (
        profile(waves, audience, POLICY, ledger) for audience in (Audience.LEADER, Audience.OWNER)
    )
    assert leader.step.changes == owner.step.changes
    waves = [wave(2025, 9, center=2.4), wave(2026, 30, center=3.9)]
    owner = profile(waves, Audience.OWNER, POLICY, ledger)
    assert owner.comparisons == ()


def test_across_versions_the_means_are_those_of_the_common_items_without_an_interval():
    waves = [wave(2025, center=2.4), wave(2026, version=MINOR, center=3.9)]
    step = shown(waves).step
    assert (step.items, step.partial) == ({"t1", "t2", "t3"}, True)
    found = step.changes["trust"]
    assert found.verdict is Verdict.HIGHER
    tables = [released(waves[0]).item_figures[item].histogram.shares for item in ("t1", "t2", "t3")]
    means = [sum(code * share for code, share in table.items()) / 100 for table in tables]
    assert found.earlier.value == pytest.approx(sum(means) / 3, abs=0.005 + 1e-9)
    assert found.estimate.interval is SUPPRESSED
    assert step.changes["goals"].verdict is Verdict.NO_COMMON_ITEMS
    # an owner is not shown the tables, and so neither the means nor what was judged of them
    owner = profile(waves, Audience.OWNER, POLICY, NoOtherReleases()).step.changes["trust"]
    assert owner.verdict is Verdict.NOT_RELEASED


def test_waves_that_may_not_be_compared_say_why():
    found = shown([wave(2025), wave(2026, edition="barnehage")]).step
    assert (type(found), found.obstacle) == (NotCompared, NoComparisonReason.EDITION)
    found = shown([wave(2025, invited=81), wave(2026)]).step
    assert (type(found), found.obstacle) == (NotCompared, NoComparisonReason.RESPONSE)


def test_waves_of_different_units_are_a_fault_of_the_program():
    with pytest.raises(ValueError, match="same unit"):
        compare(Contrast.PREVIOUS, [released(wave(2025)), released(wave(2026, unit="berg"))], {}, POLICY)


def test_three_waves_are_shown_in_three_contrasts_with_the_one_before_first():
    waves = [wave(2023, center=2.6), wave(2024, center=3.0), wave(2025, center=3.4)]
    found = shown(waves).comparisons
    assert [each.contrast for each in found] == list(Contrast)
    assert [len(each.waves) for each in found] == [2, 2, 3]
    trend = found[2].changes["trust"]
    assert trend.verdict is Verdict.HIGHER
    assert trend.estimate.difference == pytest.approx(0.4, abs=0.25)


def test_a_wave_with_nothing_released_is_compared_with_nothing():
    found = shown([wave(2025), wave(2026, 4)])
    assert (found.released, found.comparisons) == (SUPPRESSED, ())


def test_the_point_of_an_earlier_wave_rests_on_the_items_it_is_compared_on():
    waves = [wave(2025), wave(2026, version=MINOR)]
    points = shown(waves).series("trust")
    assert points[0].interval is SUPPRESSED
    assert points[0].mean.value != released(waves[0]).dimensions["trust"].mean.value
    assert not isinstance(points[1].interval, Suppressed)
    same = shown([wave(2025), wave(2026)]).series("trust")
    assert same[0].mean == released(wave(2025)).dimensions["trust"].mean


def test_lines_join_only_waves_that_may_be_compared():
    waves = [wave(2024), wave(2025, invited=81), wave(2026)]
    found = shown(waves)
    identities = [each.identity for each in waves]
    assert not found.compared(*identities[:2])
    assert not found.compared(*identities[1:])
    assert found.compared(identities[0], identities[2])
