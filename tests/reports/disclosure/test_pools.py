import numpy as np
import pytest

from instruments.aggregates.pool_sums import PoolSums, add_all
from reports.disclosure import SUPPRESSED, Audience
from reports.disclosure.pools import release_pool
from reports.disclosure.released_pool import PoolName
from reports.results.pool_statistics import dimensions_of, items_of, sample_of
from tests.instruments.building import built
from tests.policies import POLICY, STRICT

VERSION = built({"trust": ["heard", "-safe", "help"], "time": ["kept", "paid", "rest"]})
NAME = PoolName("0123456789abcdef", VERSION.reference, "skole", "nb", "2026-1")
KEY = bytes(32)


def answers(persons, unit, blank=0.03, between=0.3):
    """Answers of one unit: two dimensions that go together, items 1 to 5, some left blank."""
    random = np.random.default_rng(unit)
    level = random.normal(3, between) + random.normal(0, 0.7, (persons, 1))
    own = level + random.normal(0, 0.4, (persons, 2))
    values = np.clip(np.round(np.repeat(own, 3, axis=1) + random.normal(0, 0.7, (persons, 6))), 1, 5) - 1
    values[:, 1] = 4 - values[:, 1]
    skipped = random.random(values.shape) < blank
    return np.where(skipped, 6, values).astype(np.int8)


def pooled(units, persons=20, first=0, **how):
    random = np.random.default_rng(1)
    found = [PoolSums.of(VERSION, answers(persons, first + unit, **how), 5, random) for unit in range(units)]
    return add_all(VERSION, found)


@pytest.fixture(scope="module")
def country():
    return release_pool(NAME, pooled(400), Audience.OUTSIDE, POLICY, KEY)


@pytest.mark.parametrize("audience", [each for each in Audience if each is not Audience.OUTSIDE])
def test_leaders_and_owners_are_released_nothing_of_a_pool(audience):
    assert release_pool(NAME, pooled(10), audience, POLICY, KEY) is SUPPRESSED


@pytest.mark.parametrize(("units", "persons"), [(9, 30), (10, 19)])
def test_nothing_is_released_of_fewer_than_a_batch(units, persons):
    assert release_pool(NAME, pooled(units, persons), Audience.OUTSIDE, POLICY, KEY) is SUPPRESSED


@pytest.mark.parametrize("policy", [POLICY, STRICT])
def test_every_number_is_a_multiple_of_its_step_and_near_the_exact_one(policy):
    sums = pooled(23, 31)
    found = release_pool(NAME, sums, Audience.OUTSIDE, policy, KEY)
    step = policy.pools.step_answers
    counts = np.array(list(found.answers.values()))
    assert (counts % step == 0).all()
    assert 0 < np.abs(counts - sums.answer_kinds).max() < step
    assert (found.units, found.people % step) == (20, 0)
    matrix, exact = found.pairwise.matrix, np.cov(np.zeros((6, 2)))
    assert matrix.shape == exact.shape
    assert np.allclose(matrix / found.pairwise.step, np.round(matrix / found.pairwise.step))
    assert np.array_equal(matrix, matrix.T)
    assert found.pairwise.step >= 16 / sums.pairs.counts.max()


def test_means_of_a_model_are_of_the_people_of_its_covariances():
    """Those with a low level leave out the last item: means of everybody would lie lower."""
    random, units = np.random.default_rng(3), []
    for unit in range(60):
        rows = answers(30, unit, blank=0)
        rows[rows[:, 0] < 2, 5] = 6
        units.append(PoolSums.of(VERSION, rows, 5, random))
    sums = add_all(VERSION, units)
    found = release_pool(NAME, sums, Audience.OUTSIDE, POLICY, KEY)
    complete = sums.whole.complete
    sample = sample_of(found)
    assert sample.means == pytest.approx(1 + complete.sums / complete.count, abs=found.complete_means.step)
    everybody = [found.turned_mean(item) for item in VERSION.items]
    assert sample.means[0] - everybody[0] > 0.3
    assert sample_of(found, pairwise=True).means == pytest.approx(everybody)
    steps = sample.means / found.complete_means.step
    assert np.allclose(steps, np.round(steps))
    assert found.complete_means.step >= POLICY.pools.step_answers / complete.count


def test_the_same_state_is_always_released_as_the_same_numbers():
    one, other = (release_pool(NAME, pooled(12), Audience.OUTSIDE, POLICY, KEY) for _ in range(2))
    assert one.answers == other.answers
    assert np.array_equal(one.complete.matrix, other.complete.matrix)


def test_rounding_is_up_or_down_by_chance_and_right_in_the_mean():
    away = [
        np.array(list(release_pool(NAME, sums, Audience.OUTSIDE, POLICY, KEY).answers.values()))
        - sums.answer_kinds
        for sums in (pooled(10, first=100 * each) for each in range(40))
    ]
    assert abs(np.mean(away)) < 0.3
    assert np.min(away) < -6
    assert np.max(away) > 6


def test_what_differs_between_units_is_released_from_a_hundred_units_on():
    few = release_pool(NAME, pooled(99), Audience.OUTSIDE, POLICY, KEY)
    many = release_pool(NAME, pooled(100), Audience.OUTSIDE, POLICY, KEY)
    assert set(few.levels.values()) == {SUPPRESSED}
    assert SUPPRESSED not in set(many.levels.values())


def test_statistics_of_a_pool_find_what_was_simulated(country):
    for each in dimensions_of(country):
        assert 0.6 < each.alpha < 0.9
        assert each.alpha_interval.low < each.alpha < each.alpha_interval.high
        assert each.omega.model_implied == pytest.approx(each.alpha, abs=0.03)
        assert each.icc.icc1_interval.low < 0.1 < each.icc.icc1_interval.high + 0.03
        assert 8 < each.dependable[0.7] < 40
        assert 0.7 < each.within_sd < 1.1
    items = items_of(country)
    assert all(each.skipped == pytest.approx(0.03, abs=0.01) for each in items)
    assert all(sum(each.shares) == pytest.approx(1) for each in items)
    assert sample_of(country).n > 5000
    # the reversed item is turned
    assert (sample_of(country).covariance > 0).all()
