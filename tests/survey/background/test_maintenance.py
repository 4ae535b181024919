import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from survey.background import maintenance
from survey.collection import sealing
from survey.operations import verification
from survey.operations.installation import Installation
from survey.store.repositories import accounts, attempts, sign_ins, waves
from tests.log_lines import log_lines, without_time
from tests.paths import REPOSITORY
from tests.policies import POLICY
from tests.waves import CLOSES, closed, opened, simulated

NOW = 1_772_000_000


@pytest.fixture
def installation(home, settings):
    return Installation(settings, home.database, home.keys, home.policy)


def test_maintenance_closes_what_is_due_and_nothing_else(home, installation, capsys):
    due, open_still = opened(home), opened(home, closes_on=CLOSES + timedelta(days=30))
    after = CLOSES + timedelta(days=1)
    maintenance.run(installation, after, NOW)
    assert without_time(log_lines(capsys.readouterr().err)) == [
        {
            "level": "info",
            "event": "wave-closed",
            "account": "worker",
            "unit": due.unit_key,
            "wave": due.key,
        }
    ]
    assert waves.by_key(home.database, open_still.key).is_open
    maintenance.run(installation, after, NOW)
    assert capsys.readouterr().err == ""


def test_maintenance_finishes_a_sealing_that_was_interrupted(home, installation, settings, capsys):
    wave = closed(home, simulated(6))

    class Interrupted(Exception):
        pass

    def stop(stage):
        if stage == "scrubbed":
            raise Interrupted

    with pytest.raises(Interrupted):
        sealing.seal(home.database, home.keys, home.policy, wave.key, stop)
    maintenance.run(installation, CLOSES, NOW)
    [line] = log_lines(capsys.readouterr().err)
    assert (line["event"], line["wave"]) == ("sealing-finished", wave.key)
    assert verification.find_problems(settings) == []


def test_maintenance_forgets_old_sign_ins_and_tries(home, installation):
    account = accounts.add(home.database, "a@b.no", "hash", "nb")
    for token, when in ((b"old", NOW - POLICY.retention.sign_ins - 1), (b"new", NOW)):
        sign_ins.begin(home.database, token, account, when)
        attempts.count(home.database, token, now=when, window=900)
    maintenance.run(installation, CLOSES, NOW)
    assert sign_ins.of_token(home.database, b"old") is None
    assert sign_ins.of_token(home.database, b"new").account_id == account.id
    assert attempts.count(home.database, b"new", now=NOW, window=900) == 2
    assert attempts.count(home.database, b"old", now=NOW, window=900) == 1


def test_tries_are_counted_anew_when_their_window_is_over(home):
    tries = [attempts.count(home.database, b"x", now=NOW + at, window=900) for at in (0, 10, 899, 900, 901)]
    assert tries == [1, 2, 3, 1, 2]
    attempts.forget(home.database, b"x")
    assert attempts.count(home.database, b"x", now=NOW, window=900) == 1


def test_ending_every_sign_in_of_an_account_leaves_the_others(home):
    one, other = (accounts.add(home.database, f"{name}@b.no", "hash", "nb") for name in "xy")
    for token, account in ((b"1", one), (b"2", one), (b"3", other)):
        sign_ins.begin(home.database, token, account, NOW)
    sign_ins.see(home.database, b"3", NOW + 60)
    sign_ins.end_all(home.database, one.id)
    assert [sign_ins.of_token(home.database, token) for token in (b"1", b"2")] == [None, None]
    assert sign_ins.of_token(home.database, b"3").seen_at == NOW + 60
    sign_ins.end(home.database, b"3")
    assert sign_ins.of_token(home.database, b"3") is None


def test_a_part_that_fails_is_logged_and_keeps_none_of_the_others_from_being_done(home, installation, capsys):
    wave, due = closed(home, simulated(6)), opened(home)
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    with home.database.writing() as connection:
        connection.exec_driver_sql("UPDATE ledger SET entries = '{'")
    maintenance.run(installation, CLOSES + timedelta(days=200), NOW)
    done, failed = log_lines(capsys.readouterr().err)
    assert (done["event"], done["wave"]) == ("wave-closed", due.key)
    assert (failed["event"], failed["level"], failed["code"]) == (
        "maintenance-failed",
        "error",
        "ledger-unreadable",
    )
    assert maintenance.last_run(installation) is not None


def test_a_run_in_which_something_failed_that_nobody_foresaw_is_none(home, installation, capsys):
    with home.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE attempt")
    maintenance.run(installation, CLOSES, NOW)
    [failed] = log_lines(capsys.readouterr().err)
    assert failed["code"] in {"unexpected-OperationalError", "unexpected-ProgrammingError"}
    assert any(frame.startswith("survey.store.repositories.attempts:") for frame in failed["frames"])
    assert "DROP" not in str(failed)
    assert "no such table" not in str(failed)
    assert maintenance.last_run(installation) is None


def test_the_worker_ends_quietly_when_it_is_told_to(settings):
    environment = {
        "KJENNETEGN_DATABASE": settings.database,
        "KJENNETEGN_KEYS": str(settings.keys),
        "KJENNETEGN_SECRET": settings.secret,
    }
    command = [sys.executable, "-c", "import survey.cli; survey.cli.main(['worker', '--every', '600'])"]
    where = REPOSITORY
    with subprocess.Popen(command, env={**os.environ, **environment}, cwd=where) as process:  # noqa: S603 - our own words
        ends = time.monotonic() + 20
        # the key directory is made just after the signals are caught
        while not settings.keys.exists() and time.monotonic() < ends:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
