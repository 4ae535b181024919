import pytest

from instruments import statistics
from instruments.aggregates.moments import Moments
from instruments.statistics import Reason, Undefined
from tests.instruments.building import coded
from tests.instruments.reference import FOUR, FULL, HOLES, LOOSE, TIGHT, grouped


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
    assert found.icc2 == Undefined(Reason.NO_VARIANCE)
    assert found.icc1 == -1


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ([], Reason.ONE_GROUP),
        ([moments([1] * 4, [2] * 4)], Reason.ONE_GROUP),
        ([moments([1] * 4), moments([2] * 4)], Reason.TOO_FEW),
        ([moments([3] * 4, [3] * 4), moments([3] * 4)], Reason.NO_VARIANCE),
    ],
)
def test_intraclass_says_why_it_has_no_value(groups, reason):
    assert statistics.intraclass_correlations(groups, "d") == Undefined(reason)
