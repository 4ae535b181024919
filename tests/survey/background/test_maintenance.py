import os
import shutil
import signal
import time
from datetime import date, datetime, timedelta
from datetime import time as dt_time

import pytest
from sqlalchemy import delete, select, update

from survey import job_files
from survey.background import jobs as job_runs
from survey.background import maintenance
from survey.cli import main, worker
from survey.collection import sealing, sheet_sealing
from survey.collection.keys import KeyDirectory
from survey.operations import certificate, clock_jumps, marks, verification
from survey.operations.installation import Installation
from survey.store.job_tables import job
from survey.store.repositories import accounts, attempts, jobs, releases, sign_ins, units, waves
from survey.store.repositories import sealed as sealed_waves
from survey.store.tables import sealed_wave
from tests.log_lines import log_lines, without_time
from tests.policies import POLICY
from tests.survey.background.forked import process
from tests.waves import (
    CLOSES,
    ON_SQLITE,
    TODAY,
    answer,
    closed,
    closed_with_sheets,
    opened,
    sealed,
    simulated,
)

pytestmark = pytest.mark.usefixtures("program_read_once")

NOW = 1_772_000_000


@pytest.fixture
def installation(home, settings):
    return Installation(settings, home.database, home.keys, home.policy)


def test_maintenance_closes_what_is_due_and_nothing_else(home, installation, capsys):
    due, open_still = opened(home), opened(home, closes_on=CLOSES + timedelta(days=30))
    after = CLOSES + timedelta(days=1)
    midnight = int(datetime.combine(after, dt_time(), installation.settings.time_zone).timestamp())
    late = midnight + POLICY.retention.unsent_answers
    # what was begun in the last minute of the last day is waited for
    maintenance.run(installation, after, late - 1)
    assert capsys.readouterr().err == ""
    maintenance.run(installation, after, late)
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
    maintenance.run(installation, after, late)
    assert capsys.readouterr().err == ""


def test_maintenance_forgets_a_key_sheet_whose_time_is_over(home, installation):
    wave, sheets = closed_with_sheets(home, simulated(6))
    sheet_sealing.give_sheets(home.database, home.keys, home.policy, wave.key, sheets[:1], now=NOW)
    over = NOW + POLICY.retention.held_key_share
    for now, held in ((over - 1, 1), (over, 0)):
        maintenance.run(installation, TODAY, now)
        with home.database.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM held_key_share").scalar() == held


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
        connection.exec_driver_sql("DELETE FROM ledger")
    maintenance.run(installation, CLOSES + timedelta(days=400), NOW + 40 * 24 * 3600)
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


@ON_SQLITE
def test_the_worker_ends_quietly_when_it_is_told_to(settings):
    with process(settings, main, ["worker", "--every", "600"]) as working:
        ends = time.monotonic() + 60
        # written by the first round, before which the signals are caught
        while not marks.read(job_files.at(settings), marks.ROUND) and time.monotonic() < ends:
            time.sleep(0.05)
        os.kill(working.pid, signal.SIGTERM)
        working.join(20)
        assert working.exitcode == 0


def spoil(home, wave):
    """Alter one byte of the wave's statistics, as a failing disk would."""
    with home.database.writing() as connection:
        kept = connection.execute(
            select(sealed_wave.c.moments).where(sealed_wave.c.wave_id == wave.id)
        ).scalar_one()
        altered = kept[:-1] + bytes([kept[-1] ^ 1])
        connection.execute(
            update(sealed_wave).where(sealed_wave.c.wave_id == wave.id).values(moments=altered)
        )


@pytest.mark.parametrize("how", ["altered", "gone"])
def test_one_damaged_wave_is_logged_and_every_other_wave_and_round_is_released(
    home, installation, capsys, how
):
    damaged = sealed(home, simulated(14), unit="Alm")
    sister, elsewhere = sealed(home, simulated(15), unit="Bjerk"), sealed(home, simulated(16), unit="Eik")
    later = sealed(home, simulated(17), unit="Alm", closes_on=date(2026, 9, 1))
    if how == "altered":
        spoil(home, damaged)
    else:
        with home.database.writing() as connection:
            connection.execute(delete(sealed_wave).where(sealed_wave.c.wave_id == damaged.id))
    capsys.readouterr()
    for _ in range(2):
        maintenance.run(installation, date(2027, 1, 2), NOW)
        faults = [line for line in log_lines(capsys.readouterr().err) if line["level"] == "error"]
        assert [(line["event"], line["wave"]) for line in faults] == [("release-failed", damaged.key)]
        assert faults[0]["code"] in {"moments-corrupt", "statistics-missing"}
        decided = releases.present(home.database).decided
        assert {frozenset([(each.unit_key, each.key)]) for each in (sister, elsewhere, later)} <= decided
        assert frozenset([(damaged.unit_key, damaged.key)]) not in decided
        assert maintenance.last_run(installation) is not None


def test_one_damaged_wave_of_a_round_keeps_none_of_its_other_waves_from_being_told(home, installation):
    town = units.add(home.database, "Fjordby", "municipality", None, None)
    made = {}
    for name, n in (("Alm", 14), ("Bjerk", 13), ("Eik", 12), ("Gran", 16)):
        units.add(home.database, name, "workplace", "skole", town.key)
        made[name] = sealed(home, simulated(n), unit=name, invited=n)
    spoil(home, made["Alm"])
    after = date(2026, 7, 1)
    maintenance.run(installation, after, NOW)
    decided = releases.present(home.database).decided
    others = frozenset((each.unit_key, each.key) for name, each in made.items() if name != "Alm")
    assert others in decided
    assert not any((made["Alm"].unit_key, made["Alm"].key) in cells for cells in decided)
    before = decided
    maintenance.run(installation, after, NOW)
    assert releases.present(home.database).decided == before


def test_a_key_that_cannot_be_removed_keeps_no_other_wave_from_losing_its_keys(
    home, installation, capsys, monkeypatch
):
    stuck, other = sealed(home, simulated(6)), sealed(home, simulated(6), unit="Eik")
    for wave in (stuck, other):
        home.keys.mark(wave.key)
    destroy = KeyDirectory.destroy_urn

    def read_only(keys, wave_key):
        if wave_key == stuck.key:
            raise OSError(30, "Read-only file system")
        destroy(keys, wave_key)

    monkeypatch.setattr(KeyDirectory, "destroy_urn", read_only)
    capsys.readouterr()
    maintenance.run(installation, TODAY, NOW)
    lines = log_lines(capsys.readouterr().err)
    assert [line["code"] for line in lines if line["level"] == "error"] == ["unexpected-OSError"]
    assert [line["wave"] for line in lines if line["event"] == "sealing-finished"] == [other.key]
    assert not home.keys.remaining(other.key)
    # what failed so that nobody foresaw it is seen by whoever asks after the worker
    assert maintenance.last_run(installation) is None


def test_a_job_that_cannot_be_read_and_files_that_cannot_be_removed_keep_no_other_from_being_forgotten(
    home, installation, capsys, monkeypatch
):
    kept, gone, unreadable = (
        jobs.add(home.database, "slips", {"wave": name, "count": "1", "reader": "00"}, now=NOW)
        for name in ("a", "b", "c")
    )
    with home.database.writing() as connection:
        connection.execute(update(job).values(state="failed", fault="job-broken"))
        connection.execute(update(job).where(job.c.key == unreadable.key).values(payload="{"))
    for each in (kept, gone, unreadable):
        job_runs.folder(installation, each.key).write({"x.slips": b"slips"})
    remove = shutil.rmtree

    def read_only(path, *given, **asked):
        if path == job_runs.folder(installation, kept.key).path:
            raise OSError(30, "Read-only file system")
        remove(path, *given, **asked)

    monkeypatch.setattr(shutil, "rmtree", read_only)
    after = NOW + POLICY.retention.report_files + POLICY.retention.slip_files + 1
    maintenance.run(installation, TODAY, after)
    faults = log_lines(capsys.readouterr().err)
    assert {(line["code"], line["place"]) for line in faults} == {
        ("files-unusable", job_runs.folder(installation, kept.key).place)
    }
    assert [each.key for each in jobs.of_kind(home.database, "slips")] == [kept.key]
    assert [each.name for each in installation.settings.files_directory.iterdir() if each.is_dir()] == [
        kept.key
    ]


def test_a_job_whose_order_cannot_be_read_fails_by_itself(home, installation, capsys):
    work = {"unit": "x", "reader": "leader", "languages": "nb"}
    broken = jobs.add(home.database, "reports-under", work, now=NOW)
    with home.database.writing() as connection:
        connection.execute(update(job).values(payload="[]"))
    job_runs.run_waiting(installation)
    [line] = log_lines(capsys.readouterr().err)
    assert (line["event"], line["code"], line["job"]) == ("job-failed", "job-unreadable", broken.key)
    assert jobs.by_key(home.database, broken.key).fault == "job-unreadable"


def test_a_clock_that_is_set_forth_or_back_and_put_right_closes_and_removes_nothing(
    home, installation, capsys, monkeypatch
):
    wave, kept = opened(home, closes_on=CLOSES), sealed(home, simulated(6), unit="Bjørka")
    answer(home, wave, simulated(8))
    noon = datetime.combine(TODAY, dt_time(12), installation.settings.time_zone).timestamp()
    monkeypatch.setattr(certificate, "look_again", lambda *_: None)

    def round_at(minute, *, moved=timedelta()):
        """The state of the wave after a round of the worker so many minutes after noon."""
        clock, steady = noon + 60 * minute + moved.total_seconds(), 100.0 + 60 * minute
        with monkeypatch.context() as turned:
            turned.setattr(
                clock_jumps, "read", lambda: clock_jumps.ClockReading(clock, steady, "one", "start")
            )
            turned.setattr(time, "time", lambda: clock)
            worker._maintain(installation)
        return waves.by_key(home.database, wave.key).state.value

    assert round_at(0) == "open"
    capsys.readouterr()
    over = CLOSES - TODAY + timedelta(days=2)
    long_ago = timedelta(days=366 * (kept.kept_years + 1))
    for minute, moved in ((10, timedelta(hours=-1)), (20, over), (30, long_ago)):
        assert [round_at(minute + each, moved=moved) for each in range(3)] == ["open"] * 3
        assert round_at(minute + 5) == "open"
    assert waves.by_key(home.database, kept.key).is_sealed
    said = [(each["event"], each["code"]) for each in log_lines(capsys.readouterr().err)]
    assert said == [("outage-begun", "clock-jumped"), ("outage-ended", "clock-jumped")] * 3
    # one that stays as it was set is believed after an hour, and the wave is closed, with every answer
    assert [round_at(minute, moved=over) for minute in (40, 70, 99, 101)] == ["open"] * 3 + ["closed"]
    sealing.seal(home.database, home.keys, POLICY, wave.key)
    assert sealed_waves.of_wave(home.database, waves.by_key(home.database, wave.key)).moments.n == 8
    assert list(verification.find_problems(installation.settings)) == []
