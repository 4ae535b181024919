from dataclasses import replace

import pytest

from instruments.problems import Damaged
from reports.disclosure import Audience, DetailLevel, WaveIdentity, pool
from reports.disclosure.differencing import ledger
from survey.store.repositories import release_holds, releases, wave_lists
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
    assert set(releases.present(home.database).entries) == set(after.entries)
    withheld = [each.moments.n for each in units if depth(after, each) is DetailLevel.NOTHING]
    assert 7 in withheld
    assert sum(withheld) - max(withheld) >= POLICY.thresholds[Audience.OUTSIDE].mean


def test_a_release_in_between_is_known_to_the_one_that_is_stored_after_it(home, units, monkeypatch):
    first, really_decide, known = units[0].identity, ledger.decide, []
    named = WaveIdentity("m", "M", "2026", "2026", first.closed_on, first.reference, first.edition)
    total = pool(units, named)

    def slow(before, sealeds, policy, step):
        known.append(len(before.decided))
        if len(known) == 1:
            # nothing is locked: a whole release goes in between
            releases.decide(home.database, units[:1], POLICY)
        return really_decide(before, sealeds, policy, step)

    monkeypatch.setattr(ledger, "decide", slow)
    after = releases.decide(home.database, [total], POLICY)
    assert known == [0, 0, 1]
    assert {ledger.cells_of(total), ledger.cells_of(units[0])} == after.decided
    assert set(releases.present(home.database).entries) == set(after.entries)


def test_what_is_held_while_it_is_decided_is_not_released(home, units, monkeypatch):
    really_decide, held = ledger.decide, []

    def slow(before, sealeds, policy, step):
        if not held:
            with home.database.writing() as connection:
                held.append(release_holds.hold_sealed(connection))
        return really_decide(before, sealeds, policy, step)

    monkeypatch.setattr(ledger, "decide", slow)
    releases.decide(home.database, units, POLICY)
    assert held
    assert releases.present(home.database).entries == ()


def test_a_damaged_ledger_releases_nothing_more(home, units):
    with home.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM ledger")
    with pytest.raises(Damaged, match="ledger-unreadable"):
        releases.decide(home.database, units, POLICY)


def test_a_group_that_was_altered_releases_nothing_more_around_it(home, units):
    releases.decide(home.database, units[:1], POLICY)
    with home.database.writing() as connection:
        connection.exec_driver_sql("UPDATE ledger_group SET content = replace(content, '16', '17')")
    first = units[0].identity
    total = pool(units, WaveIdentity("m", "M", "1", "1", first.closed_on, first.reference, first.edition))
    with pytest.raises(Damaged, match="ledger-unreadable"):
        releases.decide(home.database, [total], POLICY)
    with pytest.raises(Damaged, match="ledger-unreadable"):
        releases.of_waves(home.database, [first.wave])
    with pytest.raises(Damaged, match="ledger-unreadable"):
        releases.require_whole(home.database)


def test_a_release_in_parts_decides_as_the_same_release_by_the_whole_ledger(home, units):
    first = units[0].identity
    town = WaveIdentity("m", "M", "1", "1", first.closed_on, first.reference, first.edition)
    county = replace(town, unit="c")
    steps = [units[:2], [pool(units[:3], town)], units[2:], [pool(units, county)]]
    whole = ledger.Ledger()
    for step in steps:
        whole = ledger.decide(whole, step, POLICY)
        releases.decide(home.database, step, POLICY)
    assert set(releases.present(home.database).entries) == set(whole.entries)


def test_what_was_decided_of_some_waves_is_read_without_the_other_waves_of_their_totals(home, units):
    first = units[0].identity
    town = WaveIdentity("m", "M", "1", "1", first.closed_on, first.reference, first.edition)
    releases.decide(home.database, [*units, pool(units, town)], POLICY)
    cells = [(each.identity.unit, each.identity.wave) for each in units]
    every, some = (releases.decisions(home.database, asked) for asked in (cells, cells[:2]))
    assert every.alone == set(cells)
    assert [(each.cells, each.is_whole) for each in every.totals] == [(frozenset(cells), True)]
    assert some.alone == set(cells[:2])
    assert [(each.cells, each.is_whole) for each in some.totals] == [(frozenset(cells[:2]), False)]
    read = releases.of_waves(home.database, [wave for _, wave in cells[:2]])
    assert {entry.cells for entry in read.entries} == {frozenset([cell]) for cell in cells[:2]}
    assert wave_lists.undecided(home.database) == ()
