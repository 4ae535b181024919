"""How large a change so many invited could show, said beforehand."""

import pytest

from instruments import statistics
from reports.disclosure import Audience
from reports.results.expectations import visible_changes
from reports.results.profile import profile
from tests.policies import POLICY
from tests.reports.results.test_verdicts import MINOR, released, wave
from tests.reports.waves import FOUR


def visible(before, invited, version=FOUR, contrasts=1):
    return visible_changes(released(before), version, invited, contrasts, POLICY)


def test_the_smallest_visible_change_is_that_of_the_test_that_will_be_made():
    before = wave(2025, 30)
    figure = released(before).dimensions["trust"]
    later = statistics.GroupMean(40, figure.mean.value, figure.se * (30 / 40) ** 0.5)
    earlier = statistics.GroupMean(30, figure.mean.value, figure.se)
    exact = statistics.linear_contrast([earlier, later], (-1, 1)).detectable(1 - 0.05 / 2, 0.8)
    found = visible(before, 40)["trust"]
    assert 0 <= found.with_all - exact < 10**-found.decimals
    assert found.fewest == 24


def test_it_is_the_one_the_report_then_tells_where_people_differ_as_before():
    before, after = wave(2025, 40, seed=3), wave(2026, 40, seed=3)
    [comparison] = profile([before, after], Audience.LEADER, POLICY).comparisons
    told = comparison.changes["trust"].estimate.interval.detectable
    assert visible(before, 40)["trust"].with_all == told


def test_fewer_answers_and_more_contrasts_see_less():
    before = wave(2025, 40)
    found = visible(before, 40)["trust"]
    assert found.with_fewest > found.with_all
    assert visible(before, 40, contrasts=3)["trust"].with_all > found.with_all
    assert visible(before, 80)["trust"].with_all < found.with_all


@pytest.mark.parametrize(
    ("before", "invited", "version"), [(wave(2025, 8), 40, FOUR), (wave(2025, 40), 9, FOUR)], ids=str
)
def test_nothing_is_said_where_no_verdict_could_be_given(before, invited, version):
    assert visible(before, invited, version) == {}


def test_of_a_dimension_that_is_asked_otherwise_nothing_is_said():
    assert visible(wave(2025, 40), 40, MINOR) == {}
