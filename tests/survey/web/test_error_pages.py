"""What a reader is told of a fault: of their own in words and numbers, of ours that it is ours."""

import logging

import pytest

from instruments.problems import damage, refuse
from survey.accounts import passwords
from survey.store.repositories import accounts
from tests.waves import place, sealed, simulated

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


@pytest.fixture
def owner(browser, home):
    holder = accounts.add(home.database, "eier@example.org", HASHED, "nb")
    accounts.grant_role(home.database, holder, "owner", place(home).key)
    browser.get("/account/sign-in").submit({"email": "eier@example.org", "password": PASSWORD})
    return browser


def raising(app, error):
    """The application, where the page about privacy meets this."""

    def meet():
        raise error

    app.view_functions["respondent.privacy"] = meet


def test_a_ledger_that_cannot_be_read_is_our_fault_and_is_logged(owner, home, caplog):
    sealed(home, simulated(12))
    with home.database.writing() as connection:
        connection.exec_driver_sql("UPDATE ledger SET entries = '{'")
    with caplog.at_level(logging.ERROR):
        owner.get("/owner/", status=500)
    assert owner.heading == "Noe gikk galt hos oss"
    assert "ledger-unreadable" in caplog.text


@pytest.mark.parametrize(
    "error", [damage("urn-damaged", "It is.", "Mend it."), refuse("nobodys", "No.", "No.")]
)
def test_damage_and_a_code_that_no_page_knows_are_ours_and_say_nothing_of_the_inside(
    app, browser, error, caplog
):
    raising(app, error)
    with caplog.at_level(logging.ERROR):
        browser.get("/privacy", status=500)
    assert browser.heading == "Something went wrong with us"
    assert error.problems[0].code not in browser.page.first("main").text
    assert error.problems[0].code in caplog.text


def test_the_log_of_a_respondents_page_holds_a_fault_without_its_place(app, browser, caplog):
    raising(app, damage("keys-missing", "It is gone.", "Bring it back.", "/srv/keys/1234abcd.urn"))
    with caplog.at_level(logging.ERROR):
        browser.get("/privacy", status=500)
    assert "keys-missing" in caplog.text
    assert "1234abcd" not in caplog.text
