"""A leader sets the breakdown by a background question beside the distribution of every item, in an integer
program: how closely does it bound the people of one category?
"""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from instruments.answers import SKIPPED
from reports.disclosure import SUPPRESSED, Audience, Suppressed, release
from tests.attack.breakdowns import FOUR, ROLE, TWO, WIDTH, broken, told_of
from tests.policies import POLICY

LEADER, AMONG, *_ = Audience


@st.composite
def agreeing(draw, version):
    """People in two roles who may agree very much inside them."""
    made = []
    for name, least in zip((*ROLE.categories, SKIPPED), (5, 8, 2), strict=True):
        favourites = draw(st.lists(st.integers(1, 5), min_size=1, max_size=3))
        answer = st.one_of(st.sampled_from(favourites), st.sampled_from(favourites), st.integers(1, 5))
        codes = st.lists(answer, min_size=len(version.items), max_size=len(version.items))
        made += [(name, draw(codes)) for _ in range(draw(st.integers(least, 12)))]
    return made


def may_stand(answers, n, low, high, *, side, people=2):
    """Whether so many of n people may have scores on or beyond the middle: an integer program.

    The reader knows every item's exact distribution over everybody (`answers`, persons × items), and that
    the n people's scores sum to low…high, not whose answers are whose. Some are modelled one by one, the
    others by their counts.
    """
    items = answers.shape[1]
    counts = np.array([np.bincount(answers[:, item], minlength=6)[1:] for item in range(items)])
    values, each = np.arange(1, 6), np.kron(np.eye(items), np.ones(5))
    scores, none, parts = np.tile(values, items), np.zeros((items, items * 5)), range(people + 1)
    rows, least, most = [], [], []
    for place, people_there in enumerate((*[1] * people, n - people)):
        rows.append(np.hstack([each if place == part else none for part in parts]))
        least, most = [*least, *[people_there] * items], [*most, *[people_there] * items]
    rows.append(np.hstack([np.eye(items * 5)] * len(parts)))
    least, most = [*least, *[0] * items * 5], [*most, *counts.ravel()]
    rows.append(np.tile(scores, len(parts))[np.newaxis])
    least, most = [*least, items * low - 1e-6], [*most, items * high + 1e-6]
    for person in range(people):
        rows.append(np.hstack([scores if part == person else 0 * scores for part in parts])[np.newaxis])
        least, most = [*least, 3 * items if side > 0 else 0], [*most, 5 * items if side > 0 else 3 * items]
    told = LinearConstraint(np.vstack(rows), least, most)
    size = len(parts) * items * 5
    return milp(np.zeros(size), constraints=told, integrality=np.ones(size), bounds=Bounds(0, n)).success


def told_parts(people, audience):
    """(n, low, high) of every told part, and of the rest, where the distribution of the whole is told."""
    version = FOUR if len(people[0][1]) == len(FOUR.items) else TWO
    shown, sums = told_of(broken(version, ROLE, people, among=audience is AMONG))
    if not sums or isinstance(shown.dimensions["trust"].histogram, Suppressed):
        return {}
    mean = shown.dimensions["trust"].mean
    whole = [len(people) * (mean.value + side * mean.step / 2) for side in (-1, 1)]
    rest = len(people) - sum(n for n, *_ in sums.values())
    low, high = (
        whole[0] - sum(most for *_, most in sums.values()),
        whole[1] - sum(least for _, least, _ in sums.values()),
    )
    return {**sums, SKIPPED: (rest, low, high)} if rest else sums


@pytest.mark.parametrize("version", [TWO, FOUR], ids=["two items", "four items"])
@settings(max_examples=40)
@given(data=st.data())
def test_beside_every_distribution_two_people_of_each_part_may_still_stand_apart(version, data):
    people = data.draw(agreeing(version))
    answers, parts = np.array([codes for _, codes in people]), told_parts(people, LEADER)
    assume(parts)
    for n, low, high in parts.values():
        for side in (-1, 1):
            assert may_stand(answers, n, low, high, side=side)


@pytest.mark.parametrize("version", [TWO, FOUR], ids=["two items", "four items"])
@settings(max_examples=12)  # each asks of every person there
@given(data=st.data())
def test_a_leader_who_answered_still_does_not_know_where_one_other_of_the_own_part_stands(version, data):
    people = data.draw(agreeing(version))
    parts = told_parts(people, AMONG)
    assume(parts and people)
    for place in {(name, tuple(codes)): place for place, (name, codes) in enumerate(people)}.values():
        name, codes = people[place]
        n, low, high = parts.get(name) or parts[SKIPPED]
        others = np.array([each for at, (_, each) in enumerate(people) if at != place])
        own = sum(codes) / len(codes)
        for side in (-1, 1):
            assert may_stand(others, n - 1, low - own, high - own, side=side, people=1)


@st.composite
def hiding(draw, version):
    """People in two roles, the second of few, and some who would rather not say; many agree."""
    sizes = draw(st.tuples(st.integers(9, 14), st.integers(1, 4), st.integers(2, 9)))
    favourites = draw(st.lists(st.integers(1, 5), min_size=2, max_size=4))
    answer = st.one_of(st.sampled_from(favourites), st.sampled_from(favourites), st.integers(1, 5))
    codes = st.lists(answer, min_size=len(version.items), max_size=len(version.items))
    kinds = zip((*ROLE.categories, SKIPPED), sizes, strict=True)
    return [(name, draw(codes)) for name, size in kinds for _ in range(size)]


def bounded(people, items, told, hidden):
    """How widely the mean of `hidden` of those not told of may lie: integer programs.

    The reader knows every item's exact distribution over everybody, and for each told part how many are in
    it and what their scores sum to, as (n, low, high).
    """
    answers = np.array([codes for _, codes in people])
    counts = np.array([np.bincount(answers[:, item], minlength=6)[1:] for item in range(items)])
    sizes = [hidden, len(people) - hidden - sum(n for n, *_ in told), *(n for n, *_ in told)]
    each, cells = np.kron(np.eye(items), np.ones(5)), items * 5
    scores = np.tile(np.arange(1, 6), items) / items
    rows, least, most = [np.hstack([np.eye(cells)] * len(sizes))], [*counts.ravel()], [*counts.ravel()]
    for place, size in enumerate(sizes):
        rows.append(np.hstack([each if place == part else 0 * each for part in range(len(sizes))]))
        least, most = [*least, *[size] * items], [*most, *[size] * items]
    for place, (_, low, high) in enumerate(told, start=2):
        rows.append(np.hstack([scores if place == part else 0 * scores for part in range(len(sizes))])[None])
        least, most = [*least, low - 1e-9], [*most, high + 1e-9]
    known, width = LinearConstraint(np.vstack(rows), least, most), len(sizes) * cells
    goal = np.r_[scores / hidden, np.zeros(width - cells)]
    found = [
        milp(sign * goal, constraints=known, integrality=np.ones(width), bounds=Bounds(0, len(people)))
        for sign in (1, -1)
    ]
    assert all(each.success for each in found)
    return -found[1].fun - found[0].fun


@pytest.mark.parametrize("version", [TWO, FOUR], ids=["two items", "four items"])
@settings(max_examples=40)
@given(data=st.data())
def test_beside_every_distribution_a_small_category_is_not_bounded_to_a_scale_point(version, data):
    people = data.draw(hiding(version))
    shown, sums = told_of(broken(version, ROLE, people))
    assume(sums and not isinstance(shown.dimensions["trust"].histogram, Suppressed))
    hidden = sum(name == ROLE.categories[1] for name, _ in people)
    assert bounded(people, len(version.items), list(sums.values()), hidden) > WIDTH


def test_where_the_whole_answers_in_two_neighbouring_categories_no_remainder_is_left():
    """Everybody says 3 or 4: a mean of eleven among eighteen would say of the hidden seven what they said."""
    people = [(ROLE.categories[0], [3, 4, 3, 4])] * 6 + [(ROLE.categories[0], [4, 3, 3, 4])] * 5
    people += [(ROLE.categories[1], [3, 3, 3, 4])] * 3 + [(SKIPPED, [4, 4, 4, 3])] * 4
    shown = release(broken(FOUR, ROLE, people), LEADER, POLICY)
    assert shown.breakdown.categories[ROLE.categories[0]].n == 11
    assert {each.means["trust"] for each in shown.breakdown.categories.values()} == {SUPPRESSED}


def test_a_mean_that_the_told_distribution_leaves_no_doubt_about_is_not_told():
    """The whole has no 2 and no 3, and few 5: twelve people at 4.6 cannot hold two of those who said 1."""
    high = [[5, 5]] * 7 + [[5, 4]] + [[4, 4]] * 4
    low = [[1, 1]] * 4 + [[4, 5]] + [[4, 4]] * 3
    people = [(ROLE.categories[0], codes) for codes in high] + [(ROLE.categories[1], codes) for codes in low]
    shown = release(broken(TWO, ROLE, people), LEADER, POLICY)
    assert shown.dimensions["trust"].histogram is not SUPPRESSED
    answers = np.array([codes for _, codes in people])
    assert not may_stand(answers, 12, 12 * 4.55, 12 * 4.65, side=-1)
    assert {each.means["trust"] for each in shown.breakdown.categories.values()} == {SUPPRESSED}


def test_where_the_spread_lies_between_two_groups_nobody_in_them_is_bounded():
    """Six at 2 and six at 4: the told spread is all between the groups, so each of them would be known."""
    people = [
        (name, [code] * 4) for name, code in zip(ROLE.categories, (2, 4), strict=True) for _ in range(6)
    ]
    shown = release(broken(FOUR, ROLE, people), LEADER, POLICY)
    assert shown.dimensions["trust"].interval is not SUPPRESSED
    assert {each.means["trust"] for each in shown.breakdown.categories.values()} == {SUPPRESSED}
