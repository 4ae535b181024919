"""Whoever adds up items and subtracts the mean, looks for the hidden item, or adds up two items' spread."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.disclosure import SUPPRESSED, Audience, NoOtherReleases, ReleasedItem, Suppressed, pool, release
from tests.instruments.building import built
from tests.policies import POLICY
from tests.reports.waves import FOUR, believable, identified, sealed_from

ITEMS = ("t1", "t2", "t3", "t4")
SCALES = {
    "1-5": (1, 2, 3, 4, 5),
    "0-10": tuple(range(11)),
    "0-100": (0, 25, 50, 75, 100),
    "-2-2": (-2, -1, 0, 1, 2),
}
LEADER = Audience.LEADER


def instrument(categories, items=4):
    names = [f"t{place}" for place in range(1, items + 1)]
    return built({"trust": names}, categories=tuple(categories))


def spread_rows(categories, n, seed, items=4):
    """Rows of n people who use all of a scale, so that nothing is unanimous."""
    drawn = np.random.default_rng(seed)
    order = [drawn.permutation(n) for _ in range(items)]
    return [
        [categories[order[item][person] % len(categories)] for item in range(items)] for person in range(n)
    ]


def left_over(released, categories):
    """What is left of the dimension's mean less the items' means, in parts of the scale's range."""
    tables = [released.item_figures[item].histogram.shares for item in ITEMS]
    means = [sum(code * share for code, share in table.items()) / 100 for table in tables]
    whole = released.dimensions["trust"].mean
    return (whole.value - np.mean(means)) / (categories[-1] - categories[0]), whole.step


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("n", [15, 19, 25, 40])
def test_the_one_person_who_skipped_items_is_not_had_by_subtraction_on_any_scale(scale, n):
    categories = SCALES[scale]
    version, reach = instrument(categories), categories[-1] - categories[0]
    rests = []
    for answer in categories:
        rows = spread_rows(categories, n + 5, seed=3)
        # the skipper answers one item, with this
        rows[0] = [answer, None, None, None]
        released = release(sealed_from(version, rows), LEADER, POLICY)
        rest, step = left_over(released, categories)
        rests.append(abs(rest) - step / 2 / reach)
    assert len(rests) == len(categories)
    assert max(rests) <= 1e-9


@pytest.mark.parametrize("scale", SCALES)
def test_steps_and_doubt_are_shares_of_the_scale(scale):
    categories = SCALES[scale]
    version, reach = instrument(categories), categories[-1] - categories[0]
    few, many = (
        release(sealed_from(version, spread_rows(categories, n, 1)), LEADER, POLICY).dimensions["trust"]
        for n in (12, 30)
    )
    assert 0.025 - 1e-9 <= few.mean.step / reach <= 0.0625
    assert 0.0025 - 1e-9 <= many.mean.step / reach <= 0.00625
    alike = sealed_from(version, [[categories[len(categories) // 2]] * 4] * 12)
    interval = release(alike, LEADER, POLICY).dimensions["trust"].interval
    # everybody answered alike, and still nobody is bounded to a quarter of the scale
    one_person = interval.half_width / 2.201 * np.sqrt(12) * 11 / np.sqrt(12)
    assert 2 * one_person > POLICY.unanimity_width * reach


def test_one_mean_of_widely_spaced_codes_does_not_decode_the_answers():
    """Codes 0, 10, 100, 1000 are refused by `instrument check`; evenly spaced ones share most means."""
    means = {}
    for counts in [
        (a, b, c, 12 - a - b - c) for a in range(13) for b in range(13 - a) for c in range(13 - a - b)
    ]:
        rows = np.repeat((0, 25, 50, 75), counts)
        means.setdefault(round(float(rows.mean()) / 5) * 5, set()).add(counts)
    assert len(means) > 10
    assert min(len(worlds) for mean, worlds in means.items() if 15 < mean < 60) > 5


@st.composite
def one_item_agreed_on(draw):
    """15 to 30 people who differ, except on one item, which all but one at most answer alike."""
    n, hidden = draw(st.integers(15, 30)), draw(st.integers(0, 3))
    rows = spread_rows((1, 2, 3, 4, 5), n, draw(st.integers(0, 999)))
    for row in rows:
        row[hidden] = 1
    rows[0][hidden] = draw(st.integers(1, 5))
    return rows


@settings(max_examples=60)
@given(one_item_agreed_on())
def test_which_item_was_agreed_on_is_not_had_because_every_order_of_them_looks_alike(rows):
    shown = {
        repr(
            release(
                sealed_from(FOUR, [[row[at] for at in order] * 2 for row in rows]), LEADER, POLICY
            ).dimensions["trust"]
        )
        for order in permutations(range(4))
    }
    assert len(shown) == 1
    released = release(sealed_from(FOUR, [row * 2 for row in rows]), LEADER, POLICY)
    assert all(released.item_figures[item] is SUPPRESSED for item in ITEMS)


@settings(max_examples=80)
@given(st.integers(15, 45), st.integers(0, 9999), st.sampled_from([2.0, 3.0, 3.6, 4.2]), st.floats(0.2, 1.2))
def test_a_dimension_shows_all_its_items_or_none(n, seed, center, spread):
    rows = believable(FOUR, n, seed, center=center, spread=spread)
    released = release(sealed_from(FOUR, rows), LEADER, POLICY)
    # the histogram of all answers is there exactly where the items are
    shown = {
        dimension.id: {isinstance(released.item_figures[item.id], ReleasedItem) for item in dimension.items}
        for dimension in FOUR
    }
    assert shown == {
        name: {not isinstance(figure.histogram, Suppressed)} for name, figure in released.dimensions.items()
    }


@settings(max_examples=60)
@given(st.integers(10, 60), st.integers(0, 9999), st.integers(0, 3))
def test_of_two_items_no_spread_stands_beside_the_tables(n, seed, alike):
    """x is true of two people only: their y is Σxy, which the spread of the two items' scores would give."""
    version = instrument((1, 2, 3, 4, 5), items=2)
    rows = spread_rows((1, 2, 3, 4, 5), n, seed, items=2)
    for place, row in enumerate(rows):
        row[0] = 1 if place >= 2 + alike else 5
    parts = [sealed_from(version, rows, unit=name) for name in "abc"]
    wholes = [*parts, pool(parts, identified(version, "town"))]
    shown = [
        found
        for sealed in wholes
        for audience in Audience
        if not isinstance(found := release(sealed, audience, POLICY, NoOtherReleases()), Suppressed)
    ]
    assert len(shown) >= len(wholes)
    assert [each for each in shown if has_tables(each) and has_spread(each)] == []


def has_tables(released):
    items = released.item_figures.values()
    histogram = released.dimensions["trust"].histogram
    return not isinstance(histogram, Suppressed) or any(isinstance(each, ReleasedItem) for each in items)


def has_spread(released):
    trust = released.dimensions["trust"]
    spread = [trust.interval, trust.sd, trust.se, trust.reliability]
    return not all(isinstance(each, Suppressed) for each in spread)


def test_the_tables_and_the_spread_of_two_items_are_each_released_somewhere():
    version = instrument((1, 2, 3, 4, 5), items=2)
    varied = release(sealed_from(version, spread_rows((1, 2, 3, 4, 5), 20, 1, items=2)), LEADER, POLICY)
    assert isinstance(varied.item_figures["t1"], ReleasedItem)
    alike = [[1, row[1]] for row in spread_rows((1, 2, 3, 4, 5), 20, 1, items=2)]
    assert not isinstance(
        release(sealed_from(version, alike), LEADER, POLICY).dimensions["trust"].interval, Suppressed
    )


@settings(max_examples=60)
@given(st.integers(5, 14), st.integers(0, 9999))
def test_under_the_item_minimum_there_is_nothing_to_subtract_from(n, seed):
    sealed = sealed_from(FOUR, believable(FOUR, n, seed))
    shown = [
        found
        for audience in Audience
        if not isinstance(found := release(sealed, audience, POLICY), Suppressed)
    ]
    assert shown
    items = [item for each in shown for item in each.item_figures.values()]
    histograms = [figure.histogram for each in shown for figure in each.dimensions.values()]
    assert (set(map(type, items)), set(map(type, histograms))) == ({Suppressed}, {Suppressed})
