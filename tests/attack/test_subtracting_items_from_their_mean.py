"""A leader who adds up the items and subtracts the mean: what is left are the people who skipped some.

A mean weighs people alike, items weigh answers alike, so that items × n × mean − the items' sums is made of
the scores of those alone who left something blank. The reader here knows more than any: how many answered
each item, each item's sum to the last digit, and who skipped what.
"""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reports.disclosure import Audience, ReleasedMean, release
from tests.policies import POLICY
from tests.reports.waves import FOUR, believable, sealed_from

ITEMS = ("t1", "t2", "t3", "t4")
# the items of a single unit are never released to its owner, so no part of a dimension is either
WHO_SEES_ITEMS = [audience for audience in Audience if POLICY.thresholds[audience].unit_items]


def with_skips(n, skipped, seed=7):
    """The rows of n believable people, of whom the first left those of the first four items blank."""
    rows = believable(FOUR, n, seed)
    for row, blank in zip(rows, skipped, strict=False):
        for place in blank:
            row[place] = None
    return rows


def difference(rows, mean, items=range(4)):
    """The ends of what the reader gets: items × n × mean, less all that was answered to these items."""
    people = [[row[place] for place in range(4)] for row in rows]
    whole = len(items) == 4
    needed = 2 if whole else 4
    n = sum(sum(each is not None for each in person) >= needed for person in people)
    answered = sum(person[place] or 0 for person in people for place in items)
    ends = (mean.value - mean.step / 2, mean.value + mean.step / 2)
    return [len(items) * n * end - answered for end in ends]


def bounded_to(rows, mean, items=range(4)):
    """How widely the mean of those who skipped may lie, on the scale, for who knows which they skipped."""
    ends, weight, partial = difference(rows, mean, items), 0, 0
    for row in rows:
        given = sum(row[place] is not None for place in range(4))
        told = sum(row[place] is not None for place in items)
        if len(items) == 4:
            weight += 4 - given if 2 <= given < 4 else given if given < 2 else 0
            partial += 0 < given < 4
        elif given < 4:
            weight += told
            partial += told > 0
    return (ends[1] - ends[0]) / weight if weight else np.inf, partial


@pytest.mark.parametrize("told", [1, 2, 3, 4, 5])
def test_the_one_person_who_answered_a_single_item_is_not_had_by_subtraction(told):
    rows = with_skips(25, [(1, 2, 3)])
    rows[0][0] = told
    mean = release(sealed_from(FOUR, rows), Audience.LEADER, POLICY).dimensions["trust"].mean
    low, high = difference(rows, mean)
    assert high - low > 4
    assert low <= -told <= high


def test_the_one_person_who_skipped_an_item_is_not_had_from_the_items_two_versions_share():
    rows = with_skips(25, [(3,)])
    shared = frozenset(ITEMS[:3])
    released = release(sealed_from(FOUR, rows), Audience.LEADER, POLICY, items=shared)
    mean = released.dimensions["trust"].mean
    assert bounded_to(rows, mean, range(3))[0] > 1


@st.composite
def few_who_skipped(draw, audience):
    """Answers of 20 people or more who left no blank, and of a group under the minimum who did."""
    few = draw(st.integers(1, POLICY.thresholds[audience].mean - 1))
    blanks = st.sets(st.integers(0, 3), min_size=1, max_size=3).map(tuple)
    skipped = draw(st.lists(blanks, min_size=few, max_size=few))
    return with_skips(few + draw(st.integers(20, 60)), skipped, draw(st.integers(0, 9999)))


@pytest.mark.parametrize("audience", list(Audience), ids=lambda audience: audience.value)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_group_under_the_minimum_is_bounded_to_a_scale_point_by_what_it_skipped(audience, data):
    rows = data.draw(few_who_skipped(audience))
    mean = release(sealed_from(FOUR, rows), audience, POLICY).dimensions["trust"].mean
    assume(isinstance(mean, ReleasedMean))
    width, people = bounded_to(rows, mean)
    assert people <= POLICY.thresholds[audience].mean - 1
    assert width > POLICY.unanimity_width


@pytest.mark.parametrize("audience", WHO_SEES_ITEMS, ids=lambda audience: audience.value)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_nor_by_what_it_skipped_of_the_items_two_versions_share(audience, data):
    rows, shared = data.draw(few_who_skipped(audience)), frozenset(ITEMS[:3])
    mean = release(sealed_from(FOUR, rows), audience, POLICY, items=shared).dimensions["trust"].mean
    assume(isinstance(mean, ReleasedMean))
    width, people = bounded_to(rows, mean, range(3))
    assert people <= POLICY.thresholds[audience].mean - 1
    assert width > POLICY.unanimity_width


def test_where_nobody_skipped_or_enough_did_the_mean_is_told_as_finely_as_ever():
    for skipped in ([], [(0, 1, 2, 3)] * 3, [(each % 4,) for each in range(6)]):
        rows = with_skips(25, skipped)
        mean = release(sealed_from(FOUR, rows), Audience.LEADER, POLICY).dimensions["trust"].mean
        assert mean.step == POLICY.rounding.fine_step


def test_among_many_a_few_who_skipped_cost_no_digit():
    rows = with_skips(60, [(0,)])
    mean = release(sealed_from(FOUR, rows), Audience.LEADER, POLICY).dimensions["trust"].mean
    assert mean.step == POLICY.rounding.fine_step
    assert bounded_to(rows, mean)[0] > 2
