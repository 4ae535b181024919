"""Another user of the machine looks for a file of the installation that may be read."""

import os
import stat
import threading
from datetime import UTC, datetime, time

import pytest

from reports.files import private
from survey.background import jobs, maintenance
from survey.background.wake_queue import WakeQueue
from survey.cli import main
from survey.operations import verification
from survey.operations.installation import Installation
from survey.store.database import open_database
from survey.store.repositories import jobs as rows
from tests.waves import TODAY, BareInstallation, answer, opened, release_below, sealed, simulated

NOON = int(datetime.combine(TODAY, time(12), UTC).timestamp())


@pytest.fixture
def engine_name():
    """Of PostgreSQL's files the server decides."""
    return "sqlite"


@pytest.fixture(params=[0o022, 0o000], ids=["usual", "none"])
def mask(request):
    """What a process takes from the files it makes."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def readable(folder):
    """Whatever another user could do something with below a folder."""
    return [path for path in folder.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]


def run(*command):
    with pytest.raises(SystemExit) as ended:
        main(list(command))
    assert not ended.value.code


def lived_in(settings, folder):
    """An installation that asked, sealed, reported, exported and was copied; the journals are there still."""
    installation = Installation.on(settings)
    home = BareInstallation(installation.database, installation.keys)
    wave = sealed(home, simulated(22), invited=30)
    release_below(home, wave.unit_key)
    open_now = opened(home)
    answer(home, open_now, simulated(3))
    rows.add(
        home.database,
        "reports-under",
        {"unit": wave.unit_key, "reader": "owner", "languages": "nb nn en"},
        now=jobs.seconds(),
    )
    jobs.run_waiting(installation)
    WakeQueue(installation, threading.Event())
    maintenance.run(installation, TODAY, NOON)
    run("slips", open_now.key, "--pdf", str(folder / "slips.pdf"))
    run("report", wave.unit_key, "--pdf", str(folder / "report.pdf"))
    run("report", "--all-under", wave.unit_key, "--directory", str(folder / "reports"))
    for kind in ("csv", "xlsx"):
        run("export", "--as", kind, "--output", str(folder / f"export.{kind}"))
    run("backup", str(folder / "backup"))
    return installation


@pytest.mark.usefixtures("program_read_once")
def test_nothing_an_installation_writes_is_readable_by_others(settings, tmp_path, mask, monkeypatch):
    for name, text in settings.to_environment().items():
        monkeypatch.setenv(name, text)
    installation = lived_in(settings, tmp_path)
    names = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    wanted = {
        "kjennetegn.db",
        "kjennetegn.db-wal",
        "kjennetegn.db-shm",
        "queue.db",
        "database",
        "manifest.json",
    }
    wanted |= {"slips.pdf", "report.pdf", "export.csv", "export.xlsx", "last-maintenance"}
    assert names >= wanted
    assert len([name for name in names if name.endswith(".pdf")]) >= 4
    assert [name for name in names if name.endswith(".zip")]
    assert readable(tmp_path) == []
    assert verification.find_problems(settings) == []
    installation.database.close()
    assert mask in {0o022, 0}


@pytest.mark.usefixtures("program_read_once")
def test_files_that_were_open_to_others_are_named_and_closed_when_the_installation_starts(settings, tmp_path):
    installation = Installation.on(settings)
    sealed(BareInstallation(installation.database, installation.keys), simulated(6))
    WakeQueue(installation, threading.Event())
    file = tmp_path / "kjennetegn.db"
    journals = [path for path in tmp_path.glob("kjennetegn.db-*") if path.is_file()]
    exposed = [file, *journals, settings.files_directory / "queue.db"]
    assert len(exposed) >= 4
    for path in exposed:
        path.chmod(0o644)
    settings.files_directory.chmod(0o755)
    found = {problem.place: problem for problem in verification.find_problems(settings)}
    assert {str(path) for path in (*exposed, settings.files_directory)} <= set(found)
    assert {found[str(path)].code for path in (file, *journals)} == {"database-exposed"}
    assert found[str(exposed[-1])].code == "files-exposed"
    assert "chmod" in found[str(file)].remedy
    # looking changes nothing; starting does
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    open_database(settings.database).close()
    WakeQueue(Installation.on(settings), threading.Event())
    assert readable(tmp_path) == []
    assert verification.find_problems(settings) == []
    installation.database.close()


@pytest.mark.usefixtures("program_read_once")
def test_a_key_file_that_others_can_read_is_named(settings, home):
    wave = opened(home)
    for path in settings.keys.glob(f"{wave.key}*"):
        path.chmod(0o640)
    codes = [problem.code for problem in verification.find_problems(settings)]
    assert codes == ["keys-exposed", "keys-exposed"]


def test_what_is_private_stays_as_narrow_as_it_was(tmp_path):
    """A file that its owner alone reads is not made writable by mending."""
    narrow, wide = tmp_path / "narrow", tmp_path / "wide"
    for path, mode in ((narrow, 0o400), (wide, 0o754)):
        path.touch()
        path.chmod(mode)
        private.restrict(path)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (narrow, wide)] == [0o400, 0o700]
    private.restrict(tmp_path / "missing")
    assert not (tmp_path / "missing").exists()
