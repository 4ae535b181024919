"""What is withheld because of what stands beside it; each of these lines was once taken out unnoticed."""

import math

import pytest

from reports.disclosure import SUPPRESSED, Audience, NoOtherReleases, Suppressed, pool, release
from reports.disclosure.means import half_width, least_sd, quantile, unrounded_mean
from reports.disclosure.policy import DetailLevel
from reports.disclosure.request import Request
from tests.policies import POLICY
from tests.reports.waves import FOUR, believable, identified, sealed_from

LEADER, AMONG, OWNER, _ = Audience
TRUST = ("t1", "t2", "t3", "t4")


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
    told = town(units)
    assert told.dimensions["trust"].mean is SUPPRESSED
    assert not isinstance(told.dimensions["goals"].mean, Suppressed)
    assert {told.item_figures[item] for item in TRUST} == {SUPPRESSED}


def test_a_unit_that_left_a_dimension_out_does_not_count_as_one_that_answered_it():
    # two of three answered, and neither is more than half of them
    units = [believable(FOUR, 20, seed) for seed in range(3)]
    units[2] = leaving_out_trust(units[2], 20)
    assert town(units).dimensions["trust"].mean is SUPPRESSED


def test_one_withheld_item_is_not_what_the_mean_leaves_of_the_others():
    rows = believable(FOUR, 40)
    for place, row in enumerate(rows):
        row[3] = 4 if place == 0 else 5
    told = release(sealed_from(FOUR, rows), LEADER, POLICY)
    withheld = [item for item in TRUST if told.item_figures[item] is SUPPRESSED]
    assert "t4" in withheld
    assert not isinstance(told.dimensions["trust"].mean, Suppressed)
    assert len(withheld) > 1


@pytest.mark.parametrize(("lower", "owner_is_told"), [(5, False), (15, True)])
def test_a_mean_so_high_that_it_bounds_every_item_is_not_told_where_the_items_are_not(lower, owner_is_told):
    sealed = sealed_from(FOUR, [[3 if place < lower else 5] * 8 for place in range(60)])
    leader, owner = (
        release(sealed, audience, POLICY).dimensions["trust"].mean for audience in (LEADER, OWNER)
    )
    assert not isinstance(leader, Suppressed)
    assert isinstance(owner, Suppressed) is not owner_is_told


def test_a_part_of_a_dimension_waits_for_enough_who_answered_the_whole():
    rows = believable(FOUR, 19)
    for person, item in enumerate((3, 3, 0, 0, 1)):
        rows[person][item] = None
    sealed, part = sealed_from(FOUR, rows), frozenset(TRUST[:3])
    assert not isinstance(release(sealed, LEADER, POLICY).item_figures["t1"], Suppressed)
    assert release(sealed, LEADER, POLICY, items=part).dimensions["trust"].mean is SUPPRESSED


def test_the_spread_that_a_told_interval_allows_reckons_with_the_rounding_of_the_mean():
    sealed = sealed_from(FOUR, believable(FOUR, 12))
    depths = dict.fromkeys((each.id for each in FOUR), DetailLevel.ITEMS)
    question, trust = Request(sealed, LEADER, POLICY, None, depths), FOUR.dimension("trust")
    figure = unrounded_mean(question, trust)
    half = half_width(question, trust, figure)
    # the told mean may lie half a step from the exact one, and the half width covers that too
    assert least_sd(half, figure, 0.95) == pytest.approx((half - 0.05) / quantile(12, 0.95) * math.sqrt(12))


def test_two_dissenters_are_enough_for_a_leader_who_did_not_answer_and_not_for_one_who_did():
    rows = believable(FOUR, 30)
    for place, row in enumerate(rows):
        row[0] = 2 if place < 2 else 4
    sealed = sealed_from(FOUR, rows)
    told = {audience: release(sealed, audience, POLICY).item_figures["t1"] for audience in (LEADER, AMONG)}
    assert not isinstance(told[LEADER], Suppressed)
    assert told[AMONG] is SUPPRESSED


def test_three_way_shares_that_name_two_sides_only_are_not_told():
    rows = [[2 if (person + place) % 2 else 4 for place in range(8)] for person in range(12)]
    told = release(sealed_from(FOUR, rows), LEADER, POLICY).dimensions["trust"]
    assert not isinstance(told.mean, Suppressed)
    assert told.shares is SUPPRESSED
    for row in rows[:3]:
        row[0] = 3
    assert not isinstance(
        release(sealed_from(FOUR, rows), LEADER, POLICY).dimensions["trust"].shares, Suppressed
    )
