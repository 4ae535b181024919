"""The drill of operators on both databases: what comes back with a backup, what not, and what is said."""

import json
import shutil
import sqlite3
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from instruments.problems import Damaged, Refused
from survey.accounts import passwords
from survey.collection import admission, code_issuing, key_copies, lifecycle, sealing, stored_urn, submission
from survey.collection.keys import KeyDirectory
from survey.operations import backup, backup_folder, health, restore_report, verification
from survey.operations import restore as restores
from survey.operations.installation import Installation
from survey.operations.restore import restore
from survey.publication import round_release, rounds
from survey.store.database import connect
from survey.store.repositories import accounts, releases, sign_ins, units, waves
from tests.keys import KEY
from tests.restored import elsewhere, tools
from tests.waves import (
    ON_POSTGRESQL,
    ON_SQLITE,
    TODAY,
    answer,
    closed,
    opened,
    place,
    release_below,
    sealed,
    simulated,
)

__all__ = ["elsewhere", "tools"]
pytestmark = pytest.mark.usefixtures("tools", "program_read_once")


@contextmanager
def brought_back(settings, folder, keys=None):
    """What is said of a backup that is restored, and the installation."""
    told = restore(settings, folder, keys)
    home = Installation.on(settings)
    yield told, home
    home.database.close()


def backed_up(home, settings, folder, keys=None):
    backup_folder.make(settings, home.database, folder, keys)
    return folder


def codes_of(problems):
    return {(each.place, each.code) for each in problems}


def admits(home, code):
    return admission.admit(home.database, home.keys, code, TODAY)


def test_before_a_wave_is_opened_everything_comes_back(home, settings, elsewhere, tmp_path):
    kept = sealed(home, simulated(12))
    folder = backed_up(home, settings, tmp_path / "backup")
    with brought_back(elsewhere, folder) as (told, again):
        assert (told.open, told.unreadable, told.unknown, told.problems) == ((), (), (), ())
        assert [each.key for each in waves.every(again.database)] == [kept.key]


def test_during_a_wave_what_was_sent_since_is_gone_and_its_codes_admit_again(
    home, settings, elsewhere, tmp_path
):
    wave = opened(home)
    early, late = code_issuing.issue(home.database, home.keys, wave.key, 2)
    answer(home, wave, simulated(5))
    hand_in(home, early)
    folder = backed_up(home, settings, tmp_path / "backup")
    hand_in(home, late)
    since = opened(home)
    with brought_back(elsewhere, folder) as (told, again):
        assert [each.key for each in told.open] == [wave.key]
        assert told.unknown == (since.key,)
        assert codes_of(told.problems) == {(since.key, "keys-unknown")}
        assert stored_urn.count(again.database, stored_urn.open_urn(again.keys, wave), wave) == 6
        with pytest.raises(Refused, match="code-used"):
            admits(again, early)
        assert admits(again, late).wave_key == wave.key
        lifecycle.close(again.database, wave.key)
        assert sealing.seal(again.database, again.keys, home.policy, wave.key).is_sealed
        said = "\n".join(restore_report.lines(told))
        assert f"{wave.key} ({wave.unit_name}" in said
        assert f"{since.key} has keys" in said


def hand_in(home, code):
    [person] = simulated(1, seed=7)
    submission.submit(home.database, home.keys, admits(home, code), person, TODAY)


def test_after_a_sealing_nobody_reads_what_comes_back(home, settings, elsewhere, tmp_path):
    wave, copy = closed(home, simulated(8)), tmp_path / "apart" / "keys"
    folder = backed_up(home, settings, tmp_path / "backup", copy)
    held = [each.read_bytes() for each in copy.glob(f"{wave.key}.*")]
    assert len(held) == 2
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    assert list(copy.glob(f"{wave.key}.*")) == []
    # the key directory is lost as well, and comes back from its copy
    lost = replace(elsewhere, keys=tmp_path / "new keys")
    with brought_back(lost, folder, copy) as (told, again):
        assert [each.key for each in told.unreadable] == [wave.key]
        assert codes_of(told.problems) == {(wave.key, "keys-missing")}
        with pytest.raises(Damaged, match="keys-missing"):
            sealing.seal(again.database, again.keys, home.policy, wave.key)
        assert lifecycle.abandon(again.database, again.keys, home.policy, wave.key, TODAY).is_abandoned
        assert verification.find_problems(lost) == []
    everything = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    assert not [each for each in held if each[:32] in everything]


def test_an_open_wave_is_sealed_with_database_and_keys_from_their_copies(home, settings, elsewhere, tmp_path):
    wave, copy = opened(home), tmp_path / "apart" / "keys"
    answer(home, wave, simulated(8))
    folder = backed_up(home, settings, tmp_path / "backup", copy)
    assert copy.stat().st_mode & 0o777 == 0o700
    assert {each.stat().st_mode & 0o777 for each in copy.iterdir()} == {0o600}
    shutil.rmtree(settings.keys)
    lost = replace(elsewhere, keys=tmp_path / "new keys")
    with brought_back(lost, folder, copy) as (told, again):
        assert told.problems == ()
        assert again.keys.hashing_key() == KEY
        lifecycle.close(again.database, wave.key)
        assert sealing.seal(again.database, again.keys, home.policy, wave.key).is_sealed
        # in the copy as well, although the key directory is a new one
        assert list(copy.glob(f"{wave.key}.*")) == []


def test_a_copy_that_is_away_at_a_sealing_is_waited_for_and_told(home, settings, tmp_path):
    wave, copy = closed(home, simulated(8)), tmp_path / "apart" / "keys"
    backed_up(home, settings, tmp_path / "backup", copy)
    copy.parent.rename(tmp_path / "in a drawer")
    copy.mkdir(parents=True, mode=0o700)  # where the disk would be
    assert sealing.seal(home.database, home.keys, home.policy, wave.key).is_sealed
    assert not home.keys.has_private(wave.key)
    assert codes_of(verification.find_problems(settings)) == {
        (str(copy), "key-copy-away"),
        (wave.key, "keys-left"),
    }
    running = Installation(settings, home.database, home.keys, home.policy)
    assert health.check(running, 0, 0)["keys"] == "key-copy-away"
    shutil.rmtree(copy.parent)
    (tmp_path / "in a drawer").rename(copy.parent)
    assert (copy / f"{wave.key}.private").exists()
    lifecycle.destroy_remains(home.database, home.keys, wave.key)
    assert list(copy.glob(f"{wave.key}.*")) == []
    assert verification.find_problems(settings) == []


def test_a_copy_that_was_destroyed_itself_is_waited_for_until_somebody_says_so(home, settings, tmp_path):
    wave, copy = closed(home, simulated(8)), tmp_path / "apart" / "keys"
    backed_up(home, settings, tmp_path / "backup", copy)
    shutil.rmtree(copy)
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    assert home.keys.remaining(wave.key)
    with pytest.raises(Refused, match="key-copy-unknown"):
        key_copies.forget_copy(home.keys, tmp_path)
    key_copies.forget_copy(home.keys, copy)
    lifecycle.destroy_remains(home.database, home.keys, wave.key)
    assert verification.find_problems(settings) == []


def test_a_later_backup_brings_the_copy_up_to_date_and_nothing_back(home, settings, tmp_path):
    gone, copy = closed(home, simulated(8)), tmp_path / "apart" / "keys"
    backed_up(home, settings, tmp_path / "first", copy)
    sealing.seal(home.database, home.keys, home.policy, gone.key)
    new = opened(home)
    backed_up(home, settings, tmp_path / "second", copy)
    assert {each.stem for each in copy.iterdir() if each.suffix in {".urn", ".private"}} == {new.key}


def test_nothing_more_is_released_of_what_may_have_been_released_since(home, settings, elsewhere, tmp_path):
    top = units.add(home.database, "Fjordby", "municipality", None, None)
    for name in ("Alm", "Bjerk", "Eik"):
        units.add(home.database, name, "workplace", "skole", top.key)
        sealed(home, simulated(14, seed=len(name)), unit=name, invited=20)
    folder = backed_up(home, settings, tmp_path / "backup")
    release_below(home, top.key)
    assert releases.present(home.database).entries
    with brought_back(elsewhere, folder) as (told, again):
        assert told.held == 3
        [spring] = [each.round for each in rounds.round_statuses(again.database, top.key)]
        day = TODAY + timedelta(days=400)
        round_release.release_round(again.database, top.key, spring, again.policy, day)
        assert releases.present(again.database).entries == ()
        # the worker does not try for ever
        assert round_release.finished_rounds(again.database, day) == []
        # what is sealed from now on is released
        sealed(again, simulated(14), unit="Gran")
        assert "3 sealed surveys are held" in "\n".join(restore_report.lines(told))


def test_sign_ins_links_and_tokens_do_not_come_back(home, settings, elsewhere, tmp_path):
    holder = accounts.add(home.database, "hun@example.org", passwords.hash_password("en lang setning"), "nb")
    reset = accounts.reset_password(home.database, holder, by="x", now=1)
    sign_ins.begin(home.database, bytes(32), reset, 0)
    folder = backed_up(home, settings, tmp_path / "backup")
    with brought_back(elsewhere, folder) as (_, again), again.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sign_in").scalar() == 0
        # those that were made since have the numbers in between
        assert connection.exec_driver_sql("SELECT links FROM account").scalar() > reset.links + 1000


def refused(settings, folder, keys=None):
    """The code with which a restore is refused."""
    with pytest.raises((Refused, Damaged)) as told:
        restore(settings, folder, keys)
    return told.value.problems[0].code


@ON_SQLITE
def test_a_backup_that_is_not_whole_or_does_not_fit_is_refused_and_nothing_is_made(
    home, settings, elsewhere, tmp_path
):
    folder = backed_up(home, settings, tmp_path / "backup")
    manifest = json.loads((folder / "manifest.json").read_text())

    def with_manifest(**other):
        (folder / "manifest.json").write_text(json.dumps({**manifest, **other}))

    with_manifest(format=2)
    assert refused(elsewhere, folder) == "backup-form"
    with_manifest(revision="9999")
    assert refused(elsewhere, folder) == "backup-newer"
    with_manifest(sha256="0" * 64)
    assert refused(elsewhere, folder) == "backup-altered"
    with_manifest(installation="00" * 32)
    assert refused(elsewhere, folder) == "keys-wrong"
    with_manifest(engine="postgresql")
    assert refused(elsewhere, folder) == "backup-engine"
    with_manifest()
    assert refused(settings, folder) == "database-there"
    assert refused(replace(elsewhere, keys=tmp_path / "none"), folder) == "keys-unusable"
    assert refused(elsewhere, folder, tmp_path / "none") == "keys-there"
    assert refused(replace(elsewhere, keys=tmp_path / "none"), folder, tmp_path / "nor here") == "keys-other"
    (folder / "manifest.json").unlink()
    assert refused(elsewhere, folder) == "backup-unreadable"
    assert sorted(each.name for each in tmp_path.glob("again*")) == []
    assert not (tmp_path / "none").exists()


@ON_SQLITE
def test_where_a_backup_cannot_be_written_it_is_refused_and_none_is_left(
    home, settings, tmp_path, monkeypatch
):
    def make(folder, keys=None):
        with pytest.raises(Refused) as told:
            backup_folder.make(settings, home.database, folder, keys)
        return told.value.problems[0].code

    (tmp_path / "file").touch()
    assert make(tmp_path / "file") == "backup-exists"
    assert make(tmp_path) == "backup-exists"
    assert make(tmp_path / "none" / "below") == "backup-unwritable"
    for keys in (settings.keys, settings.keys / "in", tmp_path, tmp_path / "new" / "keys"):
        assert make(tmp_path / "new", keys) == "key-copy-place"
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "file").touch()
    assert make(tmp_path / "new", tmp_path / "others") == "key-copy-place"

    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(backup, "_copy", full)
    assert make(tmp_path / "new") == "backup-failed"
    assert not (tmp_path / "new").exists()


def test_a_backup_says_what_it_is_and_nothing_secret(home, settings, tmp_path):
    place(home)
    manifest = backup_folder.read(backed_up(home, settings, tmp_path / "backup"))
    assert manifest.settings["KJENNETEGN_PUBLIC_URL"] == settings.public_url
    written = (tmp_path / "backup" / "manifest.json").read_text()
    assert settings.secret not in written
    assert KEY.hex() not in written
    assert manifest.installation == home.keys.codes_check.hex()
    assert KeyDirectory(settings.keys, bytes.fromhex(manifest.installation)).hashing_key() == KEY


@ON_POSTGRESQL
def test_a_restore_that_is_killed_before_its_end_leaves_nothing_that_starts(
    home, settings, elsewhere, tmp_path, monkeypatch
):
    holder = accounts.add(home.database, "hun@example.org", passwords.hash_password("en lang setning"), "nb")
    sign_ins.begin(home.database, bytes(32), holder, 0)
    folder = backed_up(home, settings, tmp_path / "backup")
    with monkeypatch.context() as killed:
        killed.setattr(restores, "_end_what_is_over", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            restore(elsewhere, folder, None)
    with pytest.raises(Damaged, match="value-missing"):
        Installation.on(elsewhere)
    with pytest.raises(Damaged, match="value-missing"):
        Installation.read_only(elsewhere)
    assert refused(elsewhere, folder) == "database-there"


@ON_POSTGRESQL
def test_what_was_moved_away_before_a_restore_is_in_no_backup_and_in_no_ones_way(
    home, settings, elsewhere, tmp_path
):
    with home.database.writing() as connection:
        connection.exec_driver_sql("CREATE SCHEMA broken CREATE TABLE account (email text)")
    folder = backed_up(home, settings, tmp_path / "backup")
    with home.database.writing() as connection:
        connection.exec_driver_sql("DROP SCHEMA broken CASCADE")
    empty = connect(elsewhere.database)
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA broken")
    empty.close()
    with brought_back(elsewhere, folder) as (told, again):
        assert told.problems == ()
        with again.database.reading() as connection:
            tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'broken'"
            assert connection.exec_driver_sql(tables).scalar() == 0


@ON_SQLITE
def test_a_restore_that_is_interrupted_leaves_no_file(home, settings, elsewhere, tmp_path, monkeypatch):
    folder = backed_up(home, settings, tmp_path / "backup")

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(restores, "_end_what_is_over", interrupted)
        with pytest.raises(KeyboardInterrupt):
            restore(elsewhere, folder, None)
    assert list(tmp_path.glob("again.db*")) == []
    with brought_back(elsewhere, folder) as (told, _):
        assert told.problems == ()


@ON_POSTGRESQL
def test_a_restore_notes_what_its_own_machines_share(home, settings, elsewhere, tmp_path):
    Installation.on(settings).database.close()
    folder = backed_up(home, settings, tmp_path / "backup")
    moved = replace(elsewhere, secret="f0" * 32, files=tmp_path / "new")
    with brought_back(moved, folder) as (told, _):
        assert told.problems == ()
    with pytest.raises(Damaged, match="secret-differs"):
        Installation.on(elsewhere)
