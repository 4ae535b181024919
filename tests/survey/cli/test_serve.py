"""The address that a server listens at: waited for where the last one is ending, refused where it stays."""

import os
import socket
import subprocess
import sys
import threading

import pytest

from instruments.problems import Refused
from survey.cli import serve
from tests.log_lines import log_lines, without_time
from tests.paths import REPOSITORY


@pytest.fixture
def held():
    """A socket that listens as a server does."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken


def test_an_address_that_stays_taken_is_refused_with_what_to_do(held, monkeypatch):
    monkeypatch.setattr(serve, "_LAST_THREADS_SECONDS", 0.1)
    with pytest.raises(Refused, match=r"address-taken.*--port"):
        serve.claim(*held.getsockname())


def test_an_address_that_a_killed_server_still_holds_is_waited_for(held):
    ending = threading.Timer(0.3, held.close)
    ending.start()
    assert serve.claim(*held.getsockname()) is None
    assert not ending.is_alive()


def test_an_address_that_is_nobodys_to_have_is_refused_at_once(monkeypatch):
    monkeypatch.setattr(serve, "_LAST_THREADS_SECONDS", 3600)
    with pytest.raises(Refused, match="address-taken"):
        serve.claim("192.0.2.1", 8000)


@pytest.fixture
def engine_name():
    """What is tried here is the same on PostgreSQL."""
    return "sqlite"


def started(settings, *command):
    """How a command ends that cannot start, and what it says."""
    ended = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "survey.cli", *command],
        cwd=REPOSITORY,
        env={**os.environ, **settings.to_environment()},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_start_that_is_refused_ends_the_command_and_is_logged_by_its_code(home, settings, command):
    with home.database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    status, said = started(settings, command)
    assert status == 1
    assert "Traceback" not in said
    [line] = without_time(log_lines(said))
    assert (line["event"], line["code"], line["level"]) == ("start-refused", "database-schema", "error")
    assert f"{line['place']}: database-schema: " in said  # for whoever typed the command


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_bad_setting_refuses_the_start_and_is_logged_by_its_name(settings, command, monkeypatch):
    monkeypatch.setenv("KJENNETEGN_TIME_ZON", "Europe/Oslo")
    status, said = started(settings, command)
    assert status == 2
    [line] = without_time(log_lines(said))
    assert (line["event"], line["code"], line["place"]) == (
        "start-refused",
        "setting-unknown",
        "KJENNETEGN_TIME_ZON",
    )
