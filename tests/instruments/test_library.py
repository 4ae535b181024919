"""Loading definitions, and keeping published ones as they were published."""

import unicodedata

import pytest

from instruments import library
from instruments.problems import Damaged, Refused
from tests.paths import MINIMAL


def codes(refused):
    return [problem.code for problem in refused.value.problems]


def written(tmp_path, text):
    file = tmp_path / "definition.toml"
    file.write_bytes(text.encode())
    return library.load(file)


def test_a_single_file_becomes_a_version():
    version = library.load(MINIMAL)
    wording = version.wording("school", "en")
    assert version.reference == "morning_meeting@1.0.0"
    assert [item.id for item in version.items] == ["starts_on_time", "drags_on"]
    assert version.items[1].reverse
    assert wording.referent == "At our school, in the last six months"
    assert wording.items["drags_on"] == "Our school has meetings that drag on."
    assert wording.categories[0] == "Never"
    assert wording.terms["place.definite"] == "our school"


def test_a_folder_and_a_single_file_say_the_same(tmp_path):
    main, shared = MINIMAL.read_text("utf-8").split("[texts.en]\n")
    (tmp_path / "instrument.toml").write_text(main, "utf-8")
    (tmp_path / "en.toml").write_text(shared.replace("[texts.en.", "["), "utf-8")
    assert library.load(tmp_path) == library.load(MINIMAL)


def test_the_hash_does_not_know_how_a_version_is_written_down(tmp_path):
    text = MINIMAL.read_text("utf-8").replace("Starting", "Påbegynt")
    first = written(tmp_path, text).content_hash
    lines = text.replace('name = "School"\n', "").replace("[texts.en]\n", '[texts.en]\nname   =  "School"\n')
    assert written(tmp_path, lines).content_hash == first
    assert written(tmp_path, text.replace("\n", "\r\n")).content_hash == first
    assert written(tmp_path, unicodedata.normalize("NFD", text)).content_hash == first
    assert written(tmp_path, text.replace("starts on time", "starts  on time")).content_hash == first


def test_the_hash_knows_every_letter_and_every_cut(tmp_path):
    text = MINIMAL.read_text("utf-8")
    first = library.load(MINIMAL).content_hash
    assert written(tmp_path, text.replace("starts on time", "starts in time")).content_hash != first
    assert written(tmp_path, text.replace("[1.5]", "[1.6]")).content_hash != first
    assert written(tmp_path, text.replace("reverse = true", "reverse = false")).content_hash != first


def test_an_unknown_reference_is_refused_with_those_that_exist():
    with pytest.raises(Refused) as refused:
        library.get("learning_community@0.0.9")
    assert codes(refused) == ["instrument-unknown"]
    assert "learning_community@1.0.0" in str(refused.value)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(library, "_folders", [])
    library.get.cache_clear()
    (tmp_path / "morning_meeting@1.0.0.toml").write_bytes(MINIMAL.read_bytes())
    yield tmp_path
    library.get.cache_clear()


def test_an_operator_keeps_own_versions_in_a_folder(folder):
    library.add_folder(folder)
    assert library.get("morning_meeting@1.0.0") == library.load(MINIMAL)
    assert library.available()[-1] == "morning_meeting@1.0.0"
    assert "morning_meeting@1.0.0" not in library.shipped()


def test_a_definition_under_another_name_than_its_own_is_refused(folder):
    library.add_folder(folder)
    (folder / "morning_meeting@1.0.0.toml").rename(folder / "evening_meeting@1.0.0.toml")
    with pytest.raises(Damaged) as refused:
        library.get("evening_meeting@1.0.0")
    assert codes(refused) == ["instrument-misplaced"]


def test_an_own_version_cannot_stand_in_for_one_that_ships(folder):
    text = MINIMAL.read_text("utf-8").replace("morning_meeting", "learning_community")
    (folder / "learning_community@1.0.0.toml").write_text(text, "utf-8")
    library.add_folder(folder)
    assert len(library.get("learning_community@1.0.0").items) == 36


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused) as refused:
        library.add_folder(tmp_path / "none")
    assert codes(refused) == ["folder-missing"]
