"""A machine asks whether the installation works: without a sign-in, and without being told anything else."""

import os
import time
from dataclasses import replace

import pytest

from survey import job_files
from survey.background import maintenance
from survey.operations import clock_jumps, health, marks
from survey.operations.verification import directories
from survey.store import clock as database_clock
from survey.web.platform import headers
from survey.web.platform.context import EXTENSION
from tests.waves import TODAY, answer, opened, simulated


@pytest.fixture
def installation(app):
    """An installation whose worker did its maintenance just now."""
    held = app.extensions[EXTENSION].installation
    maintenance.run(held, TODAY, 0)
    return held


def asked(app, address="https://svar.example"):
    reply = app.test_client().get("/health", base_url=address)
    return reply.status_code, reply.json


def failing(app):
    """What is not well, and that the status says so."""
    status, told = asked(app)
    assert status == 503
    assert told["status"] == "failing"
    return {name: code for name, code in told["checks"].items() if code != "ok"}


@pytest.mark.usefixtures("installation")
def test_a_working_installation_says_so_and_nothing_else(app, home, tmp_path):
    answer(home, opened(home), simulated(3))
    reply = app.test_client().get("/health", base_url="https://svar.example")
    assert reply.status_code == 200
    assert reply.json == {
        "status": "ok",
        "checks": {"database": "ok", "keys": "ok", "worker": "ok", "disk": "ok", "clock": "ok"},
    }
    assert str(tmp_path) not in reply.text
    sent = {name: value for name, value in reply.headers.items() if name not in {"Date", "Content-Length"}}
    assert sent == {
        **headers._ALWAYS,
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
    }


@pytest.mark.usefixtures("installation")
def test_it_is_asked_under_any_name_of_the_machine(app):
    assert asked(app, "http://192.0.2.7:8000")[0] == 200


def test_a_worker_that_never_ran_or_is_quiet_for_long_is_told(app, installation):
    mark = installation.settings.files_directory / marks.ROUND
    recent, long_ago = (time.time() - health.LONGEST_PAUSE_SECONDS + more for more in (30, -30))
    os.utime(mark, (recent, recent))
    assert asked(app)[0] == 200
    os.utime(mark, (long_ago, long_ago))
    assert failing(app) == {"worker": "worker-quiet"}
    mark.unlink()
    assert failing(app) == {"worker": "worker-never"}


def test_a_clock_that_is_behind_what_was_noted_by_it_is_told(app, installation):
    mark = installation.settings.files_directory / marks.ROUND
    for ahead, found in ((25, "ok"), (40, "clock-wrong"), (3600, "clock-wrong")):
        later = time.time() + ahead
        os.utime(mark, (later, later))
        assert asked(app)[1]["checks"]["clock"] == found
    # the worker is not taken for quiet by it
    assert failing(app) == {"clock": "clock-wrong"}


@pytest.mark.parametrize("ahead", [-40, 40])
@pytest.mark.usefixtures("installation")
def test_a_database_whose_clock_differs_is_told(app, monkeypatch, ahead):
    monkeypatch.setattr(database_clock, "seconds", lambda _: int(time.time()) + ahead)
    assert failing(app) == {"clock": "clock-wrong"}


def test_a_clock_that_was_set_is_told_until_it_is_back(app, installation):
    folder, now = job_files.at(installation.settings), clock_jumps.read()
    for moved, found in (
        (0, "ok"),
        (24 * 3600, "clock-jumped"),
        (0, "ok"),
        (-3600, "clock-jumped"),
        (0, "ok"),
    ):
        clock_jumps.is_believed(folder, replace(now, clock=now.clock + moved))
        assert asked(app)[1]["checks"]["clock"] == found


def test_a_key_directory_that_is_gone_or_open_to_others_is_told(app, installation):
    installation.settings.keys.chmod(0o755)
    assert failing(app) == {"keys": "keys-exposed"}
    installation.settings.keys.chmod(0o700)
    installation.settings.keys.rename(installation.settings.keys.with_name("elsewhere"))
    assert failing(app) == {"keys": "keys-unusable"}


@pytest.mark.usefixtures("installation")
def test_a_database_of_another_schema_or_without_tables_is_told(app, home):
    with home.database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert failing(app) == {"database": "database-schema"}


@pytest.mark.usefixtures("installation")
def test_a_disk_without_room_is_told(app, monkeypatch):
    monkeypatch.setattr(directories, "_LEAST_FREE_BYTES", 2**60)
    assert failing(app) == {"disk": "disk-full"}
