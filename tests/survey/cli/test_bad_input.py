"""What is typed wrong is answered in one line with its code and a remedy, and nothing is written."""

import pytest

from survey.store.repositories import accounts
from tests.survey.cli.days import in_days


@pytest.fixture
def taken(tmp_path):
    """A file where a folder is wanted."""
    file = tmp_path / "taken"
    file.write_text("x", "utf-8")
    return file


def refused(run, code, *arguments):
    status, out, said = run(*arguments)
    assert (status, out) == (2, "")
    assert f"{code}: " in said
    assert len(said.splitlines()) == 1
    return said


def test_a_folder_that_is_a_file_is_refused_before_anything_is_made(run, place, taken):
    for where in (taken, taken / "below"):
        refused(run, "output-directory", "report", "--all-under", place, "--directory", where)
    refused(run, "output-directory", "demo", "--directory", taken, "--no-serve")
    assert taken.read_text("utf-8") == "x"


LONG = f"{'x' * 300}@example.org"


@pytest.mark.parametrize("address", ["", "   ", "hun@asken", "hun asken@example.org", LONG])
def test_an_address_that_is_none_gets_no_account(run, place, address):
    refused(run, "address-malformed", "account", "add", address, "--role", "leader", "--unit", place)


def test_an_address_is_not_changed_to_one_that_is_none(run, installation):
    accounts.add(installation.database, "hun@example.org", "x", "nb")
    refused(run, "address-malformed", "account", "rename", "hun@example.org", "hun")


def test_an_edition_that_no_questionnaire_has_is_refused(run):
    refused(run, "edition-none", "unit", "add", "Asken", "--edition", "nope")
    assert run("unit", "list")[1] == ""


def test_a_first_day_that_is_over_is_refused(run, place):
    days = ("--opens", "2020-01-01", "--closes", in_days(9))
    status, _, said = run("wave", "draft", place, "--title", "Vår", "--invited", "20", *days)
    assert status == 2
    assert "first-day-past" in said


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (("--closes", "9999-12-31"), "dates-far"),
        (("--closes", in_days(367)), "dates-far"),
        (("--opens", in_days(367), "--closes", in_days(370)), "first-day-far"),
    ],
)
def test_a_survey_that_would_open_or_last_more_than_a_year_from_now_is_refused(run, place, days, code):
    status, _, said = run("wave", "draft", place, "--title", "Vår", "--invited", "20", *days)
    assert (status, code in said) == (2, True)
    assert run("wave", "draft", place, "--title", "Vår", "--invited", "20", "--closes", in_days(366))[0] == 0
