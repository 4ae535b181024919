import pytest

from instruments.problems import Refused
from reports.disclosure import SUPPRESSED, Audience, Released, WaveIdentity, pool, release
from survey.store.repositories import releases
from survey.store.repositories import sealed as sealed_waves
from tests.policies import POLICY
from tests.waves import sealed, simulated

OUTSIDE = Audience.OUTSIDE


@pytest.fixture
def units(home):
    """Five units; one has too few answers for the outside, and one too few to keep anything."""
    for seed, n in enumerate([22, 19, 17, 7, 3]):
        sealed(home, simulated(n, seed), unit=f"Unit {n}", invited=30)
    return sealed_waves.whole(home.database)


def total_of(units, name="municipality"):
    first = units[0].identity
    identity = WaveIdentity(name, name, "2026-1", "2026", first.closed_on, first.reference, first.edition)
    return pool(units, identity)


def released(database, policy, audience, waves):
    """What an audience outside the unit gets of waves that are released together."""
    ledger = releases.decide(database, waves, policy)
    return [release(wave, audience, policy, ledger) for wave in waves]


def test_an_owner_gets_the_total_and_nothing_that_gives_the_smallest_unit_by_subtraction(home, units):
    total, *shown = released(home.database, POLICY, Audience.OWNER, [total_of(units), *units])
    assert isinstance(total, Released)
    hidden = [unit.moments.n for unit, figures in zip(units, shown, strict=True) if figures is SUPPRESSED]
    assert sum(hidden) - max(hidden) >= POLICY.thresholds[Audience.OUTSIDE].mean


def test_a_unit_of_which_nothing_was_kept_costs_its_sisters_nothing(home, units):
    kept = [unit for unit in units if unit.moments.n != 7]
    total, *shown = released(home.database, POLICY, Audience.OWNER, [total_of(kept), *kept])
    assert isinstance(total, Released)
    assert [figures is SUPPRESSED for figures in shown] == [unit.moments.n == 0 for unit in kept]


def test_a_total_asked_for_after_its_units_does_not_uncover_what_they_left_out(home, units):
    released(home.database, POLICY, OUTSIDE, units)
    assert released(home.database, POLICY, Audience.OWNER, [total_of(units)]) == [SUPPRESSED]


def test_two_totals_that_cross_are_refused_and_nothing_of_them_is_stored(home, units):
    released(home.database, POLICY, OUTSIDE, [total_of(units[:3], "north")])
    with pytest.raises(Refused, match="groups-cross"):
        released(home.database, POLICY, OUTSIDE, [total_of(units[1:4], "south")])
    assert isinstance(released(home.database, POLICY, OUTSIDE, [total_of(units[:3], "north")])[0], Released)
