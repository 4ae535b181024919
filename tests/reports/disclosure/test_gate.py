import numpy as np
import pytest

from instruments import statistics
from reports.disclosure import (
    SUPPRESSED,
    Audience,
    Between,
    Coding,
    NoOtherReleases,
    Released,
    ReleasedItem,
    Suppressed,
    mean_on_items,
    pool,
    release,
    release_means,
)
from tests.instruments.building import built
from tests.policies import POLICY
from tests.reports.waves import FOUR, ONE, believable, identified, sealed_from

LEADER, AMONG, OWNER, OUTSIDE = Audience
PAIR = built({"trust": ["t1", "t2"]}, number="1.0.2")


def released_to(audience, n, version=FOUR, **kinds):
    return release(sealed_from(version, believable(version, n), **kinds), audience, POLICY)


def kinds_released(dimension):
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
        (LEADER, 30, {"mean", "shares", "histogram", "reliability"} | SPREAD),
        (OUTSIDE, 10, {"mean"}),
        (OUTSIDE, 14, {"mean"}),
        (OUTSIDE, 15, {"mean", "shares", "histogram"} | SPREAD),
        (OWNER, 15, {"mean", "shares", "histogram"} | SPREAD),
    ],
)
def test_each_threshold_opens_its_own_kinds_of_figures_and_no_other(audience, n, kinds):
    rows = [[2 + (person + place) % 3 for place in range(8)] for person in range(n)]
    released = release(sealed_from(FOUR, rows), audience, POLICY)
    found = kinds_released(released.dimensions["trust"]) - {"reliability"}
    assert found == kinds - {"reliability"}


def test_reliability_is_released_from_thirty_people_who_answered_every_item():
    rows = believable(FOUR, 30)
    alpha = release(sealed_from(FOUR, rows), LEADER, POLICY).dimensions["trust"].reliability
    exact = statistics.alpha(sealed_from(FOUR, rows).moments, "trust")
    assert alpha.value == round(exact, 2)
    assert alpha.low < alpha.value < alpha.high
    rows[0][0] = None
    released = release(sealed_from(FOUR, rows), LEADER, POLICY)
    assert isinstance(released.dimensions["trust"].reliability, Suppressed)


def test_a_perfect_reliability_is_shown_as_less():
    rows = [[1 + person % 5] * 8 for person in range(40)]
    released = release(sealed_from(FOUR, rows), LEADER, POLICY)
    alpha = released.dimensions["trust"].reliability
    assert alpha.value == alpha.high == 0.99


@pytest.mark.parametrize(("audience", "n"), [(LEADER, 4), (OUTSIDE, 9), (OWNER, 9)])
def test_under_the_minimum_nothing_is_released(audience, n):
    assert released_to(audience, n) is SUPPRESSED
    assert isinstance(released_to(audience, n + 1), Released)


def test_a_leader_among_those_who_answered_needs_five_others():
    assert released_to(LEADER, 5, among=True) is SUPPRESSED
    assert isinstance(released_to(LEADER, 6, among=True), Released)


@pytest.mark.parametrize(
    ("audience", "n", "shown"),
    [(LEADER, 14, False), (LEADER, 15, True), (OUTSIDE, 19, False), (OUTSIDE, 20, True), (OWNER, 40, False)],
)
def test_items_are_released_by_threshold_and_never_to_the_owner_of_a_single_unit(audience, n, shown):
    rows = [[1 + (person + place) % 5 for place in range(8)] for person in range(n)]
    items = release(sealed_from(FOUR, rows), audience, POLICY).item_figures.values()
    assert {isinstance(each, ReleasedItem) for each in items} == {shown}


def test_the_items_of_a_release_are_those_asked_whichever_is_read_first_and_stay_as_they_are():
    varied = [[1 + (person + place) % 5 for place in range(4)] + [4] * 4 for person in range(30)]
    first, other = (release(sealed_from(FOUR, varied), LEADER, POLICY) for _ in range(2))
    # read from the last one on, and from the first
    found = {name: first.item_figures[name] for name in reversed(FOUR.item_columns)}
    assert found == other.item_figures == dict(other.item_figures)
    assert list(other.item_figures) == list(FOUR.item_columns)
    assert {name for name, each in found.items() if each is SUPPRESSED} == {"g1", "g2", "g3", "g4"}
    assert first.item_figures["t1"] is found["t1"]
    with pytest.raises(KeyError, match="of another"):
        first.item_figures["of another questionnaire"]
    with pytest.raises(TypeError, match="item assignment"):
        first.item_figures["t1"] = SUPPRESSED


def both(sealed, audience):
    """The means among all that is released, and those that are released alone."""
    whole = release(sealed, audience, POLICY, NoOtherReleases())
    alone = release_means(sealed, audience, POLICY, NoOtherReleases())
    if isinstance(whole, Suppressed):
        return whole, alone
    means = {name: each.mean for name, each in whole.dimensions.items()}
    return {name: mean for name, mean in means.items() if not isinstance(mean, Suppressed)}, alone


@pytest.mark.parametrize("audience", [LEADER, OWNER, OUTSIDE])
@pytest.mark.parametrize("version", [FOUR, ONE, PAIR])
@pytest.mark.parametrize("n", [4, 5, 9, 10, 14, 15, 19, 20, 31])
def test_means_alone_are_those_that_are_released_with_everything_else(version, audience, n):
    width = len(version.items)
    high = [[5] * width for _ in range(n - 1)] + [[4] * width]
    blank = [[None if place == 0 and person % 3 else 4 for place in range(width)] for person in range(n)]
    for rows in (believable(version, n), high, blank):
        among, alone = both(sealed_from(version, rows), audience)
        assert alone == among


def test_among_them_are_coded_ones_and_some_are_missing():
    high = [[5] * 8 for _ in range(30)] + [[4] * 8]
    assert {mean.coding for mean in both(sealed_from(FOUR, high), OWNER)[1].values()} == {
        Coding.OVER,
        Coding.EXACT,
    }
    blank = [[None if place == 0 and person % 3 else 4 for place in range(2)] for person in range(30)]
    assert both(sealed_from(PAIR, blank), OWNER)[1] == {}


@pytest.mark.parametrize(("number", "means"), [(2, None), (3, 2)])
def test_means_alone_of_a_pool_need_units_enough(number, means):
    parts = [sealed_from(FOUR, believable(FOUR, 12, seed=place), unit=f"u{place}") for place in range(number)]
    among, alone = both(pool(parts, identified(FOUR, "town")), OUTSIDE)
    assert alone == among
    assert (None if alone is SUPPRESSED else len(alone)) == means


def test_every_figure_is_the_same_number_for_every_reader():
    sealed = sealed_from(FOUR, believable(FOUR, 33), invited=40)
    leader = release(sealed, LEADER, POLICY)
    compared = 0
    for audience in (OWNER, OUTSIDE):
        other = release(sealed, audience, POLICY)
        assert (other.n, other.invited, other.response_rate) == (33, 40, 0.82)
        for name, figure in other.dimensions.items():
            for kind in kinds_released(figure):
                assert getattr(figure, kind) == getattr(leader.dimensions[name], kind)
                compared += 1
    assert compared > 20


def test_one_step_holds_for_all_means_of_a_wave_whoever_skipped_what():
    rows = believable(FOUR, 25)
    for person, row in enumerate(rows[:9]):
        row[person % 8] = None
    released = release(sealed_from(FOUR, rows), LEADER, POLICY)
    means = [each.mean for each in [*released.dimensions.values(), *released.item_figures.values()]]
    assert {mean.step for mean in means} == {0.01}


@pytest.mark.parametrize(("n", "step"), [(5, 0.1), (19, 0.1), (20, 0.01)])
def test_a_mean_is_that_of_the_items_means_in_the_step_of_its_number_of_answers(n, step):
    rows = believable(FOUR, n)
    rows[0][0] = rows[1][2] = None
    sealed = sealed_from(FOUR, rows)
    mean = release(sealed, LEADER, POLICY).dimensions["trust"].mean
    columns = np.array([[np.nan if code is None else code for code in row[:4]] for row in rows])
    exact = np.nanmean(columns, axis=0).mean()
    assert mean.step == step
    # from fifteen answers on it is computed from the released tables, whose shares are rounded
    assert abs(mean.value - exact) <= (step / 2 if n < 15 else step)
    assert mean.value == round(mean.value, mean.decimals)


def test_everything_about_the_answers_follows_from_the_released_item_tables():
    rows = believable(FOUR, 27)
    rows[3][1] = rows[5][0] = None
    released = release(sealed_from(FOUR, rows), LEADER, POLICY)
    checked = 0
    for dimension in FOUR:
        tables = []
        for item in dimension.items:
            figure = released.item_figures[item.id]
            shares = np.array(list(figure.histogram.shares.values()))
            assert shares.sum() == 100
            assert figure.mean.value == pytest.approx(shares @ np.arange(1, 6) / 100, abs=0.005 + 1e-9)
            tables.append(shares[::-1] if item.reverse else shares)
            checked += 1
        together = np.mean(tables, axis=0)
        whole = released.dimensions[dimension.id]
        assert whole.mean.value == pytest.approx(together @ np.arange(1, 6) / 100, abs=0.005 + 1e-9)
        found = np.array(list(whole.histogram.shares.values()))
        assert found.sum() == whole.shares.low + whole.shares.middle + whole.shares.high == 100
        assert np.abs(found - together).max() < 1
        assert abs(whole.shares.low - together[:2].sum()) < 1
    assert checked == 8


def test_the_minimum_is_counted_dimension_by_dimension():
    rows = believable(FOUR, 8)
    for row in rows[:4]:
        row[:4] = [None] * 4
    released = release(sealed_from(FOUR, rows), LEADER, POLICY)
    assert isinstance(released.dimensions["trust"].mean, Suppressed)
    assert not isinstance(released.dimensions["goals"].mean, Suppressed)


def test_an_item_that_fewer_than_half_answered_withholds_its_dimension_and_no_other():
    rows = believable(FOUR, 12)
    for row in rows[:6]:
        row[2] = None
    assert not isinstance(
        release(sealed_from(FOUR, rows), LEADER, POLICY).dimensions["trust"].mean, Suppressed
    )
    rows[6][2] = None
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


@pytest.mark.parametrize("n", [10, 14, 17, 20, 60])
def test_the_released_interval_is_no_narrower_than_the_exact_one_and_sd_and_se_follow_from_it(n):
    sealed = sealed_from(FOUR, believable(FOUR, n))
    dimension = release(sealed, LEADER, POLICY).dimensions["trust"]
    exact = statistics.interval(statistics.dimension_summary(sealed.moments, "trust"))
    assert 2 * dimension.interval.half_width >= exact.high - exact.low - 1e-9
    assert dimension.sd == pytest.approx(dimension.se * np.sqrt(n), rel=1e-2)
    true = statistics.se(statistics.dimension_summary(sealed.moments, "trust"))
    assert true - 1e-4 <= dimension.se <= true * (1.03 if n >= 15 else 1.5)


def test_a_dimension_of_two_items_has_tables_or_an_interval_never_both():
    varied = [[1 + (person + place) % 5 for place in range(2)] for person in range(20)]
    open_tables = release(sealed_from(PAIR, varied), LEADER, POLICY)
    assert isinstance(open_tables.item_figures["t1"], ReleasedItem)
    assert not kinds_released(open_tables.dimensions["trust"]) & (SPREAD | {"reliability"})
    alike = [[4, 1 + person % 5] for person in range(20)]
    without = release(sealed_from(PAIR, alike), LEADER, POLICY)
    assert set(without.item_figures.values()) == {SUPPRESSED}
    assert kinds_released(without.dimensions["trust"]) >= SPREAD


def test_a_dimension_of_one_item_has_its_table_from_the_item_minimum_on_and_before_only_its_mean():
    rows = [[1 + person % 5] for person in range(15)]
    few = release(sealed_from(ONE, rows[:14]), LEADER, POLICY).dimensions["trust"]
    assert kinds_released(few) == {"mean"}
    many = release(sealed_from(ONE, rows), LEADER, POLICY)
    found = kinds_released(many.dimensions["trust"])
    assert found == SPREAD | {"mean", "histogram", "shares"}
    # its spread is the table's: 20 percent in each category
    assert many.dimensions["trust"].se == pytest.approx(np.sqrt(2 / 14), abs=0.05)


def test_a_level_is_named_only_where_the_whole_interval_lies_in_it():
    wide = released_to(LEADER, 10).dimensions["trust"]
    assert isinstance(wide.level, Between)
    rows = believable(FOUR, 300, center=3.0, spread=0.6)
    narrow = release(sealed_from(FOUR, rows), LEADER, POLICY).dimensions["trust"]
    assert narrow.level == FOUR.levels.level_at(narrow.mean.value)


def test_shares_go_in_steps_of_five_below_twenty_answers_and_whole_percents_from_there():
    rows = [[1 + (person + place) % 5 for place in range(8)] for person in range(20)]
    few = release(sealed_from(FOUR, rows[:17]), LEADER, POLICY).dimensions["trust"]
    many = release(sealed_from(FOUR, rows), LEADER, POLICY).dimensions["trust"]
    assert few.shares.step == few.histogram.step == 5
    assert all(share % 5 == 0 for share in few.histogram.shares.values())
    assert many.shares.step == many.histogram.step == 1


def test_an_item_as_answered_is_not_turned_but_its_dimension_is():
    rows = [[*row[:6], 1, row[7]] for row in believable(FOUR, 20)]
    for row in rows[:6]:
        row[6] = 3
    for row in rows[6:10]:
        row[6] = 4
    for place, row in enumerate(rows):
        row[4] = row[5] = row[7] = 1 + place % 5
    released = release(sealed_from(FOUR, rows), LEADER, POLICY)
    assert released.item_figures["g3"].histogram.shares == {1: 50, 2: 0, 3: 30, 4: 20, 5: 0}
    # 50 percent of one item in four lie at the top after turning, beside a fifth of the others
    assert released.dimensions["goals"].histogram.shares[5] in {27, 28}


def test_a_mean_on_some_items_is_that_of_their_released_tables_and_nothing_new():
    rows = [[1 + (person * place) % 5 for place in (1, 2, 3, 4, 6, 7, 8, 9)] for person in range(21)]
    released = release(sealed_from(FOUR, rows), LEADER, POLICY)
    part = mean_on_items(released, "goals", {"g1", "g2", "g3", "t1"})
    tables = [released.item_figures[name].histogram.shares for name in ("g1", "g2", "g3")]
    means = [sum(code * share for code, share in table.items()) / 100 for table in tables]
    assert part.value == pytest.approx((means[0] + means[1] + 6 - means[2]) / 3, abs=0.005 + 1e-9)
    assert mean_on_items(released, "goals", {"g1", "g2", "g3", "g4"}) is released.dimensions["goals"].mean
    owner = release(sealed_from(FOUR, rows), OWNER, POLICY)
    assert mean_on_items(owner, "goals", {"g1", "g2", "g3"}) is SUPPRESSED
    assert mean_on_items(released, "goals", set()) is SUPPRESSED


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


def test_a_pool_is_not_released_without_a_ledger():
    together = pool(units(20, 20, 20), identified(FOUR, "municipality"))
    assert release(together, OWNER, POLICY) is SUPPRESSED
    assert release(together, LEADER, POLICY) is SUPPRESSED


def test_the_owner_is_shown_the_items_of_a_pool():
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


@pytest.mark.parametrize(("center", "coding"), [(1, Coding.UNDER), (5, Coding.OVER)])
def test_a_mean_at_an_end_is_coded_there_and_has_no_interval(center, coding):
    rows = [[center] * 8 for _ in range(12)]
    trust = release(sealed_from(FOUR, rows), LEADER, POLICY).dimensions["trust"]
    assert trust.mean.coding is coding
    assert kinds_released(trust) == {"mean"}
