"""The demonstration: its agreements could have been written by leaders, and are told in the next reports."""

from dataclasses import asdict
from datetime import timedelta

import pytest

from instruments import library
from reports.disclosure import Released
from reports.results.agreed_actions import FOCUS, LONGEST, MOST_ACTIONS
from survey.demo import installation
from survey.demo.agreed_actions import AGREED
from survey.operations.installation import Installation
from survey.publication import reports, round_figures, rounds
from survey.store.repositories import units, waves
from tests.policies import POLICY
from tests.waves import release_below

EVERY = [(place, wave, agreed) for place, known in AGREED.items() for wave, agreed in known.items()]


@pytest.mark.parametrize(("place", "wave", "agreed"), EVERY)
def test_an_agreement_of_the_demonstration_is_one_that_the_form_would_take(place, wave, agreed):
    assert place in {each.name for each in installation.SIMULATED_UNITS}
    assert 1 <= len(agreed) <= MOST_ACTIONS
    asked = {dimension.id for dimension in library.get(installation.SEALED)}
    assert len({action.dimension for action in agreed}) <= FOCUS
    for action in agreed:
        assert action.dimension in asked
        assert all(0 < len(asdict(action)[part]) <= longest for part, longest in LONGEST.items())
        closed = installation.CLOSED[wave]
        assert closed < action.due < closed + timedelta(weeks=30)


def test_the_demonstrations_last_reports_open_with_what_was_agreed_before(settings, database, monkeypatch):
    one = [each for each in installation.SIMULATED_UNITS if each.name == "Solvang skole"]
    monkeypatch.setattr(installation, "SIMULATED_UNITS", one)
    home = Installation.on(settings)
    installation.fill_installation(home, home.today, lambda _: None)
    school = next(each for each in units.every(database) if each.name == "Solvang skole")
    sealed = [each for each in waves.of_unit(database, school.key) if each.is_sealed]
    told = [reports.agreements(database, home.policy, each) for each in sealed]
    known = [AGREED["Solvang skole"].get(number, ()) for number in range(3)]
    in_order = [sorted(agreed, key=lambda action: _place(action.dimension)) for agreed in known]
    assert [list(each.after) for each in told] == in_order
    assert [list(each.before) for each in told] == [[], *in_order[:2]]
    home.database.close()


def test_the_demonstrations_schools_make_a_whole_that_an_owner_is_told(settings, database, monkeypatch):
    schools = [each for each in installation.SIMULATED_UNITS if each.edition == "skole"]
    monkeypatch.setattr(installation, "SIMULATED_UNITS", schools)
    home = Installation.on(settings)
    installation.fill_installation(home, home.today, lambda _: None)
    town = next(each for each in units.every(database) if each.name == "Fjordby kommune")
    release_below(home, town.key)
    found = rounds.round_statuses(database, town.key)
    told = [round_figures.of_round(each, POLICY).total for each in found]
    assert len(told) == len(installation.CLOSED)
    assert all(isinstance(each, Released) for each in told)
    home.database.close()


def _place(dimension):
    return [each.id for each in library.get(installation.SEALED)].index(dimension)
