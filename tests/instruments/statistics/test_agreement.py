import numpy as np
import pytest

from instruments import statistics
from instruments.aggregates.moments import Moments
from instruments.statistics import Reason, Undefined
from instruments.statistics.agreement import _uniform_variance
from tests.instruments.building import built, coded
from tests.instruments.reference import FULL, HOLES, LOOSE, X, grouped


def test_rwg_j_is_as_in_multilevel():
    # R: multilevel::rwg.j(X, LOOSE, ranvar = 2)$rwg.j, the same of Y, and of X as one group
    found = [statistics.rwg_j(group, "d") for group in grouped(FULL, LOOSE)]
    assert found == pytest.approx(
        [0.277227722772277, 0.875255623721881, 0.848090982940699, 0.817204301075269], rel=1e-12
    )
    assert statistics.rwg_j(X, "d") == pytest.approx(0.813881891967534, rel=1e-12)
    # the first group of Y keeps three complete persons, the least we take
    found = [statistics.rwg_j(group, "d") for group in grouped(HOLES, LOOSE)]
    assert found == pytest.approx(
        [0.869565217391304, 0.871572871572871, 0.863436123348018, 0.771929824561404], rel=1e-12
    )


def test_the_average_deviation_is_as_in_multilevel():
    # R: multilevel::ad.m(X, LOOSE, type = "mean")$AD.M
    found = [statistics.average_deviation(group, "d") for group in grouped(FULL, LOOSE)]
    assert found == pytest.approx([0.96, 0.63265306122449, 0.7265625, 0.77], rel=1e-12)


def test_the_variance_of_chance_is_the_textbook_s():
    assert _uniform_variance(built({"d": ["a"]}).scale) == 2.0
    assert _uniform_variance(built({"d": ["a"]}, categories=range(11)).scale) == pytest.approx(120 / 12)


PAIR = built({"d": ["a", "b"]})


def test_two_camps_at_the_ends_agree_no_better_than_chance():
    moments = Moments.of(PAIR, coded(PAIR, [[1, 1], [1, 1], [5, 5], [5, 5]]))
    assert statistics.rwg_j(moments, "d") == 0
    assert statistics.average_deviation(moments, "d") == 2


def test_one_voice_is_full_agreement():
    moments = Moments.of(PAIR, coded(PAIR, [[4, 2]] * 3))
    assert statistics.rwg_j(moments, "d") == 1
    assert statistics.average_deviation(moments, "d") == 0


def test_all_who_scored_an_item_may_count_instead():
    moments = Moments.of(PAIR, coded(PAIR, [[1, None], [3, None], [None, 2], [None, 4], [None, 3]]))
    assert statistics.rwg_j(moments, "d") == Undefined(Reason.NOT_COMPLETE)
    ratio = (2 + 1) / 2 / 2
    expected = 2 * (1 - ratio) / (2 * (1 - ratio) + ratio)
    assert statistics.rwg_j(moments, "d", None) == pytest.approx(expected)


@pytest.mark.parametrize(("rows", "reason"), [([], Reason.NOBODY), ([[1, 2]], Reason.TOO_FEW)])
def test_nobody_and_one_person_agree_with_no_one(rows, reason):
    moments = Moments.of(PAIR, coded(PAIR, rows))
    assert statistics.rwg_j(moments, "d") == Undefined(reason)
    assert statistics.rwg_j(moments, "d", None) == Undefined(reason)
    assert statistics.average_deviation(moments, "d") == Undefined(reason)


def test_two_camps_disagree_more_than_answers_at_random():
    moments = Moments.of(PAIR, coded(PAIR, [[1, 1]] * 5 + [[5, 5]] * 5))
    found = statistics.disagreement(moments, "d")
    # s² is 40/9 about 3, that of the uniform null 2: Lindell, Brandt & Whitney's r* is 1 − 20/9
    assert (found.n, found.ratio, found.r_star) == (10, pytest.approx(20 / 9), pytest.approx(-11 / 9))
    # v = 6.8/10 − 4·7/90, z = (40/9 − 2)/√v = 4.025; R: pnorm(-4.0251)
    assert found.p == pytest.approx(2.85e-5, rel=0.01)
    assert statistics.rwg_j(moments, "d") == 0


def test_who_agrees_has_no_disagreement_beyond_chance():
    found = statistics.disagreement(X, "d")
    assert found.n == 30
    assert 0 < found.ratio < 1
    assert found.p > 0.9


@pytest.mark.parametrize("alike", [False, True], ids=["items by themselves", "items say the same"])
@pytest.mark.parametrize("people", [8, 20, 100])
def test_answers_at_random_are_seldom_called_disagreement(people, alike):
    random = np.random.default_rng(people)
    seen = 0
    for _ in range(300):
        rows = random.integers(0, 5, (people, 2), dtype=np.int8)
        rows[:, 1] = rows[:, 0] if alike else rows[:, 1]
        seen += statistics.disagreement(Moments.of(PAIR, rows), "d").p < 0.05
    assert seen <= 0.08 * 300


def test_disagreement_says_why_it_has_no_value():
    moments = Moments.of(PAIR, coded(PAIR, [[1, None], [3, None], [None, 2], [None, 4]]))
    assert statistics.disagreement(moments, "d") == Undefined(Reason.NOT_COMPLETE)
