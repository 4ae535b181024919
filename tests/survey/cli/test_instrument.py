"""`kjennetegn instrument` as people run it: what it prints, and how it ends."""

import re
import shutil
from pathlib import Path

import pytest

from instruments import background, library
from survey.cli import main
from tests.instruments.formats.foreign.files import limesurvey_6, workbook
from tests.paths import EXAMPLES, FAULTY

MINIMAL = str(EXAMPLES / "minimal.toml")


@pytest.fixture
def run(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["instrument", *map(str, arguments)])
        printed = capsys.readouterr()
        return ended.value.code, printed.out, printed.err

    return run


def test_a_sound_definition_is_said_to_be_so(run):
    status, out, err = run("check", MINIMAL)
    assert (status, err) == (0, "")
    said, notice = out.splitlines()
    assert said.endswith("morning_meeting@1.0.0 is well formed (2 items, 1 wordings).")
    assert re.search(r"minimal\.toml:\d+: notice: two-items: It has two statements", notice)


def test_every_problem_of_every_file_is_printed_and_the_status_is_two(run):
    faulty = [FAULTY / f"{code}.toml" for code in ("cuts-order", "text-empty")]
    status, out, err = run("check", faulty[0], MINIMAL, faulty[1])
    assert status == 2
    assert "well formed" in out
    assert [line.split(": ")[1] for line in err.splitlines()] == ["cuts-order", "text-empty"]


def test_a_version_reads_in_the_terminal_with_its_ids(run):
    status, out, _ = run("show", MINIMAL)
    assert status == 0
    assert "  - Our school has meetings that drag on. [drags_on, reversed]" in out
    assert "Levels (provisional): Starting < 1.5 ≤ Established" in out


def test_a_version_reads_with_its_subtitle_and_the_headings_that_are_not_names(run):
    wording = library.get("learning_community@1.0.0").wording("skole", "nb")
    status, out, _ = run("show", "learning_community@1.0.0", "--edition", "skole", "--language", "nb")
    assert status == 0
    assert wording.subtitle in " ".join(out.split())
    for dimension, said in wording.dimensions.items():
        assert f"{said.name} [{dimension}], headed “{said.heading}”\n" in out
    assert "headed" not in run("show", MINIMAL)[1]


def test_an_edition_or_language_that_is_not_there_is_refused_with_those_that_are(run):
    status, _, err = run("show", MINIMAL, "--language", "nn")
    assert status == 2
    assert "wording-unknown" in err
    assert "school: en" in err


def test_a_difference_is_said_with_the_step_and_the_comparison(run, tmp_path):
    later = tmp_path / "later.toml"
    later.write_text(Path(MINIMAL).read_text("utf-8").replace("[1.5]", "[2]"), "utf-8")
    status, out, _ = run("diff", MINIMAL, later)
    assert status == 0
    assert out.splitlines() == [
        "cut scores: 1.5 became 2.0 (minor)",
        "Smallest step allowed: minor.",
        "Scores may be compared as they are.",
    ]


@pytest.mark.parametrize(("form", "start"), [("xlsform", b"PK"), ("lss", b"<?xml"), ("ddi", b"<?xml")])
def test_an_edition_is_written_in_the_format_of_another_house(run, tmp_path, form, start):
    output = tmp_path / "exported"
    status, _, err = run("export", MINIMAL, "--as", form, "--output", output)
    assert (status, err) == (0, "")
    assert output.read_bytes().startswith(start)


def test_an_export_into_nowhere_is_refused(run, tmp_path):
    status, _, err = run("export", MINIMAL, "--as", "ddi", "--output", tmp_path / "none" / "file")
    assert status == 2
    assert "output-unwritable" in err


@pytest.mark.parametrize(
    ("form", "start"), [("html", b"<!DOCTYPE html>"), ("pdf", b"%PDF"), ("code-sheet", b"%PDF")]
)
def test_a_version_becomes_a_questionnaire_to_print(run, tmp_path, form, start):
    output = tmp_path / "questionnaire"
    status, _, err = run("show", MINIMAL, "--as", form, "--output", output)
    assert (status, err) == (0, "")
    assert output.read_bytes().startswith(start)


def test_own_questionnaires_are_listed_beside_those_that_ship(run, tmp_path, monkeypatch):
    monkeypatch.setattr(library, "_folders", [])
    monkeypatch.setenv("KJENNETEGN_INSTRUMENTS", str(tmp_path))
    (tmp_path / "morning_meeting@1.0.0.toml").write_bytes(Path(MINIMAL).read_bytes())
    status, out, _ = run("list")
    assert status == 0
    assert out.splitlines()[-1] == "morning_meeting@1.0.0 (own): 2 items; school en"
    assert out.startswith("learning_community@1.0.0")
    library.get.cache_clear()


def test_a_draft_is_published_once(run, tmp_path, monkeypatch):
    for name in ("learning_community", "pulse"):
        shutil.copytree(library.HOME / name, tmp_path / name)
    monkeypatch.setattr(library, "HOME", tmp_path)
    monkeypatch.setattr(library, "_LOCK", tmp_path / "lock.toml")
    library.get.cache_clear()
    assert "pulse@1.0.0 (draft)" in run("list")[1]
    status, out, _ = run("lock", "pulse@1.0.0")
    assert status == 0
    assert library.locked_hashes()["pulse@1.0.0"] in out
    assert "pulse@1.0.0: 9 items" in run("list")[1]
    status, _, err = run("lock", "pulse@1.0.0")
    assert status == 2
    assert "instrument-locked" in err
    library.get.cache_clear()


def test_a_background_question_is_published_once(run, tmp_path, monkeypatch):
    shutil.copytree(background.HOME, tmp_path, dirs_exist_ok=True)
    shutil.copy(tmp_path / "role@1.toml", tmp_path / "role@2.toml")
    monkeypatch.setattr(background, "HOME", tmp_path)
    monkeypatch.setattr(background, "_LOCK", tmp_path / "lock.toml")
    status, out, _ = run("lock", "role@2")
    assert status == 0
    assert background.locked_hashes()["role@2"] in out
    status, _, err = run("lock", "role@2")
    assert (status, err.split(": ")[0]) == (2, "background-locked")


def test_what_another_program_cannot_call_by_its_id_is_warned_of_when_it_is_exported(run, tmp_path):
    reserved = tmp_path / "reserved.toml"
    text = Path(MINIMAL).read_text("utf-8")
    reserved.write_text(text.replace("starts_on_time", "time").replace("drags_on", "KEY"), "utf-8")
    status, _, err = run("export", reserved, "--as", "lss", "--output", tmp_path / "form.lss")
    assert (status, err.splitlines()[0].split(": ")[:3]) == (0, ["warning", "time", "name-reserved"])
    assert "'time2'" in err
    assert "KEY" not in err
    status, _, err = run("export", reserved, "--as", "xlsform", "--output", tmp_path / "form.xlsx")
    assert status == 0
    assert [line.split(": ")[1:3] for line in err.splitlines()] == [["KEY", "name-reserved"]]
    assert run("export", reserved, "--as", "ddi", "--output", tmp_path / "book.xml")[2] == ""


def test_a_form_of_others_is_read_and_written_as_a_definition_to_go_on_with(run, tmp_path):
    form = tmp_path / "skjema.xlsx"
    form.write_bytes(workbook())
    status, out, err = run("read", form, "--edition", "barnehage")
    assert (status, err) == (0, "")
    assert out.startswith("barnehage_2026@1.0.0 (XLSForm): 5 items in 3 dimensions; languages: nb, en.\n")
    assert "\n  survey!H14: condition: It is asked only under a condition" in out
    assert "\n  texts.nb.promise\n" in out
    assert [each.name for each in tmp_path.iterdir()] == ["skjema.xlsx"]
    status, out, _ = run("read", form, "--edition", "barnehage", "--to", tmp_path / "egne")
    written = tmp_path / "egne" / "barnehage_2026@1.0.0.toml"
    assert out.splitlines()[-1] == f"{written}: {written.stat().st_size} bytes."
    before = written.read_bytes()
    status, _, err = run("read", form, "--to", tmp_path / "egne")
    assert (status, err.split(": ")[1]) == (2, "output-exists")
    assert written.read_bytes() == before


def test_what_cannot_be_read_or_written_is_refused_and_control_characters_steer_no_terminal(run, tmp_path):
    form = tmp_path / "skjema.xlsx"
    form.write_bytes(workbook())
    for arguments, code in (
        ([tmp_path / "borte.xlsx"], "file-missing"),
        ([tmp_path], "file-missing"),
        ([form, "--edition", "min skole"], "name-invalid"),
        ([form, "--language", "norsk"], "language-malformed"),
        ([form, "--to", form / "x"], "output-unwritable"),
        ([EXAMPLES / "minimal.toml"], "questionnaire-format"),
    ):
        status, out, err = run("read", *arguments)
        assert (status, out) == (2, "")
        assert f"{code}: " in err
    lss = tmp_path / "a.lss"
    lss.write_bytes(limesurvey_6().replace("Tenk på ledelsen:".encode(), "Tenk\x9b31m ".encode() * 30))
    assert "\x9b" not in run("read", lss)[1]


def test_ids_that_other_programs_reserve_are_told_where_they_stand(run, tmp_path):
    definition = tmp_path / "mine.toml"
    text = Path(MINIMAL).read_text("utf-8").replace("drags_on", "next")
    definition.write_text(text, "utf-8")
    line = 1 + next(k for k, each in enumerate(text.splitlines()) if each.strip() == 'id = "next"')
    status, out, _ = run("check", definition)
    told = f"{definition}:{line}: notice: id-reserved: 'next' is a word of R. "
    assert (status, told in out) == (0, True)
