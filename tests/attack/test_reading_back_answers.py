"""A leader holds the report and a pencil: which answers can have led to these figures?

Every set of answers there is goes through the gate; those that come out alike are what a reader cannot
tell apart. The attack succeeds where only one set is left, or where all that are left say that everybody,
or everybody but one, stood on the same side.
"""

from collections import defaultdict
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.special import stdtrit

from reports.disclosure import Audience, Coding, Suppressed, release
from tests.policies import POLICY
from tests.reports.waves import FOUR, ONE, believable, sealed_from

MIDDLE = 3


def seen(dimension):
    """All that is told of a dimension, as something two readers can compare."""
    return repr(dimension)


def indistinguishable(n, *, among=False):
    """Every multiset of n answers to a single item, grouped by what the gate tells of it."""
    alike = defaultdict(list)
    for answers in combinations_with_replacement(range(1, 6), n):
        sealed = sealed_from(ONE, [[answer] for answer in answers], among=among)
        released = release(sealed, Audience.LEADER, POLICY)
        dimension = released.dimensions["trust"]
        if not isinstance(dimension.mean, Suppressed):
            alike[seen(dimension)].append(answers)
    return alike


def leaves_doubt(candidates, people):
    """More than one candidate, and from either side so many people may be where the others are not."""
    return (
        len(set(candidates)) > 1
        and any(sum(answer <= MIDDLE for answer in one) >= people for one in candidates)
        and any(sum(answer >= MIDDLE for answer in one) >= people for one in candidates)
    )


@pytest.mark.parametrize("n", [5, 6, 7, 8, 9, 10])
def test_a_leader_cannot_read_the_answers_off_a_dimension_of_one_item(n):
    alike = indistinguishable(n)
    assert alike
    assert [figures for figures, candidates in alike.items() if not leaves_doubt(candidates, 2)] == []


@pytest.mark.parametrize("n", [6, 7, 8, 10])
def test_a_leader_who_answered_cannot_subtract_the_own_answer(n):
    alike = indistinguishable(n, among=True)
    assert alike
    for figures, candidates in alike.items():
        for own in {answer for one in candidates for answer in one}:
            others = [without(one, own) for one in candidates if own in one]
            assert leaves_doubt(others, 1), (figures, own, others)


def without(answers, own):
    kept = list(answers)
    kept.remove(own)
    return tuple(kept)


@pytest.mark.parametrize("n", [5, 6, 9, 14])
@pytest.mark.parametrize("end", [1, 5])
def test_a_mean_at_the_end_of_the_scale_looks_like_one_that_two_people_keep_from_it(n, end):
    worlds = [[[end] * 8] * (n - others) + [[3] * 8] * others for others in (0, 1, 2)]
    shown = [release(sealed_from(FOUR, rows), Audience.LEADER, POLICY).dimensions["trust"] for rows in worlds]
    assert shown[0] == shown[1] == shown[2]
    assert shown[0].mean.coding is (Coding.OVER if end == 5 else Coding.UNDER)
    assert isinstance(shown[0].interval, Suppressed)


@st.composite
def answered(draw, least, most):
    """Answers of people who may agree very much, or not at all."""
    n = draw(st.integers(least, most))
    favourites = draw(st.lists(st.integers(1, 5), min_size=1, max_size=3))
    answer = st.one_of(st.sampled_from(favourites), st.sampled_from(favourites), st.integers(1, 5))
    return [draw(st.lists(answer, min_size=4, max_size=4)) * 2 for _ in range(n)]


QUARTERS = np.arange(4, 21)  # scores of people who answered all four items, in quarters of a point


def most_people(wanted, n, dimension, own=None):
    """The most people among `wanted` (a mask of QUARTERS) that the told mean and interval allow.

    `own`, in quarters, is a score that is known to be there.
    """
    mean, best, known = dimension.mean, -1, (own == QUARTERS).astype(float)
    # from the item minimum on the mean is computed from tables of rounded shares
    slack = mean.step / 2 + (0.03 if n >= POLICY.thresholds[Audience.LEADER].item else 0)
    low, high = (4 * n * (mean.value + side * slack) for side in (-1, 1))
    # the standard error is of the half width before it was rounded for the interval
    half = (dimension.se + 0.0001) * stdtrit(n - 1, (1 + POLICY.confidence) / 2)
    for total in range(int(np.ceil(low - 1e-6)), int(np.floor(high + 1e-6)) + 1):
        # an interval may be as wide as it is because n and the mean ask for it: the spread may be less
        reaches = [0.0, half]
        variances = [n * (reach / stdtrit(n - 1, (1 + POLICY.confidence) / 2)) ** 2 for reach in reaches]
        squares = [variance * (n - 1) * 16 + total**2 / n for variance in variances]
        rows = np.array([np.ones(17), QUARTERS, QUARTERS**2])
        told = LinearConstraint(rows, [n, total, squares[0] - 0.01], [n, total, squares[1] + 0.01])
        found = milp(
            -wanted.astype(float), constraints=told, integrality=np.ones(17), bounds=Bounds(known, n)
        )
        if found.success:
            best = max(best, round(-found.fun))
    return best


@settings(max_examples=60)
@given(answered(10, 24))
def test_mean_and_interval_together_always_allow_two_people_beyond_the_middle(rows):
    dimension = release(sealed_from(FOUR, rows), Audience.LEADER, POLICY).dimensions["trust"]
    assume(not isinstance(dimension.interval, Suppressed))
    assert most_people(QUARTERS <= 4 * MIDDLE, len(rows), dimension) > 1
    assert most_people(QUARTERS >= 4 * MIDDLE, len(rows), dimension) > 1


@settings(max_examples=20)
@given(answered(10, 24))
def test_a_leader_who_answered_cannot_make_the_others_stand_on_one_side(rows):
    dimension = release(sealed_from(FOUR, rows, among=True), Audience.LEADER, POLICY).dimensions["trust"]
    assume(rows and not isinstance(dimension.interval, Suppressed))
    for own in {sum(row[:4]) for row in rows}:
        for beyond in (QUARTERS <= 4 * MIDDLE, QUARTERS >= 4 * MIDDLE):
            counted = int(beyond[own - 4])
            assert most_people(beyond, len(rows), dimension, own) - counted > 0


@st.composite
def agreed_on_some(draw):
    """Answers of people who differ, except on one to three of the items: there at most one person does."""
    n = draw(st.integers(15, 60))
    center, spread = draw(st.sampled_from([2.5, 3.0, 3.4, 4.0])), draw(st.sampled_from([0.4, 0.9, 1.3]))
    rows = believable(FOUR, n, draw(st.integers(0, 9999)), center=center, spread=spread)
    for item in draw(st.sets(st.integers(0, 3), min_size=1, max_size=3)):
        common, other = draw(st.integers(1, 5)), draw(st.integers(1, 5))
        for row in rows:
            row[item] = common
        rows[draw(st.integers(0, n - 1))][item] = other
    return rows


@settings(max_examples=150)
@given(answered(10, 40))
def test_no_share_that_is_shown_speaks_for_everybody(rows):
    shares = release(sealed_from(FOUR, rows), Audience.LEADER, POLICY).dimensions["trust"].shares
    assume(not isinstance(shares, Suppressed))
    assert max(shares.low, shares.middle, shares.high) < 100


@settings(max_examples=100)
@given(st.one_of(answered(15, 40), agreed_on_some()))
def test_no_item_that_is_shown_speaks_for_everybody_or_for_all_but_one(rows):
    released = release(sealed_from(FOUR, rows), Audience.LEADER, POLICY)
    shown = [
        place for place in range(4) if not isinstance(released.item_figures[f"t{place + 1}"], Suppressed)
    ]
    assume(shown)
    for place in shown:
        answers = [row[place] for row in rows]
        assert max(answers.count(code) for code in range(1, 6)) < len(rows) - 1


def test_the_figures_in_a_file_carry_no_digits_behind_those_that_are_told():
    rows = [[1 + (person + item) % 5 for item in range(8)] for person in range(11)]
    figures = release(sealed_from(FOUR, rows), Audience.LEADER, POLICY).dimensions
    assert list(figures) == ["trust", "goals"]
    for figure in figures.values():
        assert figure.mean.value * 10 == pytest.approx(round(figure.mean.value * 10), abs=1e-9)
        assert figure.interval.low * 10 == pytest.approx(round(figure.interval.low * 10), abs=1e-9)
