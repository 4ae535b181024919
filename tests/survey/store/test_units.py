"""Units: what they may be called, and whose number is whose."""

import pytest

from instruments.problems import Refused
from survey.store import actor
from survey.store.repositories import access_history, units
from tests.waves import TODAY

NUMBER = "974760673"


@pytest.fixture
def town(home):
    return units.add(home.database, "Vik", "municipality", None, None)


@pytest.mark.parametrize("name", ["", "  ", "x" * 201])
def test_a_name_is_neither_empty_nor_endless(home, town, name):
    with pytest.raises(Refused, match="unit-name-length"):
        units.add(home.database, name, "workplace", "skole", town.key)
    with pytest.raises(Refused, match="unit-name-length"):
        units.rename(home.database, town.key, name, by="", now=0)


def test_two_units_below_one_differ_by_more_than_the_case_of_letters(home, town):
    units.add(home.database, "Æra skole", "workplace", "skole", town.key)
    with pytest.raises(Refused, match="unit-name-taken"):
        units.add(home.database, "ÆRA skole", "workplace", "skole", town.key)
    with pytest.raises(Refused, match="unit-name-taken"):
        units.add(home.database, "vik", "municipality", None, None)
    elsewhere = units.add(home.database, "Ås", "municipality", None, None)
    other = units.add(home.database, "Æra skole", "workplace", "skole", elsewhere.key)
    assert units.rename(home.database, other.key, "æra skole", by="", now=0).name == "æra skole"
    with pytest.raises(Refused, match="unit-name-taken"):
        units.rename(home.database, elsewhere.key, "Vik", by="", now=0)


def test_an_organisation_number_is_one_units_and_may_be_given_up(home, town):
    said = {"organisation_number": NUMBER, "language": "nn", "invited": 12}
    school = units.add(home.database, "Ask", "workplace", "skole", town.key, **said)
    assert (school.organisation_number, school.language, school.invited) == (NUMBER, "nn", 12)
    with pytest.raises(Refused, match="unit-known"):
        units.add(home.database, "Bjørk", "workplace", "skole", town.key, organisation_number=NUMBER)
    with pytest.raises(Refused, match="unit-known"):
        units.correct(home.database, town.key, "Vik", **said, by="", now=0)
    assert units.correct(home.database, school.key, "Ask", **said, by="", now=0) == school
    nothing = {"organisation_number": None, "language": None, "invited": None}
    units.correct(home.database, school.key, "Ask", **nothing, by="", now=0)
    given = units.correct(home.database, town.key, "Vik", **said, by="", now=0)
    assert given.organisation_number == NUMBER


def test_all_that_is_corrected_of_a_unit_is_an_act_and_what_stays_is_none(home, town):
    said = {"organisation_number": NUMBER, "language": None, "invited": 12}
    with actor.acting("drift@example.org", TODAY):
        units.correct(home.database, town.key, "Vika", **said, by="drift@example.org", now=0)
        units.correct(home.database, town.key, "Vika", **{**said, "language": "nn"}, by="", now=0)
        units.correct(home.database, town.key, "Vika", **{**said, "language": "nn"}, by="", now=0)
    done = access_history.acts_on_unit(home.database, [town.key])
    assert [(each.kind, each.about) for each in done if each.done_by == "drift@example.org"] == [
        ("language-changed", "– → nn"),
        ("invited-changed", "– → 12"),
        ("number-changed", f"– → {NUMBER}"),
        ("unit-renamed", "Vik → Vika"),
    ]


def test_parents_come_before_what_lies_in_them_and_then_names_in_order(home, town):
    for name in ("Osp", "Alm"):
        units.add(home.database, name, "workplace", "skole", town.key)
    units.add(home.database, "Trinn", "team", "skole", units.every(home.database)[1].key)
    units.add(home.database, "By", "municipality", None, None)
    assert [each.name for each in units.every(home.database)] == ["By", "Vik", "Alm", "Trinn", "Osp"]
