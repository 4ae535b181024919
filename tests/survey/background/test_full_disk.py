"""A disk without room: what was being made is made afterwards, once, and nothing is there by half."""

import shutil
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace

import pytest

from instruments.problems import Damaged, Unavailable
from survey.background import jobs, research_exports
from survey.background.jobs import Outcome
from survey.background.research_exports import Order
from survey.collection import sealing, stored_urn
from survey.collection.keys import KeyDirectory
from survey.operations import verification
from survey.operations.installation import Installation
from survey.store.database import open_database
from survey.store.passing_faults import DISK
from survey.store.repositories import jobs as rows
from survey.store.repositories import sealed as sealed_waves
from survey.store.repositories import studies, units, waves
from tests.full_disks import small_disk
from tests.log_lines import log_lines
from tests.policies import POLICY
from tests.waves import TODAY, BareInstallation, closed, release_below, sealed, simulated

pytestmark = pytest.mark.usefixtures("program_read_once")

FIRST_TRY = 1_800_000_000


@pytest.fixture
def engine_name():
    """What a full disk of files does is the same on PostgreSQL."""
    return "sqlite"


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk") as made:
        yield made


def test_a_report_waits_for_room_and_is_there_once(home, settings, disk, monkeypatch, capsys):
    here = replace(settings, files=disk.path / "files")
    installation = Installation(here, home.database, home.keys, home.policy)
    top = units.add(home.database, "Fjordby", "municipality", None, None)
    units.add(home.database, "Alm", "workplace", "skole", top.key)
    sealed(home, simulated(24, 2), unit="Alm", invited=30)
    release_below(home, top.key)
    work = {"unit": top.key, "reader": "owner", "languages": "nb"}
    job = rows.add(home.database, "reports-under", work, now=FIRST_TRY)
    monkeypatch.setattr(jobs, "seconds", lambda: FIRST_TRY)
    assert jobs.run_next(installation) is Outcome.ENDED  # which reports there are to be
    capsys.readouterr()
    disk.fill()
    for tried in (0, 60):
        monkeypatch.setattr(jobs, "seconds", lambda tried=tried: FIRST_TRY + tried)
        assert jobs.run_next(installation) is Outcome.TROUBLED
    assert [each.name for each in (here.files_directory / job.key).iterdir()] == []
    assert [each["code"] for each in log_lines(capsys.readouterr().err)] == ["output-unwritable"] * 2
    assert rows.by_key(home.database, job.key).is_underway
    disk.empty()
    monkeypatch.setattr(jobs, "seconds", lambda: FIRST_TRY + 600)
    jobs.run_waiting(installation)
    done = rows.by_key(home.database, job.key)
    assert (done.state, done.fault) == ("done", None)
    with zipfile.ZipFile((here.files_directory / job.key) / done.result) as packed:
        assert [name.endswith(".pdf") for name in packed.namelist()].count(True) == 1
        assert packed.testzip() is None


def test_a_file_for_researchers_waits_for_room_and_is_there_whole(home, settings, disk, monkeypatch, capsys):
    here = replace(settings, files=disk.path / "files")
    installation = Installation(here, home.database, home.keys, home.policy)
    top = units.add(home.database, "Fjordby", "municipality", None, None)
    units.add(home.database, "Alm", "workplace", "skole", top.key)
    sealed(home, simulated(24, 2), unit="Alm", invited=30)
    release_below(home, top.key)
    study = studies.add(home.database, "Over tid", TODAY.replace(year=TODAY.year + 1), TODAY)
    monkeypatch.setattr(Installation, "today", TODAY)
    job = research_exports.place(installation, study, Order("items", "csv"), now=FIRST_TRY)
    capsys.readouterr()
    disk.fill()
    for tried in (0, 60):
        monkeypatch.setattr(jobs, "seconds", lambda tried=tried: FIRST_TRY + tried)
        assert jobs.run_next(installation) is Outcome.TROUBLED
    assert [each.name for each in (here.files_directory / job.key).iterdir()] == []
    assert [each["code"] for each in log_lines(capsys.readouterr().err)] == ["output-unwritable"] * 2
    assert research_exports.made(installation, rows.by_key(home.database, job.key)) is None
    disk.empty()
    monkeypatch.setattr(jobs, "seconds", lambda: FIRST_TRY + 600)
    jobs.run_waiting(installation)
    done = rows.by_key(home.database, job.key)
    assert (done.state, done.fault) == ("done", None)
    found = research_exports.made(installation, done)
    assert found.file.read().count(b"\n") == found.rows + 1


def test_a_sealing_on_a_full_disk_of_keys_is_done_or_not_begun(home, settings, disk):
    shutil.copytree(home.keys.path, disk.path / "keys")
    (disk.path / "keys").chmod(0o700)
    here = BareInstallation(home.database, KeyDirectory(disk.path / "keys", home.keys.codes_check))
    wave = closed(here, simulated(8))
    disk.fill()
    with pytest.raises(Damaged, match="keys-unusable"):
        closed(here, simulated(8), unit="Bjørka")  # a new wave needs keys, and gets none by half
    sealing.seal(here.database, here.keys, POLICY, wave.key)
    assert not here.keys.remaining(wave.key)
    disk.empty()
    assert sealed_waves.of_wave(here.database, waves.by_key(here.database, wave.key)).moments.n == 8
    assert sorted(each.suffix for each in here.keys.path.iterdir() if each.name.endswith(".new")) == []
    found = verification.find_problems(replace(settings, keys=disk.path / "keys"))
    # it is a small disk
    assert {each.code for each in found} == {"disk-full"}


def test_a_sealing_on_a_full_disk_of_the_database_changes_nothing_and_is_done_afterwards(home, disk, capsys):
    wave, place = closed(home, simulated(8)), disk.path / "answers.db"
    with (
        closing(sqlite3.connect(home.database.engine.url.database)) as own,
        closing(sqlite3.connect(place)) as copy,
    ):
        own.backup(copy)
    with closing(open_database(f"sqlite:///{place}")) as database:
        capsys.readouterr()
        disk.fill()
        for _ in range(2):
            with pytest.raises(Unavailable, match=DISK):
                sealing.seal(database, home.keys, POLICY, wave.key)
            assert waves.by_key(database, wave.key).is_closed
            assert stored_urn.count(database, stored_urn.open_urn(home.keys, wave), wave) == 8
        disk.empty()
        sealing.seal(database, home.keys, POLICY, wave.key)
        assert sealed_waves.of_wave(database, waves.by_key(database, wave.key)).moments.n == 8
    lines = [(each["event"], each["code"]) for each in log_lines(capsys.readouterr().err)]
    assert lines == [("outage-begun", DISK), ("outage-ended", DISK)]
    assert not home.keys.remaining(wave.key)
