"""Sheets of units on the command line: the same as on the pages, in two steps."""

import pytest

from survey.store.repositories import accounts, units
from tests.survey.unit_import.sheets import ASKEN, ROWS, TOWN, content


@pytest.fixture
def file(tmp_path):
    def write(rows=ROWS):
        path = tmp_path / "enheter.csv"
        path.write_bytes(content(rows))
        return str(path)

    return write


def test_units_and_then_leaders_of_one_sheet_are_stored_and_again_nothing(run, file, installation):
    sheet = file()
    status, said, _ = run("unit", "import", sheet, "--yes")
    assert (status, "Units: 3 made" in said, "Leaders' roles: 0" in said) == (0, True, True)
    assert accounts.every(installation.database) == []
    status, said, _ = run("account", "import", sheet, "--yes", "--language", "da")
    assert (status, "Accounts: 2 made. Leaders' roles: 3 given." in said) == (0, True)
    assert accounts.by_email(installation.database, "ola@skole.no").language == "da"
    for command in ("unit", "account"):
        assert run(command, "import", sheet, "--yes")[1] == "Everything in the sheet is stored already."


def test_every_fault_is_named_with_file_row_and_column_and_nothing_is_stored(run, file, installation):
    sheet = file([TOWN, (*ASKEN[:2], "Rakett", "", *ASKEN[4:]), ("1", *ASKEN[1:])])
    status, _, err = run("unit", "import", sheet, "--yes")
    assert status == 2
    assert f"{sheet}, row 3, Kind: kind-unknown" in err
    assert f"{sheet}, row 4, Organisation number: organisation-number-form" in err
    assert units.every(installation.database) == ()
    assert run("account", "import", file(), "--yes")[0] == 2


@pytest.mark.parametrize(("name", "code"), [("nothing.csv", "sheet-unreadable"), (".", "sheet-unreadable")])
def test_a_file_that_is_not_there_is_named(run, tmp_path, name, code):
    status, _, err = run("unit", "import", str(tmp_path / name))
    assert (status, code in err, str(tmp_path) in err) == (2, True, True)


def test_what_is_exported_is_imported_without_a_change(run, file, tmp_path):
    run("unit", "import", file(), "--yes")
    run("account", "import", file(), "--yes")
    written = str(tmp_path / "ut.csv")
    assert run("unit", "export", written)[0] == 0
    for command in ("unit", "account"):
        assert run(command, "import", written, "--yes")[1] == "Everything in the sheet is stored already."


def test_it_asks_before_it_stores(run, file, installation, monkeypatch):
    monkeypatch.setattr("click.confirm", lambda *_, **__: (_ for _ in ()).throw(SystemExit(1)))
    assert run("unit", "import", file())[0] == 1
    assert units.every(installation.database) == ()
