"""Operators change units, each change said in numbers before it is done."""

from datetime import timedelta

import pytest

from survey.accounts import passwords
from survey.collection import sealing
from survey.store.repositories import accounts, sealed, units, waves
from survey.web.operator.unit_changes import CHANGES
from tests.policies import POLICY
from tests.roles import grant_role
from tests.survey.web.conftest import seconds_of
from tests.waves import OPENS, drafted, opened, simulated
from tests.waves import sealed as sealed_wave

OPERATOR, PASSWORD = "drift@example.org", "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
LATER = OPENS + timedelta(weeks=POLICY.collection.weeks_apart)


@pytest.fixture
def town(home):
    return units.add(home.database, "Fjordby", "municipality", None, None)


@pytest.fixture
def unit(home, town):
    return units.add(home.database, "Alm", "workplace", "skole", town.key)


@pytest.fixture
def inside(clock, browser, home):
    """The operator signed in, weeks after the surveys that tests begin with."""
    clock.seconds = seconds_of(LATER)
    holder = accounts.add(home.database, OPERATOR, HASHED, "nb")
    grant_role(home.database, holder, "operator", None)
    return browser.get("/account/sign-in").submit({"email": OPERATOR, "password": PASSWORD})


def change(browser, unit, what, **typed):
    return browser.get(f"/operator/units/{unit.key}/{what}?language=en").submit(typed)


def test_a_unit_is_moved_closed_and_opened_again_on_its_pages(inside, home, town, unit):
    other = units.add(home.database, "Annenby", "municipality", None, None)
    change(inside, unit, "edition", edition="barnehage")
    change(inside, unit, "move", parent=other.key)
    change(inside, unit, "keep", years="3")
    found = units.by_key(home.database, unit.key)
    assert (found.edition, found.parent_id) == ("barnehage", other.id)
    assert found.kept_years == 3
    change(inside, unit, "close")
    assert units.by_key(home.database, unit.key).closed_on == LATER
    assert "Closed on" in inside.page.text
    inside.get(f"/operator/units/{unit.key}/close", status=404)
    change(inside, unit, "reopen")
    assert units.by_key(home.database, unit.key).closed_on is None
    change(inside, town, "remove")
    assert town.key not in {each.key for each in units.every(home.database)}


def test_two_units_are_merged_into_a_new_one_and_into_one_that_is_there(inside, home, town, unit):
    bjerk, eik = (units.add(home.database, name, "workplace", "skole", town.key) for name in ("Bjerk", "Eik"))
    change(inside, unit, "merge", other=bjerk.key, name="Nyskolen")
    [made] = [each for each in units.every(home.database) if each.name == "Nyskolen"]
    assert inside.path == f"/operator/units/{made.key}"
    change(inside, eik, "merge", other=made.key, name="")
    merged = {each.name: each.merged_into_id for each in units.every(home.database)}
    assert merged == {"Fjordby": None, "Nyskolen": None, "Alm": made.id, "Bjerk": made.id, "Eik": made.id}


def test_what_will_come_of_it_is_said_in_numbers_first(inside, home, unit):
    sealed_wave(home, simulated(6), unit="Alm")
    drafted(home, unit="Alm")
    leader = accounts.add(home.database, "leder@example.org", "", "nb")
    grant_role(home.database, leader, "leader", unit.key)
    found = units.by_key(home.database, unit.key)
    offered = [what for what, each in CHANGES.items() if each.is_offered(found)]
    assert offered
    for what in offered:
        facts = inside.get(f"/operator/units/{unit.key}/{what}?language=en").page
        terms, values = facts.select("main dt"), facts.select("main dd")
        said = {term.text: value.text for term, value in zip(terms, values, strict=True)}
        assert (said["Drafts"], said["Sealed surveys"], said["Leaders and deputies"]) == ("1", "1", "1")
    change(inside, unit, "remove")
    assert waves.every(home.database) == ()


def test_a_change_that_is_refused_says_why_on_the_same_page_and_changes_nothing(inside, home, town, unit):
    opened(home, unit="Alm", opens_on=LATER, closes_on=LATER)
    for what, typed in (
        ("move", {"parent": ""}),
        ("close", {}),
        ("remove", {}),
        ("edition", {"edition": "skole"}),
    ):
        inside.get(f"/operator/units/{unit.key}/{what}?language=en").submit(typed, status=409)
        assert inside.page.select("main form")
    inside.get(f"/operator/units/{town.key}/remove").submit({}, status=409)
    inside.get(f"/operator/units/{town.key}/nothing", status=404)
    inside.get("/operator/units/0123456789abcdef", status=404)
    assert units.by_key(home.database, unit.key).parent_id == town.id


def test_no_page_of_units_reads_a_result(inside, home, unit, monkeypatch):
    sealed_wave(home, simulated(6), unit="Alm")
    for module, name in (
        (sealed, "of_wave"),
        (sealed, "of_unit"),
        (sealed, "whole"),
        (sealing, "has_too_few"),
    ):
        monkeypatch.setattr(module, name, None)
    for page in (
        "",
        f"/{unit.key}",
        *(f"/{unit.key}/{what}" for what in ("move", "merge", "remove")),
    ):
        inside.get(f"/operator/units{page}")


def test_an_account_is_removed_after_its_page_has_said_what_ends(inside, home, unit):
    leader = accounts.add(home.database, "leder@example.org", "", "nb")
    leader = grant_role(home.database, leader, "leader", unit.key)
    inside.get(f"/operator/accounts/{leader.id}/remove?language=en")
    assert "1 role ends." in inside.page.text
    assert "Nobody leads these units then: Alm" in inside.page.text
    inside.submit({})
    assert accounts.by_email(home.database, leader.email) is None
    own = accounts.by_email(home.database, OPERATOR)
    inside.get(f"/operator/accounts/{own.id}/remove", status=404)
