"""Waves of many units: those of units below one, and those that were sealed in it, found by an index."""

import pytest
from sqlalchemy import event

from survey.store.repositories import unit_contents, units, wave_lists
from tests.waves import CLOSES, ON_SQLITE, sealed, simulated

AUTUMN = "2026-2"


@pytest.fixture
def towns(home):
    county = units.add(home.database, "Nordlys", "county", None, None)
    return [
        units.add(home.database, name, "municipality", None, county.key) for name in ("Fjordby", "Fjellby")
    ]


@pytest.fixture
def moved(home, towns):
    """A wave that was sealed in the first town, and whose unit lies in the other now."""
    school = units.add(home.database, "Alm", "workplace", "skole", towns[0].key)
    wave = sealed(home, simulated(6), unit="Alm")
    with home.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE unit SET parent_id = {towns[1].id} WHERE id = {school.id}")  # noqa: S608 - our own numbers
    return wave


def around(home, top, half=None):
    ids = [each.id for each in units.subtree(home.database, top)]
    return [each.key for each in wave_lists.around(home.database, top, ids, half)]


def sealed_below(home, top):
    return [each.key for each in wave_lists.sealed_below(home.database, top)]


def test_a_wave_is_found_where_it_was_sealed_and_where_its_unit_lies_now(home, towns, moved):
    first, other = (town.key for town in towns)
    county = units.upwards(home.database, first)[-1]
    assert around(home, first) == around(home, other) == around(home, county) == [moved.key]
    assert sealed_below(home, first) == sealed_below(home, county) == sealed_below(home, moved.unit_key)
    assert sealed_below(home, first) == [moved.key]
    assert sealed_below(home, other) == []
    counted = [wave_lists.sealed_counts(home.database, key) for key in (first, county, moved.unit_key, other)]
    assert [[each.undecided for each in counts] for counts in counted] == [[1], [1], [1], []]


def test_waves_of_another_half_year_are_not_among_those_of_one(home, towns, moved):
    assert CLOSES.month < 7
    assert [around(home, town.key, "2026-1") for town in towns] == [[moved.key], [moved.key]]
    assert [around(home, town.key, AUTUMN) for town in towns] == [[], []]


def test_a_wave_that_is_removed_is_found_in_no_unit(home, towns, moved):
    with home.database.writing() as connection:
        unit_contents.remove_wave(connection, moved.id)
        assert connection.exec_driver_sql("SELECT count(*) FROM sealed_in").scalar_one() == 0
    assert around(home, towns[0].key) == []


@ON_SQLITE
def test_no_list_of_a_unit_looks_at_every_wave(home, towns, moved):
    assert moved.is_sealed
    asked = []

    def note(_connection, _cursor, statement, given, *_):
        asked.append((statement, given))

    ids = [each.id for each in units.subtree(home.database, towns[0].key)]
    event.listen(home.database.engine, "before_cursor_execute", note)
    wave_lists.around(home.database, towns[0].key, ids, "2026-1")
    wave_lists.sealed_below(home.database, towns[0].key)
    wave_lists.sealed_counts(home.database, towns[0].key)
    event.remove(home.database.engine, "before_cursor_execute", note)
    with home.database.reading() as connection:
        plans = [
            [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)]
            for statement, given in asked
            if "FROM wave" in statement
        ]
    assert len(plans) >= 4
    steps = [step for plan in plans for step in plan]
    assert [step for step in steps if step.startswith(("SCAN wave", "SCAN sealed_in"))] == []
    assert [step for step in steps if "ix_wave_state" in step] == []
