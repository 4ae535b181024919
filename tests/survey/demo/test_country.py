"""The simulated country: the same seed gives the same figures and keys, and some units are late or absent."""

from dataclasses import replace
from datetime import date

import pytest

from reports.exports import csv_bytes, dimension_rows
from survey.demo import country
from survey.demo.country_pools import CountryPools
from survey.operations.installation import Installation
from survey.operations.set_up import set_up
from survey.operations.verification import pool_state
from survey.publication import pool_release
from survey.publication.release import to_researchers
from survey.store.repositories import releases, waves
from tests.policies import POLICY
from tests.pooled import UNITS as UNIT_NAMES
from tests.pooled import only_pool
from tests.waves import ON_SQLITE, REFERENCE, drafted
from tests.waves import version as version_of

FAMILY = b"0123456789abcdef"
UNITS = 6
TODAY = date(2026, 3, 9)
TRUE = country.CountryParameters(late=0.25, absent=0.1)


def filled(settings, seed):
    """A filled installation, what is exported of it, and how many waves were told of as done."""
    home, done = Installation.on(settings), []
    country.fill_country(home, UNITS, seed, done.append, TRUE)
    exported = csv_bytes(dimension_rows(to_researchers(home.database, POLICY), POLICY, FAMILY))
    return home, exported, sum(done)


@ON_SQLITE
def test_a_seed_decides_every_figure_and_key_of_the_country(settings, tmp_path):
    home, exported, done = filled(settings, 1)
    known, decided = waves.every(home.database), releases.present(home.database).decided
    again = replace(settings, database=f"sqlite:///{tmp_path}/again.db", keys=tmp_path / "others")
    set_up(again)
    second, same, _ = filled(again, 1)
    assert exported == same
    assert done == UNITS * len(country.CLOSED)
    assert {wave.edition for wave in known} == set(country.EDITIONS)
    assert {wave.instrument for wave in known} == set(country.VERSIONS)
    last = [wave for wave in known if wave.closes_on == country.CLOSED[-1]]
    waiting = [wave for wave in known if frozenset([(wave.unit_key, wave.key)]) not in decided]
    assert waiting
    assert all(wave in last for wave in waiting)
    assert len(known) < UNITS * len(country.CLOSED)
    for each in (home, second):
        each.database.close()


@pytest.mark.parametrize("half", [0, 3])
def test_simulated_answers_are_what_a_version_takes_and_some_are_left_out(half):
    version = country.library.get(country.VERSIONS[half])
    made = country._Country(None, 1, TRUE)
    place = country._Place(1, "a", 1, "skole", "nb", 40, "/")
    levels = country._levels(made, place, half)
    ease = dict.fromkeys((item.id for item in version.items), 0.0)
    answers = country._answers(version, 400, levels, ease, made.random(5))
    scored, unscored = len(version.scale.categories), len(version.scale.unscored)
    assert answers.min() == 0
    assert answers.max() == scored + unscored
    assert 0.01 < (answers == scored + unscored).mean() < 0.03
    assert 0.02 < ((answers >= scored) & (answers < scored + unscored)).mean() < 0.06


@ON_SQLITE
def test_what_the_country_answers_is_in_pools_of_ten_units_or_more(home):
    made, version, pooled = country._Country(home, 1, TRUE), version_of(REFERENCE), CountryPools(POLICY)
    ease = dict.fromkeys((item.id for item in version.items), 0.0)
    sizes = dict(zip(UNIT_NAMES, [21] * 10 + [9], strict=False))
    for number, (name, persons) in enumerate(sizes.items()):
        wave, levels = drafted(home, name), dict.fromkeys((each.id for each in version), 3.0)
        answers = country._answers(version, persons, levels, ease, made.random(number))
        pooled.add(wave, answers, made.random(number, 1))
    pooled.store(home.database)
    pool = only_pool(home)
    # one has fewer answers than go into a pool
    assert (pool.units, pool.people, pool.ending, pool.public_key) == (10, 210, range(0), None)
    assert list(pool_state.problems(home.database, home.keys, POLICY)) == []
    found = pool_release.pool_state(home.database, home.keys, POLICY, pool.identity.key, TODAY)
    assert found.released.people in {200, 210, 220}
