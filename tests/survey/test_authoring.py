"""What `docs/authoring.md` promises a newcomer, done from that page alone."""

import re
import shutil

import pytest

from instruments import library, versions
from survey.cli import main
from tests.paths import REPOSITORY

DOCS = REPOSITORY / "docs"
PAGE = (DOCS / "authoring.md").read_text("utf-8")
EXAMPLE = DOCS / "examples" / "morning_circle@1.0.0.toml"


@pytest.fixture
def run(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        assert ended.value.code == 0, printed.err
        return printed.out

    return run


def blocks(language):
    fenced = (part.partition("\n") for part in PAGE.split("```")[1::2])
    return [body for named, _, body in fenced if named == language]


def test_the_pieces_on_the_page_are_the_example():
    assert "\n".join(blocks("toml")) == EXAMPLE.read_text("utf-8")


def test_the_example_has_twelve_items_on_six_points_and_passes_as_the_page_says(run, monkeypatch):
    monkeypatch.chdir(DOCS.parent)
    version = library.load(EXAMPLE)
    assert (len(version.items), len(version.scale.categories)) == (12, 6)
    out = run("instrument", "check", "docs/examples/morning_circle@1.0.0.toml")
    assert out in PAGE


def test_the_example_scores_its_csv(run):
    out = run("score", EXAMPLE, DOCS / "examples" / "morning_circle.csv")
    assert "worth_the_time" in out


def test_a_wave_opens_on_the_example(run, monkeypatch, tmp_path):
    folder = tmp_path / "questionnaires"
    folder.mkdir()
    shutil.copy(EXAMPLE, folder)
    monkeypatch.setattr(library, "_folders", [])
    settings = {
        "DATABASE": f"sqlite:///{tmp_path}/answers.db",
        "KEYS": tmp_path / "keys",
        "SECRET": "a secret that is long enough to keep",
        "INSTRUMENTS": folder,
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"KJENNETEGN_{name}", str(value))
    run("set-up")
    unit = run("unit", "add", "Solbakken", "--edition", "barnehage").split()[-1]
    line = next(line for line in PAGE.splitlines() if line.startswith("kjennetegn wave draft"))
    words = line.replace("UNIT", unit).replace('"', "").split()[1:]
    wave = run(*words).split()[-1]
    run("wave", "open", wave)
    assert wave in run("wave", "status")


def test_the_new_version_on_the_page_is_a_minor_step(tmp_path):
    shutil.copy(EXAMPLE, tmp_path)
    body = next(block for block in blocks("") if "based_on" in block)
    later = tmp_path / "morning_circle@1.1.0.toml"
    later.write_text(body, "utf-8")
    a, b = library.load(EXAMPLE), library.load(later)
    assert versions.smallest_bump(a, b) == versions.Bump.MINOR
    common = versions.comparability(a, b)
    assert isinstance(common, versions.CommonItems)
    assert "right_length" not in common.items["worth_the_time"]


def test_the_short_form_on_the_page_shares_its_items(tmp_path):
    shutil.copy(EXAMPLE, tmp_path)
    head = re.findall(r"`((?:name|based_on|keep) = .*?)`[,.]", PAGE.replace("\n", " "))
    text = "\n".join(['format = 1\nversion = "1.0.0"', *(line for line in head if "1.1.0" not in line)])
    short = tmp_path / "glance@1.0.0.toml"
    short.write_text(text, "utf-8")
    version = library.load(short)
    assert [item.id for item in version.items] == ["names_used", "children_speak", "waiting"]
    assert isinstance(versions.comparability(library.load(EXAMPLE), version), versions.CommonItems)
