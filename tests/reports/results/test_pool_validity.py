import numpy as np
import pytest

from instruments.aggregates.pool_sums import PoolSums, add_all
from instruments.problems import Refused
from instruments.statistics import Undefined
from reports.disclosure import Audience
from reports.disclosure.pools import release_pool
from reports.disclosure.released_pool import PoolName
from reports.results.pool_validity import compare_pools, structure_of
from tests.instruments.building import built
from tests.policies import POLICY
from tests.reports.disclosure.test_pools import KEY, VERSION, answers

OTHER = built({"trust": ["heard", "-safe", "asked"], "time": ["kept", "paid", "rest"]}, number="1.1.0")


def released(edition, first, *, shifted=None, version=VERSION, units=150):
    """A pool of one edition; `shifted` is an item answered higher there, whatever people think of it."""
    random, parts = np.random.default_rng(1), []
    for unit in range(units):
        rows = answers(20, first + unit, blank=0.01)
        if shifted is not None:
            rows[:, shifted] = np.where(rows[:, shifted] < 4, rows[:, shifted] + 1, rows[:, shifted])
        parts.append(PoolSums.of(version, rows, 5, random))
    name = PoolName(edition, version.reference, edition, "nb", "2026-1")
    return release_pool(name, add_all(version, parts), Audience.OUTSIDE, POLICY, KEY)


@pytest.fixture(scope="module")
def school():
    return released("skole", 0)


def test_the_dimensions_that_were_simulated_fit_and_one_factor_does_not(school):
    found = structure_of(school)
    assert found.dimensions.measures.cfi > 0.98
    assert found.within_units.measures.cfi > 0.98
    assert found.one_factor.measures.cfi < found.dimensions.measures.cfi - 0.03
    # everybody's items rest on one factor's loading alike, as simulated
    [group] = found.dimensions.groups
    explained = 1 - group.unique / np.diagonal(group.implied_covariance)
    assert explained.min() > 0.36


def test_editions_that_understand_all_items_alike_may_be_compared(school):
    found = compare_pools([school, released("barnehage", 1000)], POLICY.invariance)
    assert found.invariance.holds == "scalar"
    assert (found.correlations, found.means) == (True, True)


def test_editions_of_which_one_answers_an_item_higher_may_be_compared_by_correlations_only(school):
    found = compare_pools([school, released("barnehage", 1000, shifted=0)], POLICY.invariance)
    assert found.invariance.holds == "metric"
    assert (found.correlations, found.means) == (True, False)


def test_versions_are_compared_on_the_items_they_share(school):
    found = compare_pools([school, released("skole ny", 1000, version=OTHER)], POLICY.invariance)
    assert found.items == ("heard", "safe", "kept", "paid", "rest")
    assert found.means


def test_nothing_is_compared_where_nothing_was_released(school):
    few = released("barnehage", 1000, units=10)
    within = structure_of(few).within_units
    assert isinstance(within, Undefined)
    with pytest.raises(Refused, match="pools-few"):
        compare_pools([school], POLICY.invariance)
    with pytest.raises(Refused, match="pools-twice"):
        compare_pools([school, school], POLICY.invariance)
