"""Pools of one version as one table."""

import numpy as np
import pytest

from instruments.aggregates.pool_sums import PoolSums, add_all
from instruments.problems import Refused
from reports.disclosure import SUPPRESSED, Audience
from reports.disclosure.pools import PoolPart, release_merged, release_pool
from reports.disclosure.released_pool import PoolName
from reports.results.pool_statistics import dimensions_of, items_of
from tests.instruments.building import built
from tests.policies import POLICY
from tests.reports.disclosure.test_pools import KEY, VERSION, pooled


def part(number, units=60, persons=20, version=VERSION, **how):
    name = PoolName(f"{number:016x}", version.reference, "skole", "nb", f"202{number}-1")
    return PoolPart(name, pooled(units, persons, first=1000 * number, **how), KEY)


def released(*parts):
    return release_merged(parts, Audience.OUTSIDE, POLICY)


def test_what_is_merged_is_near_what_the_sums_of_all_are():
    parts = [part(number) for number in (1, 2, 3)]
    found = released(*parts)
    whole = release_pool(
        parts[0].name, add_all(VERSION, [each.sums for each in parts]), Audience.OUTSIDE, POLICY, KEY
    )
    assert (found.units, found.people) == (180, pytest.approx(3600, abs=30))
    assert [each.key for each in found.parts] == [each.name.key for each in parts]
    assert found.name.half == "2021-1, 2022-1, 2023-1"
    assert np.abs(found.complete.matrix - whole.complete.matrix).max() < 0.03
    for one, other in zip(dimensions_of(found), dimensions_of(whole), strict=True):
        assert one.alpha == pytest.approx(other.alpha, abs=0.02)
        assert one.within_sd == pytest.approx(other.within_sd, abs=0.02)
        assert one.icc.icc1 == pytest.approx(other.icc.icc1, abs=0.03)
        assert one.icc.icc1_interval.low < one.icc.icc1 < one.icc.icc1_interval.high
    for one, other in zip(items_of(found), items_of(whole), strict=True):
        assert one.mean == pytest.approx(other.mean, abs=0.03)


def test_pools_that_lie_apart_differ_within_what_is_merged():
    """Where one answers at the end of the scale, units differ by that too, and people within them do not."""
    near, far = part(1), part(2)
    table = far.sums.answer_kinds
    assert table.shape[0] == 6
    alone, both = released(part(1, units=120)), released(near, far)
    moved = PoolPart(far.name, _moved(far, near), KEY)
    apart = released(near, moved)
    for one, two, three in zip(dimensions_of(alone), dimensions_of(both), dimensions_of(apart), strict=True):
        assert two.within_sd == pytest.approx(one.within_sd, abs=0.06)
        assert three.icc.icc1 > two.icc.icc1 + 0.1


def _moved(far, near):
    """Units that answer at the upper end, as many as the others."""
    random = np.random.default_rng(2)
    rows = [np.clip(np.round(random.normal(3.3, 0.8, (20, 6))), 0, 4).astype(np.int8) for _ in range(60)]
    for each in rows:
        each[:, 1] = 4 - each[:, 1]
    assert near.sums.units == far.sums.units == len(rows)
    return add_all(VERSION, [PoolSums.of(VERSION, each, 5, random) for each in rows])


def test_what_differs_between_units_is_told_where_all_have_enough_of_them_together():
    few, many = released(part(1, units=30), part(2, units=60)), released(part(1, units=40), part(2, units=60))
    assert set(few.levels.values()) == {SUPPRESSED}
    assert {few.complete_levels, many.complete_levels} == {SUPPRESSED}
    assert SUPPRESSED not in set(many.levels.values())


@pytest.mark.parametrize(("units", "persons"), [(9, 30), (10, 19)])
def test_nothing_is_merged_with_what_is_not_released(units, persons):
    assert released(part(1), part(2, units=units, persons=persons)) is SUPPRESSED


@pytest.mark.parametrize("audience", [each for each in Audience if each is not Audience.OUTSIDE])
def test_leaders_and_owners_are_released_nothing_of_several_pools(audience):
    assert release_merged([part(1), part(2)], audience, POLICY) is SUPPRESSED


def test_pools_of_two_versions_are_not_merged():
    other = built({"trust": ["heard", "-safe", "help"], "time": ["kept", "paid", "other"]})
    rows = [np.full((20, 6), 2, dtype=np.int8) for _ in range(12)]
    random = np.random.default_rng(1)
    sums = add_all(other, [PoolSums.of(other, each, 5, random) for each in rows])
    with pytest.raises(Refused, match="pools-versions"):
        released(part(1), PoolPart(part(2).name, sums, KEY))
