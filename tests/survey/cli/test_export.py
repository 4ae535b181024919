import csv
import stat

import pytest

import survey.cli.export
from survey.cli import main
from tests.reports.waves import FOUR, believable, sealed_from


@pytest.fixture(autouse=True)
def waves(monkeypatch):
    sizes = {"asken": 12, "bjerka": 25, "elvebakken": 7}
    sealed = [sealed_from(FOUR, believable(FOUR, n), community=name) for name, n in sizes.items()]
    monkeypatch.setattr(survey.cli.export, "sealed_waves", lambda: sealed)


def run(*arguments):
    with pytest.raises(SystemExit) as ended:
        main(["export", *map(str, arguments)])
    return ended.value.code


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_csv_holds_every_wave_that_may_be_told_and_no_name(tmp_path, capsys):
    output = tmp_path / "told.csv"
    assert run("--as", "csv", "--output", output) == 0
    assert len(rows(output)) == 2 * 2
    assert "asken" not in output.read_text("utf-8")
    assert "told.csv.codebook.json" in capsys.readouterr().out


def test_communities_keep_their_keys_within_a_family_only(tmp_path):
    family = tmp_path / "family"
    for name, extra in (("one", ["--family", family]), ("two", ["--family", family]), ("three", [])):
        assert run("--as", "csv", "--output", tmp_path / name, *extra) == 0
    one, two, three = (
        {row["community"] for row in rows(tmp_path / name)} for name in ("one", "two", "three")
    )
    assert one == two
    assert not one & three
    assert stat.S_IMODE(family.stat().st_mode) == 0o600


def test_items_are_exported_when_asked_for(tmp_path):
    assert run("--as", "csv", "--rows", "items", "--output", tmp_path / "told.csv") == 0
    assert {row["item"] for row in rows(tmp_path / "told.csv")} == set(FOUR.positions)


@pytest.mark.parametrize("content", ["not a key", "abcd", "", "æ"])
def test_a_file_that_is_no_family_key_is_refused_and_kept(tmp_path, capsys, content):
    family = tmp_path / "family"
    family.write_text(content, "utf-8")
    assert run("--as", "csv", "--output", tmp_path / "told.csv", "--family", family) == 2
    assert "family-key-unreadable" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["family"]
    assert family.read_text("utf-8") == content


def test_an_output_that_is_there_is_refused_with_status_two(tmp_path, capsys):
    output = tmp_path / "told.csv"
    output.write_text("mine")
    assert run("--as", "csv", "--output", output) == 2
    assert "output-exists" in capsys.readouterr().err
    assert output.read_text() == "mine"
    assert run("--as", "csv", "--output", output, "--replace") == 0
