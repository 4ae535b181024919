"""`kjennetegn instrument sheet`: texts out to translators and back, and nothing half-written."""

import contextlib

import pytest

from instruments import library
from survey.cli import main, sheet_files
from tests.instruments.formats.translation.sheets import Sheet, write_small
from tests.paths import REPOSITORY

CIRCLE = REPOSITORY / "docs" / "examples" / "morning_circle@1.0.0.toml"


@pytest.fixture
def run(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["instrument", "sheet", *map(str, arguments)])
        printed = capsys.readouterr()
        return ended.value.code, printed.out, printed.err

    return run


@pytest.fixture
def small(tmp_path):
    return write_small(tmp_path)


@pytest.fixture
def sheet(small, tmp_path, run):
    file = tmp_path / "texts.xlsx"
    assert run(small, "--output", file)[0] == 0
    return Sheet(file)


def held(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_an_unchanged_sheet_gives_the_definition_as_it_is_to_the_byte(run, tmp_path):
    file, made = tmp_path / "texts.xlsx", tmp_path / "made"
    assert run("learning_community@1.0.0", "--output", file)[0] == 0
    status, out, _ = run("learning_community@1.0.0", "--read", file, "--output", made)
    assert (status, out) == (0, f"{made}: nothing changed.\n")
    assert held(made) == held(library.path_of("learning_community@1.0.0"))


def test_changes_are_written_to_a_new_folder_and_said(run, sheet, small, tmp_path):
    sheet.write("items.blamed", "nn", "Feil blir brukt mot folk.")
    before = held(small)
    made = tmp_path / "made"
    status, out, _ = run(small, "--read", sheet.save(), "--output", made)
    assert (status, out) == (0, f"nn: 1 text.\n{made}: nn.toml changed.\n")
    assert held(small) == before
    after = held(made)
    assert {name for name in after if after[name] != before[name]} == {"nn.toml"}
    assert library.load(made).wording("school", "nn").items["blamed"] == "Feil blir brukt mot folk."


def test_changes_are_written_into_the_definitions_own_folder(run, sheet, small):
    sheet.write("items.blamed", "nn", "Feil blir brukt mot folk.")
    before = held(small)
    assert run(small, "--read", sheet.save(), "--output", small)[0] == 0
    after = held(small)
    assert {name for name in after if after[name] != before[name]} == {"nn.toml"}
    assert (small / "nn.toml").stat().st_mode & 0o777 == (small / "nb.toml").stat().st_mode & 0o777


def test_a_definition_in_one_file_is_written_to_a_folder(run, tmp_path):
    file, made = tmp_path / "texts.xlsx", tmp_path / "made"
    run(CIRCLE, "--output", file)
    sheet = Sheet(file)
    sheet.write("items.names_used", "en", "We call {children.definite} by name.")
    assert run(CIRCLE, "--read", sheet.save(), "--output", made)[0] == 0
    assert [each.name for each in made.iterdir()] == [CIRCLE.name]
    assert (
        library.load(made / CIRCLE.name).wording("barnehage", "en").items["names_used"].startswith("We call")
    )


def test_a_faulty_sheet_leaves_everything_as_it_was(run, sheet, small, tmp_path):
    sheet.write("items.blamed", "nn", "Feil blir brukt mot folk.")
    sheet.write("items.heard", "nn", "=1+1")
    sheet.write("title", "en", None)
    before = held(small)
    for output in (tmp_path / "made", small):
        status, out, err = run(small, "--read", sheet.save(), "--output", output)
        assert (status, out) == (2, "")
        assert [line.split(": ")[1] for line in err.splitlines()] == ["text-empty", "cell-formula"]
        assert all(line.startswith("texts.xlsx, sheet Texts, row ") for line in err.splitlines())
    assert held(small) == before
    assert not (tmp_path / "made").exists()


def test_a_disk_that_fails_half_way_leaves_everything_as_it_was(run, sheet, small, tmp_path, monkeypatch):
    sheet.write("items.blamed", "nn", "Feil blir brukt mot folk.")
    sheet.write("items.blamed", "en", "Mistakes are held against people.")
    before, asked = held(small), []

    def full(*_, **__):
        asked.append(1)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sheet_files.os, "fdopen", full)
    monkeypatch.setattr(sheet_files.shutil, "move", full)
    for output in (small, tmp_path / "made"):
        status, _, err = run(small, "--read", sheet.save(), "--output", output)
        assert (status, err.split(": ")[1]) == (2, "output-unwritable")
    assert len(asked) == 2
    assert not (tmp_path / "made").exists()
    assert {name: content for name, content in held(small).items() if not name.endswith(".tmp")} == before
    assert [name for name in held(small) if name.endswith(".tmp")] == []


def test_a_folder_that_holds_something_else_is_not_written_to(run, sheet, small, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "nn.toml").write_text("mine", "utf-8")
    status, _, err = run(small, "--read", sheet.file, "--output", tmp_path / "other")
    assert (status, err.split(": ")[1]) == (2, "output-exists")
    assert (tmp_path / "other" / "nn.toml").read_text("utf-8") == "mine"


def test_a_published_version_is_not_changed_where_it_lies(run, sheet, small, monkeypatch):
    sheet.write("items.blamed", "nn", "Feil blir brukt mot folk.")
    monkeypatch.setattr(library, "_folders", [small.parent.parent])
    monkeypatch.setattr(library, "locked_hashes", lambda: {"signs@1.0.0": "0"})
    before = held(small)
    status, _, err = run(small, "--read", sheet.save(), "--output", small)
    assert (status, err.split(": ")[1]) == (2, "instrument-locked")
    assert held(small) == before


def test_a_sheet_is_written_for_a_new_language_and_from_another_source(run, small, tmp_path):
    file = tmp_path / "texts.xlsx"
    assert run(small, "--output", file, "--new", "sv", "--new", "fi", "--source", "en")[0] == 0
    heads = [cell.value for cell in Sheet(file).texts[1]]
    assert heads[5:] == ["nb (Norsk bokmål)", "nn (Norsk nynorsk)", "en (English)", "sv", "fi"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nothing@1.0.0", "--output", "x.xlsx"), "instrument-unknown"),
        (("{small}", "--output", "x.xlsx", "--source", "fi"), "source-missing"),
        (("{small}", "--output", "nowhere/x.xlsx"), "output-unwritable"),
        (("{small}", "--read", "{sheet}", "--output", "made", "--new", "sv"), "option-unused"),
        (("{small}", "--read", "{sheet}", "--output", "nowhere/made"), "output-unwritable"),
        (("{small}", "--read", "nothing.xlsx", "--output", "made"), "workbook-missing"),
        (("pulse@1.0.0", "--read", "{sheet}", "--output", "made"), "workbook-wrong"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code(run, sheet, tmp_path, arguments, code):
    given = [each.format(small=tmp_path / "signs" / "1.0.0", sheet=sheet.file) for each in arguments]
    before = sorted(tmp_path.rglob("*"))
    with contextlib.chdir(tmp_path):
        status, _, err = run(*given)
    assert status == 2
    assert f"{code}: " in err
    assert sorted(tmp_path.rglob("*")) == before
