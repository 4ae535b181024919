import pytest

from instruments.problems import Refused
from reports.disclosure import SUPPRESSED, Audience, Released, WaveIdentity, pool
from survey.publication.release import to_outside
from survey.store.repositories import sealed as sealed_waves
from tests.policies import POLICY
from tests.waves import sealed, simulated

OUTSIDE = Audience.OUTSIDE


@pytest.fixture
def units(home):
    """Five units; one has too few answers for the outside, and one too few to keep anything."""
    for seed, n in enumerate([22, 19, 17, 7, 3]):
        sealed(home, simulated(n, seed), unit=f"Unit {n}", invited=30)
    return sealed_waves.every(home.database)


def total_of(units, name="municipality"):
    first = units[0].identity
    identity = WaveIdentity(name, name, "2026-1", "2026", first.closed_on, first.reference, first.edition)
    return pool(units, identity)


def test_an_owner_is_told_the_total_and_not_what_the_smallest_unit_is_by_subtraction(home, units):
    total, *told = to_outside(home.database, POLICY, Audience.OWNER, [total_of(units), *units])
    assert isinstance(total, Released)
    hidden = [unit.moments.n for unit, shown in zip(units, told, strict=True) if shown is SUPPRESSED]
    assert sum(hidden) - max(hidden) >= POLICY.thresholds[Audience.OUTSIDE].mean


def test_a_unit_of_which_nothing_was_kept_costs_its_sisters_nothing(home, units):
    kept = [unit for unit in units if unit.moments.n != 7]
    total, *told = to_outside(home.database, POLICY, Audience.OWNER, [total_of(kept), *kept])
    assert isinstance(total, Released)
    assert [shown is SUPPRESSED for shown in told] == [unit.moments.n == 0 for unit in kept]


def test_a_total_asked_for_after_its_units_does_not_uncover_what_they_left_out(home, units):
    to_outside(home.database, POLICY, OUTSIDE, units)
    assert to_outside(home.database, POLICY, Audience.OWNER, [total_of(units)]) == [SUPPRESSED]


def test_two_totals_that_cross_are_refused_and_nothing_is_remembered_of_them(home, units):
    to_outside(home.database, POLICY, OUTSIDE, [total_of(units[:3], "north")])
    with pytest.raises(Refused, match="groups-cross"):
        to_outside(home.database, POLICY, OUTSIDE, [total_of(units[1:4], "south")])
    assert isinstance(to_outside(home.database, POLICY, OUTSIDE, [total_of(units[:3], "north")])[0], Released)
