import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments import statistics
from instruments.aggregates.moments import Moments
from instruments.scoring import score
from instruments.statistics import Reason, Undefined
from tests.instruments.building import coded
from tests.instruments.reference import FOUR, FULL, HOLES, LOOSE, TIGHT, grouped, of_groups


@pytest.mark.parametrize(
    ("text", "groups", "expected"),
    [
        # R: f <- aov(rowMeans(X) ~ as.factor(g)); multilevel::ICC1(f), ICC2(f); n0 and its ICC(1) from
        # summary(f)[[1]][, "Mean Sq"] and (sum(n) - sum(n^2)/sum(n))/(G - 1)
        (FULL, TIGHT, (0.903792648996925, 0.986005495558822, 7.04444444444444, 0.90910519224953)),
        (FULL, LOOSE, (-0.0651307490381633, -0.847100505683936, 7.35555555555556, -0.0664947986848211)),
        # rowMeans(Y, na.rm = TRUE), no row with fewer than two answers
        (HOLES, LOOSE, (-0.0263197267452879, -0.238138213119639, 7.35555555555556, -0.0268504571149465)),
    ],
)
def test_the_intraclass_correlations_are_as_in_multilevel(text, groups, expected):
    found = statistics.intraclass_correlations(grouped(text, groups), "d")
    figures = found.icc1_mean_size, found.icc2, found.size, found.icc1
    assert figures == pytest.approx(expected, rel=1e-9)


def moments(*rows):
    return Moments.of(FOUR, coded(FOUR, rows))


def test_groups_of_equal_size_leave_nothing_to_choose():
    found = statistics.intraclass_correlations(
        [moments([1] * 4, [2] * 4), moments([4] * 4, [4, 4, 5, 5])], "d"
    )
    assert found.icc1 == found.icc1_mean_size
    assert found.size == 2


def test_groups_nobody_answered_do_not_count():
    groups = [moments([1] * 4, [2] * 4), Moments.empty(FOUR), moments([4] * 4, [4, 4, 5, 5])]
    assert statistics.intraclass_correlations(groups, "d").groups == 2


def test_equal_means_leave_the_reliability_of_means_undefined():
    found = statistics.intraclass_correlations([moments([1] * 4, [3] * 4), moments([2] * 4, [2] * 4)], "d")
    assert found.icc2 == Undefined(Reason.NO_DIFFERENCE)
    assert found.icc1 == -1


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ([], Reason.ONE_GROUP),
        ([moments([1] * 4, [2] * 4)], Reason.ONE_GROUP),
        ([moments([1] * 4), moments([2] * 4)], Reason.SINGLE_PERSONS),
        ([moments([3] * 4, [3] * 4), moments([3] * 4)], Reason.NO_VARIANCE),
    ],
)
def test_intraclass_says_why_it_has_no_value(groups, reason):
    assert statistics.intraclass_correlations(groups, "d") == Undefined(reason)


@settings(max_examples=10)
@given(st.integers(0, 9))
def test_persons_scores_give_the_same_as_moments(seed):
    random = np.random.default_rng(seed)
    rows = random.integers(0, 5, (40, 4), dtype=np.int8)
    rows[random.random(rows.shape) < 0.3] = len(FOUR.scale.categories) + len(FOUR.scale.unscored)
    groups = random.integers(0, 6, 40)
    of_moments = statistics.intraclass_correlations(of_groups(FOUR, rows, groups), "d")
    of_scores = statistics.intraclass_correlations_of(score(FOUR, rows)[:, 0], groups)
    for name in ("icc1", "icc1_mean_size", "icc2", "size", "groups"):
        assert getattr(of_scores, name) == pytest.approx(getattr(of_moments, name))
    assert of_scores.icc1_interval.low == pytest.approx(of_moments.icc1_interval.low)


def test_scores_of_one_group_or_of_nobody_have_no_intraclass_correlation():
    for scores in ([], [np.nan, np.nan], [1.0, 2.0, np.nan]):
        groups = np.array([0, 0, 1][: len(scores)], dtype=int)
        found = statistics.intraclass_correlations_of(np.array(scores), groups)
        assert found == Undefined(Reason.ONE_GROUP)
