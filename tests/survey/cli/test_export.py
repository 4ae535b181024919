import csv
import hashlib
import json
import stat
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from survey.cli import main
from survey.store.repositories import releases, studies
from tests.waves import place, release_below, sealed, simulated

SIZES = {"Asken": 12, "Bjerka": 45, "Elvebakken": 7}
DIMENSIONS = 9


@pytest.fixture(autouse=True)
def installation(home, settings, monkeypatch):
    """Three sealed waves in the installation that the environment names."""
    names = {"DATABASE": settings.database, "KEYS": str(settings.keys), "SECRET": settings.secret}
    for name, text in {**names, "PUBLIC_URL": settings.public_url}.items():
        monkeypatch.setenv(f"KJENNETEGN_{name}", text)
    for seed, (name, n) in enumerate(SIZES.items()):
        sealed(home, simulated(n, seed), unit=name, invited=50)
        release_below(home, place(home, name).key)
    return home


@pytest.fixture
def desk(tmp_path):
    """An empty directory."""
    made = tmp_path / "desk"
    made.mkdir()
    return made


def run(*arguments):
    with pytest.raises(SystemExit) as ended:
        main(["export", *map(str, arguments)])
    return ended.value.code


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_csv_holds_every_wave_that_may_be_told_and_no_name(desk, capsys):
    output = desk / "told.csv"
    assert run("--as", "csv", "--output", output) == 0
    assert len(rows(output)) == 2 * DIMENSIONS
    assert "Asken" not in output.read_text("utf-8")
    assert "told.csv.codebook.json" in capsys.readouterr().out


def test_an_export_releases_nothing(installation, desk):
    first = releases.present(installation.database)
    sealed(installation, simulated(40), unit="Hegg", invited=50)
    assert run("--as", "csv", "--output", desk / "one.csv") == 0
    assert len(rows(desk / "one.csv")) == 2 * DIMENSIONS
    assert releases.present(installation.database) == first


def test_units_keep_their_keys_within_a_family_only(desk):
    family = desk / "family"
    for name, extra in (("one", ["--family", family]), ("two", ["--family", family]), ("three", [])):
        assert run("--as", "csv", "--output", desk / name, *extra) == 0
    one, two, three = ({row["unit"] for row in rows(desk / name)} for name in ("one", "two", "three"))
    assert one == two
    assert not one & three
    assert stat.S_IMODE(family.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["not a key", "abcd", "æ"])
def test_a_file_that_is_no_family_key_is_refused_and_kept(desk, capsys, content):
    family = desk / "family"
    family.write_text(content, "utf-8")
    assert run("--as", "csv", "--output", desk / "told.csv", "--family", family) == 2
    assert "family-key-unreadable" in capsys.readouterr().err
    assert [path.name for path in desk.iterdir()] == ["family"]
    assert family.read_text("utf-8") == content


def test_an_output_that_is_there_is_refused_with_status_two(desk, capsys):
    output = desk / "told.csv"
    output.write_text("mine")
    assert run("--as", "csv", "--output", output) == 2
    assert "output-exists" in capsys.readouterr().err
    assert output.read_text() == "mine"
    assert run("--as", "csv", "--output", output, "--replace") == 2
    assert "family-needed" in capsys.readouterr().err
    assert output.read_text() == "mine"
    family = ["--family", desk / "family"]
    assert run("--as", "csv", "--rows", "items", "--output", output, "--replace", *family) == 0
    assert {len(row["item"]) > 0 for row in rows(output)} == {True}
    kept = output.read_bytes()
    assert run("--as", "csv", "--output", output, "--replace", "--family", desk / "other") == 2
    assert "family-differs" in capsys.readouterr().err
    assert output.read_bytes() == kept


def described(path):
    return json.loads(path.with_name(f"{path.name}.codebook.json").read_text("utf-8"))["data set"]


def test_a_data_set_says_what_changed_since_another(installation, desk, capsys):
    family = ["--family", desk / "family"]
    assert run("--as", "csv", "--output", desk / "one.csv", *family) == 0
    sealed(installation, simulated(40), unit="Hegg", invited=50)
    release_below(installation, place(installation, "Hegg").key)
    assert run("--as", "sav", "--output", desk / "two.sav", *family, "--since", desk / "one.csv") == 0
    one, two = described(desk / "one.csv"), described(desk / "two.sav")
    assert one["changes"] == "nothing to compare with"
    assert two["changes"] == {
        "since": one["version"],
        "policy changed": False,
        "added": sorted(two["waves"].keys() - one["waves"].keys()),
        "withdrawn": [],
        "changed": [],
    }
    assert len(two["changes"]["added"]) == 1
    checksum = hashlib.sha256((desk / "one.csv").read_bytes()).hexdigest()
    assert one["sha-256 of the table as plain CSV"] == checksum
    assert run("--as", "csv", "--output", desk / "three.csv", "--since", desk / "none.csv") == 2
    assert "since-unreadable" in capsys.readouterr().err


def test_a_study_names_units_alike_in_every_export_and_ends(installation, desk, capsys):
    today = installation_day()
    key = studies.add(installation.database, "Over tid", today, today)
    for name in ("one.csv", "two.csv"):
        assert run("--as", "csv", "--study", key, "--output", desk / name) == 0
    assert rows(desk / "one.csv") == rows(desk / "two.csv")
    assert run("--as", "csv", "--output", desk / "other.csv") == 0
    assert {row["unit"] for row in rows(desk / "other.csv")}.isdisjoint(
        row["unit"] for row in rows(desk / "one.csv")
    )
    both = ("--study", key, "--family", desk / "study.key")
    for arguments, code in ((("--study", "x"), "study-unknown"), (both, "option-unused")):
        assert run("--as", "csv", *arguments, "--output", desk / "none.csv") == 2
        assert code in capsys.readouterr().err
    assert not (desk / "none.csv").exists()
    assert not (desk / "study.key").exists()


def installation_day():
    """Today, as the command line takes it."""
    return datetime.now(ZoneInfo("Europe/Oslo")).date()
