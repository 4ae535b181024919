"""The versions that ship: what they share, and that none is altered once it is published."""

import shutil
from copy import deepcopy

import pytest

from instruments import library, versions
from instruments.definition import loader
from instruments.problems import Damaged, Refused

FULL, LATER, PULSE = "learning_community@1.0.0", "learning_community@1.1.0", "pulse@1.0.0"
MOST_WORDS = 18  # in an item


def test_the_versions_that_ship_come_in_order():
    assert library.shipped() == (FULL, LATER, PULSE)


def test_every_version_that_ships_is_published_as_it_stands():
    assert set(library.locked_hashes()) == set(library.shipped()), "kjennetegn instrument lock NAME@VERSION"
    assert {name: library.get(name).content_hash for name in library.shipped()} == library.locked_hashes()


@pytest.mark.parametrize("reference", library.shipped())
def test_every_item_is_short_enough_to_be_read_once(reference):
    version = library.get(reference)
    texts = [text for wording in version.wordings.values() for text in wording.items.values()]
    assert len(texts) == len(version.items) * len(version.wordings)
    assert [text for text in texts if len(text.split()) > MOST_WORDS] == []


def test_the_later_version_differs_in_one_reworded_and_one_replaced_item():
    full, later = library.get(FULL), library.get(LATER)
    assert versions.smallest_bump(full, later) == versions.declared_bump(full, later) == versions.Bump.MINOR
    common = versions.comparability(full, later)
    assert isinstance(common, versions.CommonItems)
    assert {item.id for item in full.items} - frozenset().union(*common.items.values()) == {
        "commitments_kept",
        "research_used",
    }
    assert [(change.kind, change.subject) for change in later.changes] == [
        ("reworded", "commitments_kept"),
        ("replaced", "research_used"),
    ]
    for key, wording in later.wordings.items():
        assert wording.items["commitments_kept"] != full.wordings[key].items["commitments_kept"]


@pytest.mark.parametrize("reference", [FULL, LATER])
def test_the_pulse_asks_one_item_of_each_dimension_and_shares_them_all(reference):
    pulse, full = library.get(PULSE), library.get(reference)
    assert [len(dimension.items) for dimension in pulse] == [1] * 9
    assert not any(item.reverse for item in pulse.items)
    common = versions.comparability(full, pulse)
    assert isinstance(common, versions.CommonItems)
    assert common.items == {dimension.id: frozenset({dimension.items[0].id}) for dimension in pulse}
    for key, wording in pulse.wordings.items():
        assert all(full.wordings[key].items[item] == text for item, text in wording.items.items())


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A library of its own, with a copy of what ships and no locks."""
    for name in ("learning_community", "pulse"):
        shutil.copytree(library.HOME / name, tmp_path / name)
    monkeypatch.setattr(library, "HOME", tmp_path)
    monkeypatch.setattr(library, "_LOCK", tmp_path / "lock.toml")
    library.get.cache_clear()
    yield tmp_path
    library.get.cache_clear()


def test_a_version_that_others_build_on_is_read_once_until_a_file_is_another(house, monkeypatch):
    files, read = [], loader.read_definition
    monkeypatch.setattr(loader, "read_definition", lambda path: files.append(path) or read(path))
    first = [library.load(library.path_of(each)) for each in library.shipped()]
    assert files == [library.path_of(each) for each in library.shipped()]
    assert [library.load(library.path_of(each)) for each in library.shipped()] == first
    assert len(files) == len(first)
    file = house / "learning_community" / "1.0.0" / "nb.toml"
    file.write_text(file.read_text("utf-8").replace("Vet ikke", "Veit ikke"), "utf-8")
    again = [library.load(library.path_of(each)) for each in library.shipped()]
    assert [each.content_hash for each in again] != [each.content_hash for each in first]
    assert len(files) == 2 * len(first)


def test_what_builds_on_a_version_changes_nothing_of_it(house):
    path = house / "learning_community" / "1.0.0"
    library.load(path)
    _, base, _ = library._read_before[path]
    tree, places = deepcopy(base.tree), dict(base.places)
    library.load(library.path_of(LATER))
    library.load(library.path_of(PULSE))
    assert library._read_before[path][1] is base
    assert (base.tree, base.places, base.problems) == (tree, places, [])


def test_a_published_version_may_be_written_down_otherwise(house):
    library.lock(FULL)
    library.get.cache_clear()
    file = house / "learning_community" / "1.0.0" / "nb.toml"
    file.write_text("# read again\n" + file.read_text("utf-8").replace(" = ", "  =  "), "utf-8")
    assert library.get(FULL).content_hash == library.locked_hashes()[FULL]


def test_a_published_version_with_another_letter_is_refused_with_its_place_and_both_hashes(house):
    locked = library.lock(FULL)
    library.get.cache_clear()
    file = house / "learning_community" / "1.0.0" / "nb.toml"
    file.write_text(file.read_text("utf-8").replace("Vet ikke", "Veit ikke"), "utf-8")
    with pytest.raises(Damaged) as refused:
        library.get(FULL)
    (problem,) = refused.value.problems
    assert problem.code == "instrument-altered"
    assert problem.place == "instruments/questionnaires/learning_community/1.0.0"
    assert locked in problem.fault
    assert library.load(file.parent).content_hash in problem.fault


def test_altering_a_version_shows_in_those_that_build_on_it(house):
    library.lock(PULSE)
    library.get.cache_clear()
    file = house / "learning_community" / "1.0.0" / "nb.toml"
    file.write_text(file.read_text("utf-8").replace("Vet ikke", "Veit ikke"), "utf-8")
    with pytest.raises(Damaged) as refused:
        library.get(PULSE)
    assert refused.value.problems[0].code == "instrument-altered"


@pytest.mark.usefixtures("house")
def test_a_published_version_cannot_be_published_again():
    library.lock(FULL)
    with pytest.raises(Refused) as refused:
        library.lock(FULL)
    assert refused.value.problems[0].code == "instrument-locked"
