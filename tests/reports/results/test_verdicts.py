from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.stats import ttest_ind

from instruments.problems import Damaged
from instruments.versions import REASONS
from reports.disclosure import Audience, release
from reports.results.verdicts import (
    Contrast,
    NoComparisonReason,
    Verdict,
    Verdicts,
    compared_items,
    contrast_weights,
    judge,
    obstacle,
)
from tests.instruments.building import built
from tests.policies import POLICY, STRICT
from tests.reports.waves import FOUR, believable, sealed_from

MINOR = replace(
    built({"trust": ["t1", "t2", "t3", "t5"], "goals": ["h1", "h2"]}), number="1.1.0", content_hash="1.1"
)
PREVIOUS, FIRST, TREND = Contrast


def wave(year, n=40, *, version=FOUR, seed=None, center=3.4, rows=None, month=4, **options):
    """A sealed wave of believable people, closed in that year."""
    rows = rows or believable(version, n, seed=year if seed is None else seed, center=center)
    sealed = sealed_from(version, rows, wave=f"w{year}-{month}", **options)
    return replace(sealed, identity=replace(sealed.identity, closed_on=date(year, month, 1)))


def verdicts(waves, contrast=PREVIOUS, policy=POLICY):
    return {name: each.verdict for name, each in judge(waves, policy).contrasts[contrast].items()}


def released(sealed):
    return release(sealed, Audience.LEADER, POLICY)


def test_a_large_change_is_told_with_its_direction():
    low, high = wave(2025, center=2.4), wave(2026, center=3.9)
    assert set(verdicts([low, high]).values()) == {Verdict.HIGHER}
    low, high = wave(2026, center=2.4), wave(2025, center=3.9)
    assert set(verdicts([high, low]).values()) == {Verdict.LOWER}


def test_different_people_of_the_same_unit_have_not_certainly_changed():
    assert set(verdicts([wave(2025), wave(2026)]).values()) == {Verdict.NO_CERTAIN_CHANGE}


def test_one_wave_alone_is_compared_with_nothing():
    assert judge([wave(2025)], POLICY).contrasts == {}


def test_two_waves_make_one_contrast_and_three_make_three():
    assert set(judge([wave(2025), wave(2026)], POLICY).contrasts) == {PREVIOUS}
    assert set(judge([wave(2024), wave(2025), wave(2026)], POLICY).contrasts) == {PREVIOUS, FIRST, TREND}


def test_the_confidence_is_what_holm_left_of_all_contrasts_together():
    waves = [wave(2024, center=2.4), wave(2025), wave(2026)]
    judged = judge(waves, POLICY)
    levels = [each.confidence for of in judged.contrasts.values() for each in of.values()]
    assert len(levels) == 6
    # the smallest p of six is compared at a sixth of five percent, and so on
    assert max(levels) == pytest.approx(1 - 0.05 / 6)
    assert {round(each.strictest, 9) for of in judged.contrasts.values() for each in of.values()} == {
        round(1 - 0.05 / 6, 9)
    }


def test_a_difference_is_judged_by_welch_on_the_scores_of_the_persons():
    agreeing = 0
    for seed in range(12):
        pair = [believable(FOUR, 25, seed=seed, center=3.2), believable(FOUR, 30, seed=seed + 50, center=3.7)]
        scores = [[np.mean(row[:4]) for row in rows] for rows in pair]
        goals = [[np.mean([row[4], row[5], 6 - row[6], row[7]]) for row in rows] for rows in pair]
        p = sorted(ttest_ind(before, after, equal_var=False).pvalue for before, after in (scores, goals))
        expected = 0 if p[0] >= 0.025 else 1 if p[1] >= 0.05 else 2
        told = verdicts([wave(2025, rows=pair[0]), wave(2026, rows=pair[1])])
        assert sum(each is Verdict.HIGHER for each in told.values()) == expected
        agreeing += expected
    assert 0 < agreeing < 24


@pytest.mark.parametrize("few", [9, 10])
def test_nothing_is_judged_of_fewer_answers_than_an_interval_needs(few):
    told = set(verdicts([wave(2025, few, center=1.6), wave(2026, 40, center=4.4)]).values())
    assert (told == {Verdict.NOT_RELEASED}) is (few == 9)


@pytest.mark.parametrize(
    ("invited", "expected"),
    [
        (40, Verdict.HIGHER),
        (66, Verdict.HIGHER),  # 60.6 %
        (67, Verdict.RESPONSE_TOO_LOW),  # 59.7 %, which rounds to 60
        (80, Verdict.RESPONSE_TOO_LOW),  # 50 %
    ],
)
@pytest.mark.parametrize("place", [0, 1])
def test_no_change_is_claimed_under_60_percent_in_either_wave(invited, expected, place):
    sides = [40, 40]
    sides[place] = invited
    waves = [wave(2025, center=2.4, invited=sides[0]), wave(2026, center=3.9, invited=sides[1])]
    assert set(verdicts(waves).values()) == {expected}


def test_a_change_may_be_claimed_at_60_percent_exactly():
    assert set(verdicts([wave(2025, 42, center=2.4, invited=70), wave(2026, center=3.9)]).values()) == {
        Verdict.HIGHER
    }


@pytest.mark.parametrize("sides", [(81, 40), (40, 81)])
def test_waves_under_50_percent_are_not_compared(sides):
    waves = [wave(2025, invited=sides[0]), wave(2026, invited=sides[1])]
    assert obstacle(*map(released, waves), POLICY) == (NoComparisonReason.RESPONSE, "")
    assert judge(waves, POLICY).contrasts == {}


def test_editions_and_major_versions_are_not_compared():
    before, other = wave(2025), wave(2026, edition="barnehage")
    assert obstacle(released(before), released(other), POLICY) == (NoComparisonReason.EDITION, "")
    made_anew = replace(FOUR, number="2.0.0", content_hash="2")
    reason, why = obstacle(released(before), released(wave(2026, version=made_anew)), POLICY)
    assert (reason, why) == (NoComparisonReason.VERSION, "major")
    assert why in REASONS


def test_across_versions_enough_common_items_are_compared_and_fewer_are_not():
    waves = [wave(2025, center=2.4), wave(2026, version=MINOR, center=3.9)]
    assert compared_items(*map(released, waves), "trust", POLICY) == {"t1", "t2", "t3"}
    assert compared_items(*map(released, waves), "goals", POLICY) == frozenset()
    assert compared_items(*map(released, waves), "trust", STRICT) == frozenset()
    assert verdicts(waves) == {"trust": Verdict.HIGHER, "goals": Verdict.NO_COMMON_ITEMS}


def test_a_part_of_a_dimension_is_compared_only_where_its_tables_are_released():
    alike = [[4, *row[1:]] for row in believable(FOUR, 40, seed=3, center=2.4)]
    waves = [wave(2025, rows=alike), wave(2026, version=MINOR, center=3.9)]
    assert verdicts(waves)["trust"] is Verdict.NOT_RELEASED


def test_all_items_are_common_to_versions_that_mean_the_same():
    corrected = replace(FOUR, number="1.0.1", content_hash="patch")
    waves = [wave(2025), wave(2026, version=corrected)]
    assert compared_items(*map(released, waves), "trust", POLICY) == {"t1", "t2", "t3", "t4"}
    assert set(verdicts(waves).values()) == {Verdict.NO_CERTAIN_CHANGE}


def test_a_wave_that_cannot_be_compared_is_no_first_wave_and_no_part_of_the_trend():
    other = wave(2022, edition="barnehage")
    judged = judge([other, wave(2023), wave(2024), wave(2025)], POLICY).contrasts
    assert judged[FIRST]["trust"].waves == ("w2023-4", "w2025-4")
    assert judged[TREND]["trust"].waves == ("w2023-4", "w2024-4", "w2025-4")


def test_a_trend_leaves_out_waves_of_low_response_and_ends_with_the_last():
    few = wave(2023, invited=70)
    judged = judge([wave(2022), few, wave(2024), wave(2025)], POLICY).contrasts
    assert judged[TREND]["trust"].waves == ("w2022-4", "w2024-4", "w2025-4")
    last = judge([wave(2022), wave(2023), wave(2024), wave(2025, invited=70)], POLICY).contrasts
    assert last[TREND]["trust"].verdict is Verdict.NOT_RELEASED


def test_a_slow_rise_is_a_trend_before_it_is_a_change():
    waves = [wave(2018 + year, 30, center=2.8 + 0.12 * year) for year in range(8)]
    assert verdicts(waves)["trust"] is Verdict.NO_CERTAIN_CHANGE
    assert verdicts(waves, TREND)["trust"] is Verdict.HIGHER


def test_the_weights_of_a_trend_are_those_of_least_squares_over_time():
    waves = [released(wave(year)) for year in (2020, 2021, 2024)]
    weights = contrast_weights(TREND, waves)
    means = [2.0, 2.5, 4.0]
    years = [0, 365 / 365.25, 1461 / 365.25]
    slope = np.polyfit(years, means, 1)[0]
    assert sum(weight * mean for weight, mean in zip(weights, means, strict=True)) == pytest.approx(slope)
    assert contrast_weights(PREVIOUS, waves[:2]) == (-1.0, 1.0)


def test_verdicts_are_read_back_as_they_were_written():
    judged = judge([wave(2023, center=2.4), wave(2024), wave(2025)], POLICY)
    assert Verdicts.from_json(judged.to_json()) == judged
    assert Verdicts.from_json(Verdicts({}).to_json()) == Verdicts({})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"format": 2, "contrasts": {}}',
        '{"format": 1, "contrasts": {"other": {}}}',
        '{"format": 1, "contrasts": {"first": {"trust": ["higher"]}}}',
        '{"format": 1, "contrasts": {"first": {"trust": ["best", [], 0.95, 0.99]}}}',
        '{"format": 1, "contrasts": {"first": {"trust": ["higher", "w1", 0.95, 0.99]}}}',
        '{"format": 1, "contrasts": []}',
    ],
)
def test_what_was_not_written_as_verdicts_is_damaged(text):
    with pytest.raises(Damaged, match="verdicts-unreadable"):
        Verdicts.from_json(text)


def test_the_rules_are_those_of_the_privacy_chapter():
    change = POLICY.change
    assert (change.compare_from, change.claim_from, change.confidence) == (0.5, 0.6, 0.95)
    assert change.common_items == 3
