import math

import numpy as np
import pytest

from reports.disclosure.feasibility import (
    AnswerCounts,
    ReaderKnowledge,
    bounds_of_parts,
    mean_is_unbounded,
    part_is_protected,
)
from reports.disclosure.unanimity import MeanBounds

VALUES = np.arange(1.0, 6.0)


def told(n, low, high=None):
    return MeanBounds(n, low, low if high is None else high, 1.0, 5.0)


def answered(*items, known=0):
    """Each item as how many gave each answer from 1 to 5."""
    return AnswerCounts.of(np.array(items), VALUES, known)


def known(squares=math.inf, answers=None, own=()):
    return ReaderKnowledge(squares, answers, own)


def test_a_part_and_its_rest_cannot_lie_where_the_whole_does_not():
    part, rest = bounds_of_parts(told(20, 3.0), [told(8, 2.95, 3.05)])
    assert (part.low, part.high) == (2.95, 3.05)
    assert rest.n == 12
    assert (rest.low, rest.high) == pytest.approx(((60 - 24.4) / 12, (60 - 23.6) / 12))


def test_a_coarse_part_is_sharpened_by_a_fine_whole_and_fine_others():
    coarse, _ = bounds_of_parts(told(15, 3.0), [told(5, 2.0, 4.0), told(10, 3.0)])
    assert (coarse.low, coarse.high) == pytest.approx((3.0, 3.0))


def test_few_among_many_are_hidden_and_nearly_all_are_not():
    assert mean_is_unbounded(told(10, 3.0), 4, 1.0, known())
    assert not mean_is_unbounded(told(5, 3.0), 4, 1.0, known())
    assert not mean_is_unbounded(told(4, 3.0), 4, 1.0, known())


def test_a_reader_who_is_one_of_the_others_needs_one_more_to_hide_behind():
    assert mean_is_unbounded(told(6, 3.0), 4, 1.0, known())
    assert not mean_is_unbounded(told(6, 3.0), 4, 1.0, known(own=(3.0,)))
    assert mean_is_unbounded(told(7, 3.0), 4, 1.0, known(own=(3.0,)))


def test_a_narrow_spread_bounds_the_few():
    # four of ten lie at most √(squares · 6 / 40) from the mean of all
    assert mean_is_unbounded(told(10, 3.0), 4, 1.0, known(squares=2.0))
    assert not mean_is_unbounded(told(10, 3.0), 4, 1.0, known(squares=1.0))


def test_answers_that_lie_close_together_bound_the_few():
    assert mean_is_unbounded(told(10, 3.5), 4, 1.0, known(answers=answered([4, 4, 4, 4, 4], [4, 4, 4, 4, 4])))
    assert not mean_is_unbounded(
        told(10, 3.5), 4, 1.0, known(answers=answered([0, 0, 10, 10, 0], [0, 0, 10, 10, 0]))
    )


def test_the_least_and_most_leave_out_the_readers_own_answers():
    stretched = answered([1, 0, 10, 0, 1])
    assert (stretched.least(2), stretched.most(2)) == (4.0, 8.0)
    alone = answered([1, 0, 10, 0, 1], known=1)
    assert (alone.least(2), alone.most(2)) == (6.0, 6.0)


def test_a_part_at_the_top_needs_two_low_answers_it_can_afford():
    some_low = answered([0, 0, 4, 8, 8], [0, 0, 4, 8, 8])
    assert part_is_protected(told(8, 4.0, 4.2), some_low)
    assert not part_is_protected(told(8, 4.7, 4.8), some_low)
    one_low = answered([0, 0, 1, 11, 8], [0, 0, 1, 11, 8])
    assert not part_is_protected(told(8, 4.0, 4.2), one_low)


def test_a_mean_that_falls_into_a_gap_between_the_answers_is_not_vouched_for():
    either_end = answered([10, 0, 0, 0, 10], [10, 0, 0, 0, 10])
    assert not part_is_protected(told(8, 2.9, 3.0), either_end)
    assert part_is_protected(told(8, 2.9, 3.2), either_end)
