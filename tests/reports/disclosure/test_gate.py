import numpy as np
import pytest

from instruments import statistics
from reports.disclosure import (
    SUPPRESSED,
    Audience,
    Between,
    NoOtherReleases,
    Released,
    Suppressed,
    pool,
    release,
)
from tests.policies import POLICY
from tests.reports.waves import FOUR, ONE, believable, identified, sealed_from

LEADER, AMONG, OWNER, OUTSIDE = Audience


def told(n, audience=LEADER, **kinds):
    return release(sealed_from(FOUR, believable(FOUR, n), **kinds), audience, POLICY)


def kinds_told(dimension):
    names = ("mean", "interval", "sd", "se", "level", "shares", "histogram", "reliability")
    return {name for name in names if not isinstance(getattr(dimension, name), Suppressed)}


SPREAD = {"interval", "sd", "se", "level"}


@pytest.mark.parametrize(
    ("audience", "n", "kinds"),
    [
        (LEADER, 5, {"mean"}),
        (LEADER, 9, {"mean"}),
        (LEADER, 10, {"mean", "shares"} | SPREAD),
        (LEADER, 15, {"mean", "shares", "histogram"} | SPREAD),
        (AMONG, 6, {"mean"}),
        (AMONG, 10, {"mean", "shares"} | SPREAD),
        (OUTSIDE, 10, {"mean"}),
        (OUTSIDE, 14, {"mean"}),
        (OUTSIDE, 15, {"mean", "shares", "histogram"} | SPREAD),
        (OWNER, 15, {"mean", "shares", "histogram"} | SPREAD),
    ],
)
def test_each_tier_tells_its_own_kinds_of_figures_and_no_other(audience, n, kinds):
    assert kinds_told(told(n, audience).dimensions["trust"]) == kinds


@pytest.mark.parametrize(("audience", "n"), [(LEADER, 4), (AMONG, 5), (OUTSIDE, 9), (OWNER, 9)])
def test_under_the_minimum_nothing_is_told(audience, n):
    assert told(n, audience) is SUPPRESSED


@pytest.mark.parametrize(
    ("audience", "n", "kinds"),
    [
        (LEADER, 14, None),
        (LEADER, 15, {"mean", "histogram"}),
        (LEADER, 20, {"mean", "histogram", "sd"}),
        (OUTSIDE, 19, None),
        (OUTSIDE, 20, {"mean", "histogram", "sd"}),
        (OWNER, 40, None),
    ],
)
def test_items_are_told_by_tier_and_never_to_the_owner_of_a_single_unit(audience, n, kinds):
    item = told(n, audience).item_figures["t1"]
    names = ("mean", "histogram", "sd")
    found = {name for name in names if not isinstance(getattr(item, name, SUPPRESSED), Suppressed)}
    assert (None if item is SUPPRESSED else found) == kinds


def test_the_minimum_is_counted_figure_by_figure():
    rows = believable(FOUR, 8)
    for row in rows[:4]:
        row[:4] = [None] * 4
    released = release(sealed_from(FOUR, rows), LEADER, POLICY)
    assert isinstance(released.dimensions["trust"].mean, Suppressed)
    assert not isinstance(released.dimensions["goals"].mean, Suppressed)


def test_the_n_of_a_dimension_does_not_count_the_few_who_left_it_out():
    rows = believable(FOUR, 12)
    rows[0][:4] = [None] * 4
    assert release(sealed_from(FOUR, rows), LEADER, POLICY).dimensions["trust"].n == 12
    for row in rows[:6]:
        row[:4] = [None] * 4
    assert release(sealed_from(FOUR, rows), LEADER, POLICY).dimensions["trust"].n == 6


def test_counts_told_outside_are_rounded_down_so_that_they_agree_with_the_tier():
    released = told(19, OUTSIDE, invited=27)
    assert (released.n, released.invited, released.response_rate) == (15, 25, 0.6)
    assert released.dimensions["trust"].n == 15


def test_the_leader_is_told_the_true_counts():
    released = told(7, LEADER, invited=11)
    assert (released.n, released.invited, released.response_rate) == (7, 11, 0.64)


@pytest.mark.parametrize(("n", "step"), [(5, 0.1), (19, 0.1), (20, 0.01)])
def test_means_are_told_in_the_steps_of_their_tier(n, step):
    mean = told(n).dimensions["trust"].mean
    exact = statistics.dimension_summary(sealed_from(FOUR, believable(FOUR, n)).moments, "trust").mean
    assert mean.step == step
    assert abs(mean.value - exact) <= step / 2 + 1e-12
    assert mean.value == round(mean.value, mean.decimals)


@pytest.mark.parametrize(("n", "step"), [(5, 0.5), (9, 0.5), (10, 0.2), (14, 0.2), (15, 0.1)])
def test_a_mean_that_its_decimal_would_give_exactly_is_told_more_coarsely(n, step):
    rows = [[1 + person % 5] for person in range(n)]
    mean = release(sealed_from(ONE, rows), LEADER, POLICY).dimensions["trust"].mean
    assert mean.step == step


@pytest.mark.parametrize("n", [10, 14, 17, 20, 60])
def test_the_told_interval_covers_the_exact_one_and_sd_and_se_follow_from_it(n):
    sealed = sealed_from(FOUR, believable(FOUR, n))
    dimension = release(sealed, LEADER, POLICY).dimensions["trust"]
    exact = statistics.interval(statistics.dimension_summary(sealed.moments, "trust"))
    assert dimension.interval.low <= exact.low
    assert exact.high <= dimension.interval.high
    assert dimension.sd == pytest.approx(dimension.se * np.sqrt(n), rel=1e-2)
    assert dimension.se >= statistics.se(statistics.dimension_summary(sealed.moments, "trust")) - 1e-4


def test_a_level_is_named_only_where_the_whole_interval_lies_in_it():
    wide = told(10).dimensions["trust"]
    assert isinstance(wide.level, Between)
    rows = believable(FOUR, 300, center=3.0, spread=0.6)
    narrow = release(sealed_from(FOUR, rows), LEADER, POLICY).dimensions["trust"]
    assert narrow.level == FOUR.levels.level_at(narrow.mean.value)


def test_shares_go_in_steps_of_five_below_twenty_answers_and_whole_percents_from_there():
    few, many = told(15).dimensions["trust"], told(20).dimensions["trust"]
    assert few.shares.step == few.histogram.step == 5
    assert all(share % 5 == 0 for share in few.histogram.shares.values())
    assert many.shares.step == many.histogram.step == 1


def test_one_dissenter_withholds_every_distribution_and_two_do_not():
    rows = [[5, 5, 5, 5, 3, 3, 3, 3] for _ in range(14)]
    for row, value in zip(rows, [3, 2, 4, 1], strict=False):
        row[4:] = [value] * 4
    one = release(sealed_from(FOUR, [*rows, [2] * 8]), LEADER, POLICY)
    assert isinstance(one.dimensions["trust"].histogram, Suppressed)
    assert isinstance(one.item_figures["t1"], Suppressed)
    two = release(sealed_from(FOUR, [*rows, [2] * 8, [2] * 8]), LEADER, POLICY)
    assert not isinstance(two.dimensions["trust"].histogram, Suppressed)
    assert not isinstance(two.item_figures["t1"], Suppressed)


def test_an_item_as_answered_is_not_turned_but_its_dimension_is():
    rows = [[*row[:6], 1, row[7]] for row in believable(FOUR, 20)]
    for row in rows[:6]:
        row[6] = 2
    for row in rows[6:10]:
        row[6] = 4
    released = release(sealed_from(FOUR, rows), LEADER, POLICY)
    assert released.item_figures["g3"].histogram.shares == {1: 50, 2: 30, 3: 0, 4: 20, 5: 0}


def test_figures_on_a_part_of_a_dimension_wait_for_the_item_minimum():
    part = frozenset({"t1", "t2", "g1", "g2", "g3", "g4"})
    few = release(sealed_from(FOUR, believable(FOUR, 14)), LEADER, POLICY, items=part)
    assert isinstance(few.dimensions["trust"].mean, Suppressed)
    assert not isinstance(few.dimensions["goals"].mean, Suppressed)
    many = release(sealed_from(FOUR, believable(FOUR, 30)), LEADER, POLICY, items=part)
    assert not isinstance(many.dimensions["trust"].mean, Suppressed)
    assert many.items == part


def units(*sizes):
    return [
        sealed_from(FOUR, believable(FOUR, size, seed=place), unit=f"unit{place}")
        for place, size in enumerate(sizes)
    ]


def test_a_pool_needs_three_units_of_which_none_outweighs_the_others():
    owner = identified(FOUR, "municipality")
    assert release(pool(units(20, 20), owner), OWNER, POLICY, NoOtherReleases()) is SUPPRESSED
    assert release(pool(units(30, 10, 10), owner), OWNER, POLICY, NoOtherReleases()) is SUPPRESSED
    assert isinstance(release(pool(units(20, 10, 10), owner), OWNER, POLICY, NoOtherReleases()), Released)


def test_a_pool_is_not_told_without_a_ledger():
    together = pool(units(20, 20, 20), identified(FOUR, "municipality"))
    assert release(together, OWNER, POLICY) is SUPPRESSED
    assert release(together, LEADER, POLICY) is SUPPRESSED


def test_the_owner_is_told_of_the_items_of_a_pool():
    released = release(
        pool(units(20, 20, 20), identified(FOUR, "municipality")), OWNER, POLICY, NoOtherReleases()
    )
    assert not isinstance(released.item_figures["t1"], Suppressed)


def test_what_was_released_does_not_depend_on_the_order_of_the_answers():
    rows = believable(FOUR, 23)
    one = release(sealed_from(FOUR, rows), LEADER, POLICY)
    other = release(sealed_from(FOUR, rows[::-1]), LEADER, POLICY)
    assert one.dimensions == other.dimensions
    assert one.item_figures == other.item_figures


def test_reliability_is_told_from_thirty_people_who_answered_every_item():
    rows = believable(FOUR, 30)
    alpha = release(sealed_from(FOUR, rows), LEADER, POLICY).dimensions["trust"].reliability
    exact = statistics.alpha(sealed_from(FOUR, rows).moments, "trust")
    assert alpha.value == round(exact, 2)
    assert alpha.low < alpha.value < alpha.high
    rows[0][0] = None
    released = release(sealed_from(FOUR, rows), LEADER, POLICY)
    assert isinstance(released.dimensions["trust"].reliability, Suppressed)


def test_an_agreement_that_rounds_to_one_is_not_told():
    rows = [[1 + person % 5] * 8 for person in range(40)]
    released = release(sealed_from(FOUR, rows), LEADER, POLICY)
    assert isinstance(released.dimensions["trust"].reliability, Suppressed)
