"""What `docs/scoring.md` shows, done as it stands there."""

import runpy

import pytest

from survey.cli import main, score
from tests.paths import REPOSITORY

PAGE = (REPOSITORY / "docs" / "scoring.md").read_text("utf-8")
BLOCKS = [part.partition("\n")[::2] for part in PAGE.split("```")[1::2]]


@pytest.fixture
def scored(tmp_path, monkeypatch):
    """The example's command, run in a folder that has the project's documents."""
    (tmp_path / "docs").symlink_to(REPOSITORY / "docs")
    monkeypatch.chdir(tmp_path)
    [command] = [text for language, text in BLOCKS if not language and text.startswith("$ ")]
    with pytest.raises(SystemExit, match="0"):
        main(command.split()[2:])
    return tmp_path


def test_the_example_writes_the_scores_the_page_shows(scored):
    [shown] = [text for language, text in BLOCKS if not language and text.startswith("row,")]
    assert (scored / "scores.csv").read_text("utf-8").startswith(shown)


def test_the_files_are_read_by_polars_as_the_page_says(scored, capsys):
    [code] = [text for language, text in BLOCKS if language == "python" and "polars" in text]
    (scored / "example.py").write_text(code, "utf-8")
    capsys.readouterr()
    found = runpy.run_path(str(scored / "example.py"))
    assert found["figures"].schema["value"].is_float()
    assert found["alpha"]["n"].to_list() == [5, 6, 5]
    assert "belonging" in capsys.readouterr().out


def test_every_option_is_on_the_page():
    options = [option for each in score.score.params for option in each.opts if option.startswith("--")]
    assert len(options) > 10
    assert [option for option in options if f"`{option}" not in PAGE] == []
