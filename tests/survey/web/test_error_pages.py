"""What a reader is told of a fault: of their own in words and numbers, of ours that it is ours."""

import pytest

from instruments.problems import damage, refuse
from survey.accounts import passwords
from survey.store.repositories import accounts
from tests.log_lines import log_lines
from tests.waves import TODAY, place, sealed, simulated

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


def test_a_ledger_that_cannot_be_read_is_our_fault_and_is_logged(owner, home, capsys):
    sealed(home, simulated(12))
    with home.database.writing() as connection:
        connection.exec_driver_sql("UPDATE ledger SET entries = '{'")
    account = accounts.by_email(home.database, "eier@example.org").id
    capsys.readouterr()
    owner.get("/owner/", status=500)
    assert owner.heading == "Noe gikk galt hos oss"
    [line] = log_lines(capsys.readouterr().err)
    assert (line["event"], line["code"], line["page"]) == ("fault", "ledger-unreadable", "owner.overview")
    assert line["account"] == account


@pytest.mark.parametrize(
    "error", [damage("urn-damaged", "It is.", "Mend it."), refuse("nobodys", "No.", "No.")]
)
def test_damage_and_a_code_that_no_page_knows_are_ours_and_say_nothing_of_the_inside(
    app, browser, error, capsys
):
    raising(app, error)
    browser.get("/privacy", status=500)
    assert browser.heading == "Something went wrong with us"
    assert error.problems[0].code not in browser.page.first("main").text
    assert log_lines(capsys.readouterr().err) == [
        {"level": "error", "event": "fault", "code": error.problems[0].code, "date": TODAY.isoformat()}
    ]


def test_the_log_of_a_respondents_page_holds_a_fault_without_its_place(app, browser, capsys):
    raising(app, damage("keys-missing", "It is gone.", "Bring it back.", "/srv/keys/1234abcd.urn"))
    browser.get("/privacy", status=500)
    assert log_lines(capsys.readouterr().err) == [
        {"level": "error", "event": "fault", "code": "keys-missing", "date": TODAY.isoformat()}
    ]


def test_an_error_nobody_foresaw_is_logged_by_its_class_and_what_it_says_stays_unsaid(
    app, browser, owner, capsys
):
    def meet(**_):
        raise ValueError("the answer of somebody")

    app.view_functions["respondent.privacy"] = app.view_functions["owner.overview"] = meet
    capsys.readouterr()
    browser.get("/privacy", status=500)
    assert log_lines(capsys.readouterr().err) == [
        {"level": "error", "event": "fault", "code": "unexpected-ValueError", "date": TODAY.isoformat()}
    ]
    owner.get("/owner/", status=500)
    [line] = log_lines(capsys.readouterr().err)
    assert (line["code"], line["page"]) == ("unexpected-ValueError", "owner.overview")
    assert line["frames"][-1].startswith(f"{__name__}:")
    assert "somebody" not in str(line)
