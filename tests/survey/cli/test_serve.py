"""The address that a server listens at: waited for where the last one is ending, refused where it stays."""

import os
import socket
import sys
import tempfile
import threading
import traceback

import pytest

from instruments.problems import Refused
from survey import cli
from survey.cli import serve
from tests.log_lines import log_lines, without_time


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
    """How a command ends that cannot start, and what it says, in a process that has loaded the program.

    tests/survey/cli/test_outage.py starts both commands as operators do.
    """
    with tempfile.TemporaryFile("w+", buffering=1) as said:
        child = os.fork()
        if not child:
            os.environ |= settings.to_environment()
            sys.stdout = sys.stderr = said
            _end(command)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        return status, said.read()


def _end(command):
    """Do a command and end the process as the interpreter would, and never go on with a test."""
    status = 0
    try:
        cli.main(command)
    except SystemExit as ended:
        status = ended.code or 0
    except BaseException:  # noqa: BLE001 - printed, as the interpreter prints it
        traceback.print_exc()
        status = 1
    finally:
        sys.stderr.flush()
        os._exit(status)


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
