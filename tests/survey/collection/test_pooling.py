from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete

from instruments import library
from instruments.aggregates.pool_sums import PoolSums
from instruments.answers import response_matrix
from instruments.problems import Damaged, Refused
from survey.collection import pool_batches, pooling, removal, sealing, sheet_sealing
from survey.operations import verification
from survey.store.repositories import pools, units, waves
from tests.pooled import UNITS, as_sealed, boxes, brought, only_pool, staff, waiting
from tests.waves import (
    ON_SQLITE,
    closed,
    closed_with_sheets,
    drafted,
    seal,
    sealed,
    version,
)

pytestmark = ON_SQLITE


def add(home):
    return pool_batches.add_batch(home.database, home.keys, home.policy, only_pool(home).identity.key)


def sums(home):
    pool = only_pool(home)
    return PoolSums.from_bytes(library.get(pool.identity.instrument), pool.sums)


def pool_count(home):
    return len(pool_batches.every(home.database))


def test_a_wave_that_is_sealed_brings_its_sums_into_the_pool_of_its_half_year(home):
    wave = sealed(home, staff(12, seed=1))
    pool = only_pool(home)
    identity = pool.identity
    assert (identity.instrument, identity.edition, identity.language) == (wave.instrument, "skole", "nb")
    assert (identity.half, pool.units, pool.sums) == ("2026-1", 0, None)
    assert list(boxes(home)) == [wave.id]
    private = home.keys.private(pooling.key_name(pool, 1))
    assert bytes(private.public_key) == pool.public_key


def test_what_is_added_is_what_the_rows_of_all_units_give(home):
    answered = waiting(home)
    assert add(home)
    people = [each for group in answered.values() for each in group]
    matrix = response_matrix(version(), people)
    found = sums(home)
    codes = range(found.answer_kinds.shape[1])
    assert found.answer_kinds.tolist() == [[int((item == code).sum()) for code in codes] for item in matrix.T]
    assert (found.units, found.persons) == (10, 200)
    assert 100 < found.whole.complete.count < 200


def test_each_batch_has_a_key_of_its_own_and_the_sums_of_two_are_added(home):
    waiting(home)
    first = only_pool(home).public_key
    assert add(home)
    assert only_pool(home).public_key is None
    waiting(home, first=10)
    assert only_pool(home).public_key not in {first, None}
    assert add(home)
    assert (only_pool(home).units, sums(home).persons, only_pool(home).batch) == (20, 400, 3)


@pytest.mark.parametrize(
    ("sizes", "is_full"),
    [
        ([20] * 10, True),
        ([20] * 9, False),
        ([23] * 9, False),
        ([19] * 10, False),
        ([110, *[12] * 9], False),
        ([100, *[12] * 9], True),
        ([], False),
    ],
)
def test_a_batch_is_of_ten_units_and_two_hundred_people_and_nobody_is_most_of_it(home, sizes, is_full):
    assert pool_batches.is_full(home.policy, sizes) == is_full


def test_a_batch_that_is_not_full_is_neither_opened_nor_added(home):
    waiting(home, units=9, people=24)
    assert pool_batches.full(home.database, home.policy) == []
    assert not add(home)
    assert (only_pool(home).units, len(boxes(home))) == (0, 9)


def test_fewer_than_ten_answers_bring_nothing(home):
    sealed(home, staff(9, seed=1))
    assert pool_count(home) == 0


def test_a_wave_whose_key_is_on_sheets_brings_nothing(home):
    wave, sheets = closed_with_sheets(home, staff(12, seed=1))
    sheet_sealing.give_sheets(home.database, home.keys, home.policy, wave.key, sheets[:2], now=1)
    assert waves.by_key(home.database, wave.key).is_sealed
    assert pool_count(home) == 0


def test_a_part_of_a_questionnaire_brings_nothing(home):
    of = "learning_community@1.0.0+shared_practice"
    brought(home, staff(12, seed=1, of=of), "Alm", instrument=of)
    assert pool_count(home) == 0


def test_a_unit_whose_owner_decided_on_fewer_years_brings_nothing(home):
    unit = units.add(home.database, "Alm", "workplace", "skole", None)
    with home.database.writing() as connection:
        units.change(connection, unit.id, kept_years=3)
    seal(home, closed(home, staff(12, seed=1), "Alm"))
    assert pool_count(home) == 0


def test_the_same_people_are_in_a_half_year_once(home):
    brought(home, staff(12, seed=1), "Alm")
    later = {"opens_on": date(2026, 5, 18), "closes_on": date(2026, 5, 29)}
    brought(home, staff(12, seed=2), "Alm", **later)
    team = units.add(home.database, "Team", "team", "skole", units.every(home.database)[0].key)
    as_sealed(home, drafted(home, team.name, **later), staff(12, seed=3))
    assert len(boxes(home)) == 1
    autumn = {"opens_on": date(2026, 9, 1), "closes_on": date(2026, 9, 20)}
    brought(home, staff(12, seed=4), "Alm", **autumn)
    assert len(boxes(home)) == 2
    assert pool_count(home) == 2


def test_a_prolonged_wave_counts_in_the_half_year_it_was_planned_in(home):
    wave = drafted(home, "Alm")
    identity = pooling.identity_of(replace(wave, closes_on=date(2026, 7, 3)))
    assert identity == pooling.identity_of(wave)
    assert identity.half == "2026-1"


def test_a_wave_that_is_sealed_too_late_brings_nothing(home):
    wave = closed(home, staff(12, seed=1))
    last = pooling.waits_until(home.policy, pooling.identity_of(wave))
    assert last == date(2026, 12, 30)
    sealing.seal(home.database, home.keys, home.policy, wave.key, today=last + timedelta(1))
    assert pool_count(home) == 0


def test_what_waited_too_long_is_destroyed_with_its_key_and_not_added(home, settings):
    waiting(home, units=3)
    last = pooling.waits_until(home.policy, only_pool(home).identity)
    assert pool_batches.outdated(home.database, home.policy, last) == []
    [pool] = pool_batches.outdated(home.database, home.policy, last + timedelta(1))
    pool_batches.end(home.database, home.keys, home.policy, pool.identity.key, last + timedelta(1))
    assert pool_count(home) == 0
    assert boxes(home) == {}
    assert not list(settings.keys.glob("pool-*"))


def test_a_pool_ends_no_later_than_any_of_its_waves(home):
    found = waiting(home)
    assert add(home)
    pool = only_pool(home)
    assert pool.kept_until == min(wave.kept_until for wave in found)
    assert pool_batches.outdated(home.database, home.policy, pool.kept_until) == []
    after = pool.kept_until + timedelta(1)
    pool_batches.end(home.database, home.keys, home.policy, pool.identity.key, after)
    assert pool_count(home) == 0


def test_a_removed_unit_takes_along_what_waits_and_leaves_what_was_added(home):
    found = list(waiting(home))
    removal.remove_waves(home.database, home.keys, found[:1])
    assert len(boxes(home)) == 9
    assert not add(home)
    waiting(home, units=1, first=10)
    assert add(home)
    before = only_pool(home).sums
    removal.remove_waves(home.database, home.keys, found[1:2])
    assert only_pool(home).sums == before
    assert only_pool(home).units == 10


@pytest.mark.usefixtures("program_read_once")
def test_a_lost_key_is_named_is_never_made_anew_and_keeps_nobody_from_sealing(home, settings):
    waiting(home)
    pool = only_pool(home)
    [key] = settings.keys.glob("pool-*")
    held = key.read_bytes()
    key.unlink()
    with pytest.raises(Damaged, match="pool-key-missing"):
        add(home)
    assert [each.code for each in verification.find_problems(settings)] == ["pool-key-missing"]
    sealed(home, staff(12, seed=99))
    assert not key.exists()
    assert only_pool(home).public_key == pool.public_key
    key.write_bytes(held)
    assert add(home)
    assert only_pool(home).units == 11


def test_a_lost_batch_is_given_up_and_the_next_begins(home, settings):
    waiting(home)
    assert add(home)
    waiting(home, units=2, first=10)
    pool = only_pool(home)
    with pytest.raises(Refused, match="pool-readable"):
        pool_batches.give_up(home.database, home.keys, home.policy, pool.identity.key)
    next(settings.keys.glob("pool-*")).unlink()
    assert pool_batches.give_up(home.database, home.keys, home.policy, pool.identity.key) == 2
    assert (only_pool(home).units, only_pool(home).lost, boxes(home)) == (10, 1, {})
    waiting(home, first=12)
    assert add(home)
    assert only_pool(home).units == 20


def test_a_key_directory_that_is_away_keeps_nobody_from_sealing(home, monkeypatch):
    wave = closed(home, staff(12, seed=1))

    def away(*_):
        raise Damaged([])

    monkeypatch.setattr(type(home.keys), "make_private", away)
    assert seal(home, wave).is_sealed
    assert boxes(home) == {}


@pytest.mark.usefixtures("program_read_once")
def test_what_was_altered_or_moved_to_another_wave_is_not_added(home, settings):
    found = list(waiting(home))
    held = boxes(home)
    for first, second in ((found[0], found[1]), (found[1], found[0])):
        with home.database.writing() as connection:
            connection.exec_driver_sql(
                "UPDATE pool_contribution SET box = ? WHERE wave_id = ?", (held[first.id], second.id)
            )
    with pytest.raises(Damaged, match="pool-damaged"):
        add(home)
    assert (only_pool(home).units, len(boxes(home))) == (0, 10)
    assert [each.code for each in verification.find_problems(settings)] == ["pool-damaged"]


@pytest.mark.usefixtures("program_read_once")
def test_nothing_is_opened_of_what_waits_but_a_full_batch(home, settings, monkeypatch):
    waiting(home, units=9)
    monkeypatch.setattr(pool_batches, "SealedBox", None)
    with home.database.reading() as connection:
        assert pool_batches.obstacles(connection, home.keys, home.policy, only_pool(home)) == ()
    assert verification.find_problems(settings) == []
    assert not add(home)


@pytest.mark.usefixtures("program_read_once")
def test_altered_sums_are_named_and_nothing_is_added_to_them(home, settings):
    waiting(home)
    assert add(home)
    with home.database.writing() as connection:
        pools.change(connection, only_pool(home).id, sums=b"x" * 1000)
    assert [each.code for each in verification.find_problems(settings)] == ["pool-corrupt"]
    waiting(home, first=10)
    with pytest.raises(Damaged, match="pool-corrupt"):
        add(home)


def test_a_database_of_before_a_batch_finds_its_key_gone(home):
    """Whoever brings back an old copy cannot add the same batch once more with a unit less."""
    waiting(home)
    pool, held = only_pool(home), boxes(home)
    assert add(home)
    with home.database.writing() as connection:
        stale = {
            "batch": 1,
            "destroyed": 0,
            "public_key": pool.public_key,
            "units": 0,
            "people": 0,
            "sums": None,
        }
        pools.change(connection, pool.id, **stale)
        connection.execute(delete(pools.pool_contribution))
        for wave_id, box in list(held.items())[1:]:
            pools.add_waiting(connection, pool.id, wave_id, box)
    brought(home, staff(30, seed=50), UNITS[30])
    with pytest.raises(Damaged, match="pool-key-missing"):
        add(home)
