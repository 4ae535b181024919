"""The unanimity rule, judged over all the answers that would give the same release."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.model import Scale
from reports.disclosure import SUPPRESSED, Audience, Coding, NoOtherReleases, Suppressed, pool, release
from reports.disclosure.protection import (
    SpreadRules,
    groups_are_protected,
    outside_agreement,
    protected_tables,
    shown_ends,
    three_way,
)
from reports.disclosure.rounding import round_to
from tests.policies import POLICY
from tests.reports.waves import FOUR, believable, identified, sealed_from

LEADER, _, OWNER, _ = Audience
TRUST = ("t1", "t2", "t3", "t4")
FIVE = Scale((1, 2, 3, 4, 5), ())


@pytest.mark.parametrize("outside", [2, 3])
@pytest.mark.parametrize("n", range(5, 41))
def test_an_end_that_is_coded_may_still_be_answered_with_dissenters_on_the_middle(n, outside):
    step = 0.1 if n < 20 else 0.01
    lowest, highest = shown_ends(n, step, FIVE, outside)
    with_dissent = (outside * 3 + (n - outside) * 5) / n, (outside * 3 + (n - outside) * 1) / n
    assert round_to(with_dissent[0], step) > highest
    assert round_to(with_dissent[1], step) < lowest
    # and what is shown as it is, is within reach of the same dissenters
    assert highest - step / 2 <= with_dissent[0]
    assert lowest + step / 2 >= with_dissent[1]
    # no more is coded than has to be: the next step would not hold it
    assert round_to(with_dissent[0], step) - highest < 2 * step
    assert lowest + highest == pytest.approx(6, abs=step * 1.01)


@settings(max_examples=200)
@given(st.integers(10, 40), st.integers(0, 400), st.integers(1, 4), st.sampled_from([2, 3]))
def test_the_least_interval_can_be_answered_with_dissenters_on_the_middle(n, place, items, outside):
    step = 0.1 if n < 20 else 0.01
    lowest, highest = shown_ends(n, step, FIVE, outside)
    mean = round_to(lowest + (highest - lowest) * place / 400, step)
    rules = SpreadRules(FIVE, items, outside, 1.0, 2.0)
    half = rules.least_half_width(mean, step, n)
    # the dissenters on the middle and all others at one place give this mean with this spread or less
    rest = (n * mean - outside * 3) / (n - outside)
    squares = outside * (3 - mean) ** 2 + (n - outside) * (rest - mean) ** 2
    assert half >= 2.0 * np.sqrt(squares / (n - 1) / n) - 1e-9
    # and one person may lie anywhere in a width of one point
    reach = half / 2.0 * np.sqrt(n) * (n - 1) / np.sqrt(n)
    assert min(5, mean + reach) - max(1, mean - reach) > 1.0 - step


def test_outside_agreement_is_counted_by_category_and_by_side():
    counts = np.array([[1, 0, 2, 3, 4]])
    assert outside_agreement(counts).tolist() == [[9, 10, 8, 7, 6, 9, 3]]
    even = np.array([[1, 2, 3, 4]])
    assert outside_agreement(even).tolist() == [[9, 8, 7, 6, 7, 3]]


@pytest.mark.parametrize(("dissenting", "protected"), [(0, False), (1, False), (2, False), (3, True)])
def test_a_table_needs_one_person_more_outside_than_a_withheld_one_may_have(dissenting, protected):
    fine = [4, 4, 4, 4, 4]
    alike = [dissenting, 0, 0, 20 - dissenting, 0]
    assert protected_tables(np.array([fine, alike]), 2).tolist() == [True, protected]
    assert not protected_tables(np.array([fine, alike]), 3)[1]


@pytest.mark.parametrize("people", [(2.0, 5.0, 3.0), (10.0, 2.0, 2.0)])
def test_three_groups_of_two_people_are_protected(people):
    assert groups_are_protected(people, 2)
    assert not groups_are_protected(people, 3)


def test_three_way_parts_the_scale_at_its_middle():
    assert three_way(np.array([[1, 2, 3, 4, 5], [0, 0, 7, 1, 0]])).tolist() == [[3, 3, 9], [0, 7, 1]]


def unanimous(counts):
    """Whether all, or all but one, of the answers to an item fall into a category or on one side."""
    sides = (counts[:2].sum(), counts[3:].sum())
    return max(*counts, *sides) >= counts.sum() - 1


def test_a_single_item_dimension_that_falls_to_its_mean_never_implies_unanimity():
    """Every histogram of ten people on five categories, grouped by what is released of it."""
    version = FOUR
    worlds = {}
    for counts in product(range(11), repeat=5):
        if sum(counts) != 10:
            continue
        rows = np.repeat(np.arange(1, 6), counts)
        value = round_to(float(rows.mean()), 0.1)
        lowest, highest = shown_ends(10, 0.1, version.scale, 2)
        shown = "under" if value < lowest else "over" if value > highest else value
        worlds.setdefault(shown, []).append(np.array(counts))
    assert len(worlds) > 20
    for shown, found in worlds.items():
        assert not all(unanimous(counts) for counts in found), shown


def test_one_unanimous_item_takes_all_tables_of_its_dimension_and_nothing_of_another():
    rows = [[1 + (person + place) % 5 for place in range(8)] for person in range(30)]
    for place, row in enumerate(rows):
        row[3] = 2 if place < 2 else 4
    released = release(sealed_from(FOUR, rows), LEADER, POLICY)
    assert {released.item_figures[item] for item in TRUST} == {SUPPRESSED}
    assert isinstance(released.dimensions["trust"].histogram, Suppressed)
    assert not isinstance(released.dimensions["trust"].interval, Suppressed)
    assert not any(released.item_figures[item] is SUPPRESSED for item in ("g1", "g2", "g3", "g4"))


@pytest.mark.parametrize("among", [False, True])
def test_readers_who_may_have_answered_need_one_dissenter_more_whether_or_not_leaders_did(among):
    rows = [[1 + (person + place) % 5 for place in range(8)] for person in range(30)]
    for dissenters, is_shown in ((3, False), (4, True)):
        for place, row in enumerate(rows):
            row[0] = 2 if place < dissenters else 4
        sealed = sealed_from(FOUR, rows, among=among)
        for audience in (LEADER, Audience.OUTSIDE):
            found = release(sealed, audience, POLICY).item_figures["t1"]
            assert (not isinstance(found, Suppressed)) == is_shown


def test_a_total_whose_leaders_did_not_answer_is_shown_to_none_as_one_of_those_who_did():
    parts = [sealed_from(FOUR, believable(FOUR, 12), unit=f"unit{place}") for place in range(3)]
    assert [each.dissenters for each in parts] == [3, 3, 3]
    assert pool(parts, identified(FOUR, "town")).dissenters == 2


def test_three_way_shares_of_which_one_group_is_nobody_are_withheld():
    rows = [[2 if (person + place) % 2 else 4 for place in range(8)] for person in range(12)]
    trust = release(sealed_from(FOUR, rows), LEADER, POLICY).dimensions["trust"]
    assert not isinstance(trust.interval, Suppressed)
    assert trust.shares is SUPPRESSED
    for row in rows[:3]:
        row[:4] = [3, 3, 3, 3]
    shown = release(sealed_from(FOUR, rows), LEADER, POLICY).dimensions["trust"].shares
    assert not isinstance(shown, Suppressed)


def test_people_who_all_answer_alike_get_an_interval_as_wide_as_dissenters_would():
    alike = release(sealed_from(FOUR, [[4] * 8 for _ in range(12)]), LEADER, POLICY).dimensions["trust"]
    assert alike.mean.coding is Coding.EXACT
    rows = [[4] * 8 for _ in range(8)] + [[3] * 8] * 2 + [[5] * 8] * 2
    mixed = release(sealed_from(FOUR, rows), LEADER, POLICY).dimensions["trust"]
    assert alike.interval == mixed.interval


def town(rows_of_units):
    parts = [sealed_from(FOUR, rows, unit=f"unit{place}") for place, rows in enumerate(rows_of_units)]
    return release(pool(parts, identified(FOUR, "town")), OWNER, POLICY, NoOtherReleases())


def leaving_out_trust(rows, number):
    return [[None] * 4 + row[4:] if place < number else row for place, row in enumerate(rows)]


@pytest.mark.parametrize("left_out", [20, 15])
def test_a_dimension_that_too_few_units_answered_is_withheld_whole_from_the_total(left_out):
    units = [believable(FOUR, 20, seed) for seed in range(3)]
    units[2] = leaving_out_trust(units[2], 20)
    units[1] = leaving_out_trust(units[1], left_out)
    released = town(units)
    assert released.dimensions["trust"].mean is SUPPRESSED
    assert not isinstance(released.dimensions["goals"].mean, Suppressed)
    assert {released.item_figures[item] for item in TRUST} == {SUPPRESSED}


def test_a_unit_that_left_a_dimension_out_does_not_count_as_one_that_answered_it():
    # two of three answered, and neither is more than half of them
    units = [believable(FOUR, 20, seed) for seed in range(3)]
    units[2] = leaving_out_trust(units[2], 20)
    assert town(units).dimensions["trust"].mean is SUPPRESSED
