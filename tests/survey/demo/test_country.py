"""The simulated country: the same seed gives the same figures and keys, and some units are late or absent."""

from dataclasses import replace

import pytest

from reports.exports import csv_bytes, dimension_rows
from survey.demo import country
from survey.operations.installation import Installation
from survey.publication.release import to_researchers
from survey.store.repositories import releases, waves
from tests.policies import POLICY
from tests.waves import ON_SQLITE

FAMILY = b"0123456789abcdef"
UNITS = 6
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
