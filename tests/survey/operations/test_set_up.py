"""Keys and tables are made once, by hand; what is missing or another's stops the start and is named."""

import shutil
from dataclasses import replace

import pytest

from instruments.problems import Damaged, Refused
from survey.collection import keys as keys_module
from survey.collection.keys import KeyDirectory
from survey.operations import health, verification
from survey.operations.installation import Installation
from survey.operations.set_up import set_up
from survey.store.database import Database
from tests.waves import ON_NO_TABLES, ON_SQLITE, opened

pytestmark = pytest.mark.usefixtures("program_read_once")


class Interrupted(Exception):
    pass


def interrupt(*_):
    raise Interrupted


def lying(settings):
    return sorted(each.name for each in settings.keys.parent.rglob("*"))


@ON_NO_TABLES
def test_an_installation_is_set_up_once_and_then_starts(settings):
    set_up(settings)
    home = Installation.on(settings)
    key = home.keys.hashing_key()
    home.database.close()
    assert [each.name for each in settings.keys.iterdir()] == ["codes.key"]
    with pytest.raises(Refused, match="database-there"):
        set_up(settings)
    assert home.keys.hashing_key() == key


@ON_SQLITE
@ON_NO_TABLES
@pytest.mark.parametrize(
    ("where", "what"),
    [
        (KeyDirectory, "take_into_use"),
        (Database, "migrate"),
        (keys_module.KeyDirectory, "_sync"),
    ],
)
def test_a_set_up_that_was_interrupted_is_gone_on_with(settings, monkeypatch, where, what):
    with monkeypatch.context() as patched:
        patched.setattr(where, what, interrupt)
        with pytest.raises(Interrupted):
            set_up(settings)
    with pytest.raises((Refused, Damaged), match=r"database-missing|keys-missing"):
        Installation.on(settings)
    set_up(settings)
    Installation.on(settings).database.close()


@ON_SQLITE
def test_the_keys_of_an_installation_are_given_to_no_other(settings, tmp_path):
    before = KeyDirectory(settings.keys).path.joinpath("codes.key").read_bytes()
    with pytest.raises(Refused, match="keys-there"):
        set_up(replace(settings, database=f"sqlite:///{tmp_path}/new.db"))
    assert not (tmp_path / "new.db").exists()
    assert (settings.keys / "codes.key").read_bytes() == before


def take_away(settings):
    shutil.rmtree(settings.keys)


def empty(settings):
    take_away(settings)
    settings.keys.mkdir(mode=0o700)


def swap(settings):
    empty(settings)
    KeyDirectory.of_new_installation(settings.keys).take_into_use()


def damage(settings):
    (settings.keys / "codes.key").write_bytes(b"x" * 40)


HARMS = {
    "missing": (take_away, "keys-unusable"),
    "empty": (empty, "keys-missing"),
    "another installation's": (swap, "keys-wrong"),
    "damaged": (damage, "keys-missing"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_key_directory_that_is_not_the_installations_stops_the_start_and_is_named(home, settings, harm):
    harmed, code = HARMS[harm]
    running = Installation(settings, home.database, home.keys, home.policy)
    assert health.check(running, 0, 0)["keys"] == "ok"
    harmed(settings)
    there = lying(settings)
    with pytest.raises(Damaged, match=code):
        Installation.on(settings)
    with pytest.raises(Damaged, match=code):
        Installation.read_only(settings)
    with pytest.raises(Refused, match="database-there"):
        set_up(settings)
    assert code in {each.code for each in verification.find_problems(settings)}
    assert health.check(running, 0, 0)["keys"] == code
    assert lying(settings) == there


def test_a_wave_whose_key_is_gone_or_has_a_wrong_half_is_named(home, settings):
    wave, other = opened(home), opened(home)
    running = Installation(settings, home.database, home.keys, home.policy)
    ours, others = home.keys.urn(wave.key), home.keys.urn(other.key)
    file = settings.keys / f"{wave.key}.urn"
    held = file.read_bytes()
    for wrong in (others.pepper + ours.box_key, ours.pepper + others.box_key):
        file.write_bytes(keys_module._with_checksum(wrong))
        found = verification.find_problems(settings)
        assert (wave.key, "keys-wrong") in {(each.place, each.code) for each in found}
    file.rename(file.with_suffix(".away"))
    assert health.check(running, 0, 0)["keys"] == "keys-missing"
    file.with_suffix(".away").rename(file)
    file.write_bytes(held)
    assert health.check(running, 0, 0)["keys"] == "ok"
    assert verification.find_problems(settings) == []


def test_what_the_database_knows_its_keys_by_helps_nobody_to_them(home):
    wave = opened(home)
    urn, private = home.keys.urn(wave.key), home.keys.private(wave.key)
    secrets = [home.keys.hashing_key(), urn.pepper, urn.box_key, bytes(private)]
    with home.database.reading() as connection:
        values = connection.exec_driver_sql("SELECT value FROM installation_value").scalars().all()
        values += connection.exec_driver_sql("SELECT urn_check FROM wave").scalars().all()
    assert len(values) >= 2
    # a keyed hash under the key itself, as long as the key: it is no part of any, and of each another
    assert len({bytes(each) for each in values} | set(secrets)) == len(values) + len(secrets)
    assert all(len(each) == 32 for each in values)


@ON_SQLITE
def test_an_installation_that_was_never_set_up_starts_nothing(settings, database):
    with database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM installation_value")
    with pytest.raises(Damaged, match="value-missing"):
        Installation.on(settings)
    assert "value-missing" in {each.code for each in verification.find_problems(settings)}
