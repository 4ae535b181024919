import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments import statistics
from instruments.aggregates.moments import Moments
from instruments.scoring import score
from instruments.statistics import Reason, Undefined
from tests.instruments.building import built, coded
from tests.instruments.reference import Y, sums_of


def summary(moments, items=None):
    return statistics.dimension_summary(moments, "d", items)


def interval(moments, level=0.95):
    return statistics.interval(summary(moments), level)


VERSION = built({"d": ["a", "b", "-c", "e"]})
ROWS = [[5, 4, 1, 4], [3, None, 3, 2], [2, 2, 5, None], [4, 4, 2, 5], [None, None, None, 5]]
MOMENTS = Moments.of(VERSION, coded(VERSION, ROWS))


def test_mean_sd_se_and_interval_of_a_dimension_are_those_of_the_persons_scores():
    scores = score(VERSION, coded(VERSION, ROWS))[:4, 0]
    assert summary(MOMENTS).mean == pytest.approx(scores.mean(), rel=1e-14)
    assert statistics.sd(summary(MOMENTS)) == pytest.approx(scores.std(ddof=1), rel=1e-14)
    found = interval(MOMENTS)
    reach = 3.182446305284263 * scores.std(ddof=1) / 2  # R: qt(.975, 3)
    assert (found.low, found.high) == pytest.approx((scores.mean() - reach, scores.mean() + reach))


def test_a_single_common_item_is_scored_for_all_who_answered_it():
    assert summary(MOMENTS, frozenset({"e"})).n == 4
    assert summary(MOMENTS, frozenset({"e"})).mean == 4.0
    assert summary(MOMENTS, frozenset({"c", "elsewhere"})).mean == (5 + 3 + 1 + 4) / 4


def test_some_common_items_are_scored_for_those_who_answered_every_item():
    found = summary(MOMENTS, frozenset({"a", "c"}))
    complete = np.array([(5 + 5) / 2, (4 + 4) / 2])
    assert (found.n, found.mean) == (2, complete.mean())
    assert found.variance == pytest.approx(complete.var(ddof=1))


def test_some_common_items_are_undefined_without_cross_products():
    hidden = sums_of(VERSION, coded(VERSION, ROWS))
    assert summary(hidden, frozenset({"a", "c"})) == Undefined(Reason.WITHHELD)
    assert summary(hidden, frozenset("abce")) == summary(MOMENTS)
    assert summary(hidden, frozenset({"x"})) == Undefined(Reason.ITEMS_APART)


def test_of_an_item_without_its_table_only_the_mean_is_known():
    hidden = sums_of(VERSION, coded(VERSION, ROWS))
    for item in VERSION.items:
        found, whole = statistics.item_summary(hidden, item.id), statistics.item_summary(MOMENTS, item.id)
        assert (found.n, found.mean) == (whole.n, pytest.approx(whole.mean))
        assert found.variance == Undefined(Reason.WITHHELD)
        assert statistics.item_distribution(hidden, item.id) == Undefined(Reason.WITHHELD)
    nobody = sums_of(VERSION, coded(VERSION, [[None] * 4]))
    assert statistics.item_summary(nobody, "a") == Undefined(Reason.NOBODY)


def test_figures_nobody_answered_are_undefined():
    nobody = Moments.empty(VERSION)
    assert summary(nobody) == Undefined(Reason.NOBODY)
    for figure in (statistics.sd, statistics.se, statistics.interval):
        assert figure(summary(nobody)) == Undefined(Reason.NOBODY)
    assert statistics.item_summary(nobody, "a") == Undefined(Reason.NOBODY)
    assert statistics.percentile(statistics.score_distribution(nobody, "d"), 0.5) == Undefined(Reason.NOBODY)
    assert summary(nobody, frozenset({"a", "b"})) == Undefined(Reason.NOBODY)


def test_one_person_has_a_mean_but_no_spread():
    one = Moments.of(VERSION, coded(VERSION, [[5, 4, 1, 4]]))
    assert summary(one).mean == 4.5
    assert statistics.sd(summary(one)) == Undefined(Reason.TOO_FEW)
    assert interval(one) == Undefined(Reason.TOO_FEW)
    assert statistics.sd(summary(one, frozenset({"a", "b"}))) == Undefined(Reason.TOO_FEW)


def test_equal_scores_give_no_interval_of_width_zero():
    alike = Moments.of(VERSION, coded(VERSION, [[4, 4, 2, 4]] * 6))
    assert statistics.sd(summary(alike)) == 0
    assert interval(alike) == Undefined(Reason.NO_VARIANCE)


@pytest.mark.parametrize("people", [3, 6, 12, 21])  # as many times 5/3 ÷ as many is not 5/3 in binary
def test_equal_scores_of_a_third_leave_no_variance_either(people):
    version = built({"d": ["a", "b", "c"]})
    alike = Moments.of(version, coded(version, [[2, 2, 1]] * people))
    assert interval(alike) == Undefined(Reason.NO_VARIANCE)


def test_a_distribution_turns_reversed_items_round_and_counts_scored_answers_only():
    assert statistics.item_distribution(MOMENTS, "c").counts.tolist() == [1, 0, 1, 1, 1]
    assert statistics.item_distribution(MOMENTS, "b").counts.tolist() == [0, 1, 0, 2, 0]


@given(st.lists(st.integers(1, 5), min_size=1, max_size=40), st.floats(0, 1))
def test_percentiles_are_those_of_the_scores_themselves(answers, share):
    version = built({"d": ["only"]})
    distribution = statistics.score_distribution(
        Moments.of(version, coded(version, [[answer] for answer in answers])), "d"
    )
    assert statistics.percentile(distribution, share) == pytest.approx(np.quantile(answers, share))


def test_mean_interval_and_percentiles_are_as_in_r():
    # R: s <- rowMeans(Y, na.rm = TRUE), no row with fewer than two answers; mean(s), sd(s),
    # t.test(s)$conf.int, t.test(s, conf.level = .9)$conf.int, quantile(s, c(.1, .25, .5, .75, .9), type = 7)
    usual, narrower = (interval(Y, level) for level in (0.95, 0.9))
    assert summary(Y).mean == pytest.approx(3.30555555555556, rel=1e-13)
    assert statistics.sd(summary(Y)) == pytest.approx(0.697331164879451, rel=1e-13)
    assert statistics.se(summary(Y)) == pytest.approx(0.697331164879451 / 30**0.5, rel=1e-13)
    assert (usual.low, usual.high) == pytest.approx((3.04516781923689, 3.56594329187422), rel=1e-12)
    assert (narrower.low, narrower.high) == pytest.approx((3.08923175941912, 3.52187935169199), rel=1e-12)
    distribution = statistics.score_distribution(Y, "d")
    found = [statistics.percentile(distribution, share) for share in (0.1, 0.25, 0.5, 0.75, 0.9)]
    assert found == pytest.approx([2.5, 2.75, 3.41666666666667, 3.75, 4.0], rel=1e-13)
