import pytest

from instruments.problems import Damaged
from reports.disclosure import Audience, DetailLevel, WaveIdentity, pool
from survey.store.repositories import releases
from survey.store.repositories import sealed as sealed_waves
from tests.policies import POLICY
from tests.waves import sealed, simulated


@pytest.fixture
def units(home):
    """Four units, the last with too few answers for the outside."""
    for seed, n in enumerate([16, 14, 12, 7]):
        sealed(home, simulated(n, seed), unit=f"Unit {n}")
    return sealed_waves.whole(home.database)


def depth(ledger, sealed_wave):
    return ledger.detail_level(sealed_wave, "answers", Audience.OUTSIDE)


def test_a_new_database_has_released_nothing(home):
    assert releases.present(home.database).entries == ()


def test_a_release_is_there_for_the_next_one_to_reckon_with(home, units):
    first = units[0].identity
    municipality = WaveIdentity("m", "M", "2026", "2026", first.closed_on, first.reference, first.edition)
    total = pool(units, municipality)
    releases.decide(home.database, [total], POLICY)
    assert depth(releases.present(home.database), total) is DetailLevel.MEAN
    after = releases.decide(home.database, units, POLICY)
    assert releases.present(home.database) == after
    withheld = [each.moments.n for each in units if depth(after, each) is DetailLevel.NOTHING]
    assert 7 in withheld
    assert sum(withheld) - max(withheld) >= POLICY.thresholds[Audience.OUTSIDE].mean


def test_a_damaged_ledger_releases_nothing_more(home, units):
    with home.database.writing() as connection:
        connection.exec_driver_sql("UPDATE ledger SET entries = '{}'")
    with pytest.raises(Damaged, match="ledger-unreadable"):
        releases.decide(home.database, units, POLICY)
