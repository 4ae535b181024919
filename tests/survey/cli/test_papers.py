"""`kjennetegn papers`: every paper in both languages, with what the installation decides."""

import pytest

from survey.web.papers.paper import ENDINGS, LANGUAGES, PAPERS
from tests.policies import STRICT_POLICY


def read(folder, name, language="en", ending="md"):
    return (folder / language / f"{name}.{ending}").read_text("utf-8")


def test_all_papers_are_written_as_they_are_shipped_without_an_installation(run, monkeypatch, tmp_path):
    for name in ("DATABASE", "KEYS", "SECRET", "PUBLIC_URL"):
        monkeypatch.delenv(f"KJENNETEGN_{name}")
    folder = tmp_path / "papers"
    status, said, _ = run("papers", str(folder), "--shipped", "--ending", "html", "--ending", "md")
    assert status == 0
    assert len(said.splitlines()) == len(PAPERS) * len(LANGUAGES) * 2
    assert "[Fill in: the address of the service]" in read(folder, "impact-assessment")
    assert read(folder, "impact-assessment", "nb", "html").startswith("<!DOCTYPE html>")


def test_the_papers_of_an_owner_hold_its_name_its_number_and_the_rules_in_force(run, monkeypatch, tmp_path):
    key = run("unit", "add", "Nordby kommune", "--kind", "municipality")[1]
    monkeypatch.setenv("KJENNETEGN_POLICY", str(STRICT_POLICY))
    folder = tmp_path / "papers"
    asked = ["papers", str(folder), "--owner", key, "--language", "en"]
    assert run(*asked, "--ending", "md")[0] == 0
    told = read(folder, "processing-agreement")
    assert "**Controller:** Nordby kommune, [Fill in: organisation number]" in told
    assert "https://svar.example" in told
    assert "the installation's own, with which this document was made" in told
    assert "(SQLite)" in told
    assert not (folder / "nb").exists()


def test_a_file_that_is_there_is_replaced_only_where_that_is_asked_for(run, tmp_path):
    asked = ["papers", str(tmp_path), "--language", "nb", "--ending", "md"]
    assert run(*asked)[0] == 0
    status, _, said = run(*asked)
    assert (status, "output-exists" in said) == (2, True)
    assert run(*asked, "--replace")[0] == 0


def test_one_paper_of_each_ending_is_what_it_says(run, tmp_path):
    assert run("papers", str(tmp_path), "--language", "nb")[0] == 0
    files = {path.name for path in (tmp_path / "nb").iterdir()}
    assert files == {f"{name}.{ending}" for name in PAPERS for ending in ENDINGS}
    assert (tmp_path / "nb" / f"{PAPERS[0]}.pdf").read_bytes().startswith(b"%PDF-1.7")


@pytest.mark.parametrize("wrong", [["--language", "da"], ["--ending", "docx"], ["--owner", "nowhere"]])
def test_what_there_is_not_is_refused(run, tmp_path, wrong):
    folder = tmp_path / "papers"
    status, _, said = run("papers", str(folder), *wrong)
    assert (status, bool(said)) == (2, True)
    assert not folder.exists()
