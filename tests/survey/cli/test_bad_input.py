"""What is typed wrong is answered in one line with its code and a remedy, and nothing is written."""

import errno
import sqlite3
from contextlib import closing

import pytest

from survey.operations import backup, backup_folder
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


ON_TABLES = (
    ["unit", "list"],
    ["wave", "status"],
    ["round", "list", "x"],
    ["unit", "add", "Eik", "--edition", "skole"],
)


@pytest.mark.parametrize("table", ["unit", "wave", "installation_value"])
@pytest.mark.usefixtures("program_read_once")
def test_a_missing_table_is_told_in_one_line_and_verify_names_it(run, settings, table):
    with closing(sqlite3.connect(settings.database.removeprefix("sqlite:///"))) as harmed:
        harmed.execute(f"DROP TABLE {table}")
    for typed in ON_TABLES:
        status, out, said = run(*typed)
        assert (status, out) == (1, "")
        assert said.count("\n") == 0
        assert ": database-unreadable: " in said
    status, _, said = run("verify")
    assert (status, f"{table}: schema-differs" in said) == (2, True)


def test_a_table_that_is_missing_keeps_no_backup_from_being_made(run, settings, tmp_path):
    with closing(sqlite3.connect(settings.database.removeprefix("sqlite:///"))) as harmed:
        harmed.execute("DROP TABLE job")
    assert run("backup", str(tmp_path / "copy"))[0] == 0
    assert (tmp_path / "copy" / "manifest.json").exists()


def test_a_full_disk_is_told_in_one_line(run, place, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "copy"))

    monkeypatch.setattr(backup, "_copy", full)
    said = refused(run, "backup-failed", "backup", str(tmp_path / "copy"))
    assert "No space left on device" in said
    assert not (tmp_path / "copy").exists()
    monkeypatch.setattr(backup_folder, "make", full)
    status, out, said = run("backup", str(tmp_path / "copy"))
    assert (status, out, said.count("\n")) == (1, "", 0)
    assert f"{tmp_path}/copy: file-unusable: " in said
    assert place
