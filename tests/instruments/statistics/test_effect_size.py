import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import stdtr

from instruments import statistics
from instruments.aggregates.moments import Moments
from instruments.statistics import GroupMean, Reason, Summary, Undefined
from tests.instruments.building import built, coded
from tests.instruments.reference import FULL, LOOSE, SIX, grouped

FIRST, *_, FOURTH = grouped(FULL, LOOSE)
ITEM = built({"d": ["only"]}, categories=range(1, 7))


def of(answers):
    return Moments.of(ITEM, coded(ITEM, [[answer] for answer in answers]))


SIXES = [[int(digit) for digit in row] for row in SIX.split()]
LATER, EARLIER = of([row[5] for row in SIXES[:40]]), of([row[0] for row in SIXES[40:]])


def located(moments):
    return statistics.dimension_summary(moments, "d")


@pytest.mark.parametrize(
    ("later", "earlier", "figures", "bounds"),
    [
        # R: t.test(B, A): stderr, parameter, p.value, conf.int
        (
            FOURTH,
            FIRST,
            (0.506211418282915, 5.306614941581285, 0.577778900465714),
            (-0.978965444312072, 1.578965444312073),
        ),
        (
            LATER,
            EARLIER,
            (0.259484952870075, 75.224656194137992, 0.443264733584632),
            (-0.716895231106515, 0.316895231106514),
        ),
    ],
)
def test_welch_s_difference_is_as_in_r(later, earlier, figures, bounds):
    found = statistics.welch(GroupMean.of(located(later)), GroupMean.of(located(earlier)))
    interval = found.interval()
    assert (found.se, found.df, found.p) == pytest.approx(figures, rel=1e-10)
    assert (interval.low, interval.high) == pytest.approx(bounds, rel=1e-10)


def test_the_minimum_detectable_change_adds_the_quantile_of_power():
    # R: (qt(.975, df) + qt(.8, df)) * stderr of the second test above
    found = statistics.welch(GroupMean.of(located(LATER)), GroupMean.of(located(EARLIER)))
    assert found.detectable() == pytest.approx(0.736529937473086, rel=1e-10)


@given(st.floats(-2, 2), st.integers(2, 50), st.floats(0.5, 0.99))
def test_the_interval_excludes_zero_exactly_where_p_is_small(estimate, n, level):
    found = statistics.welch(GroupMean(n, estimate, 0.3), GroupMean(n + 3, 0.0, 0.2))
    interval = found.interval(level)
    assume(min(abs(interval.low), abs(interval.high)) > 1e-9)
    assert (interval.low > 0 or interval.high < 0) == (found.p < 1 - level)


def test_a_contrast_of_three_groups_has_satterthwaites_degrees_of_freedom():
    groups = [GroupMean(20, 3.1, 0.12), GroupMean(15, 3.4, 0.15), GroupMean(31, 3.9, 0.11)]
    found = statistics.linear_contrast(groups, [-0.5, 0.0, 0.5])
    variance = 0.25 * (0.12**2 + 0.11**2)
    df = variance**2 / (0.0625 * (0.12**4 / 19 + 0.11**4 / 30))
    assert (found.estimate, found.se, found.df) == pytest.approx((0.4, variance**0.5, df), rel=1e-12)
    assert found.p == pytest.approx(2 * stdtr(df, -0.4 / variance**0.5), rel=1e-12)
    two = statistics.linear_contrast(groups[::2], [-1.0, 1.0])
    assert two == statistics.welch(groups[2], groups[0])
    assert isinstance(statistics.linear_contrast([GroupMean(1, 3.0, 0.1), groups[0]], [1, -1]), Undefined)
    assert isinstance(statistics.linear_contrast(groups, [0.0, 0.0, 0.0]), Undefined)


@pytest.mark.parametrize(
    ("later", "earlier", "g", "low", "high"),
    [
        # R: J from lgamma; uniroot(function(x) pt(t, df, x) - .975 …, tol = 1e-13) * sqrt(1/n1 + 1/n2);
        # psych::d.ci(0.39300820035281, n1 = 10, n2 = 5) gives -0.698213, 1.469559 for the first
        (FOURTH, FIRST, 0.369813826104383, -0.698212319159947, 1.469554735146190),
        (LATER, EARLIER, -0.150432066275530, -0.531112623790489, 0.228958438669838),
    ],
)
def test_hedges_g_and_its_noncentral_interval_are_as_in_r(later, earlier, g, low, high):
    found = statistics.hedges_g(located(later), located(earlier))
    assert found.value == pytest.approx(g, rel=1e-10)
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), rel=1e-6)


@pytest.mark.parametrize("effect", [-6.0, 3.0, 8.0])
def test_a_very_large_effect_still_has_its_interval(effect):
    found = statistics.hedges_g(Summary(30, effect, 1.0), Summary(30, 0.0, 1.0))
    assert found.interval.low < effect < found.interval.high


def test_cliff_s_delta_and_its_interval_follow_the_pairs():
    # R: D <- sign(outer(B, A, "-")); mean(D); Cliff's unbiased s² and the interval of Feng & Cliff from D
    found = statistics.cliffs_delta(
        statistics.score_distribution(FOURTH, "d"), statistics.score_distribution(FIRST, "d")
    )
    assert found.value == pytest.approx(0.12, rel=1e-12)
    expected = (-0.630823607943148, 0.754768596327082)
    assert (found.interval.low, found.interval.high) == pytest.approx(expected, rel=1e-10)


@given(*[st.lists(st.integers(1, 6), min_size=2, max_size=15)] * 2)
def test_cliff_s_delta_is_the_share_of_pairs_above_less_that_below(later, earlier):
    found = statistics.cliffs_delta(
        statistics.score_distribution(of(later), "d"), statistics.score_distribution(of(earlier), "d")
    )
    delta = np.sign(np.subtract.outer(later, earlier)).mean()
    assume(abs(delta) < 1 and len({*later}) + len({*earlier}) > 2)
    assert found.value == pytest.approx(delta, abs=1e-12)
    assert -1 <= found.interval.low <= found.value <= found.interval.high <= 1


def test_effects_say_why_they_have_no_value():
    one, flat = Summary(1, 3.0, Undefined(Reason.TOO_FEW)), Summary(5, 3.0, 0.0)
    assert GroupMean.of(one) == Undefined(Reason.TOO_FEW)
    assert GroupMean.of(Undefined(Reason.NOBODY)) == Undefined(Reason.NOBODY)
    assert statistics.welch(GroupMean(5, 3.0, 0.0), GroupMean(9, 4.0, 0.0)) == Undefined(Reason.NO_VARIANCE)
    assert statistics.welch(GroupMean(1, 3.0, 0.0), GroupMean(9, 4.0, 0.1)) == Undefined(Reason.TOO_FEW)
    assert statistics.hedges_g(one, flat) == Undefined(Reason.TOO_FEW)
    assert statistics.hedges_g(flat, flat) == Undefined(Reason.NO_VARIANCE)
    for answers, reason in [([], Reason.NOBODY), ([3], Reason.TOO_FEW)]:
        found = statistics.cliffs_delta(
            statistics.score_distribution(of(answers), "d"), statistics.score_distribution(of([1, 2]), "d")
        )
        assert found == Undefined(reason)


def test_groups_that_do_not_overlap_have_a_delta_and_no_interval():
    apart = statistics.cliffs_delta(
        statistics.score_distribution(of([5, 6]), "d"), statistics.score_distribution(of([1, 2]), "d")
    )
    assert (apart.value, apart.interval) == (1.0, Undefined(Reason.SEPARATED))
    alike = statistics.cliffs_delta(
        statistics.score_distribution(of([3, 3]), "d"), statistics.score_distribution(of([3, 3]), "d")
    )
    assert (alike.value, alike.interval) == (0.0, Undefined(Reason.NO_VARIANCE))
