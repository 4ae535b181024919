"""Jobs: done once, whoever is killed in the middle, and packed with a table of contents."""

import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from instruments.problems import refuse
from reports.pdf import report
from survey.background import jobs
from survey.background.tasks import report_jobs
from survey.background.wake_queue import FILE, WakeQueue
from survey.operations.installation import Installation
from survey.publication import reports as reporting
from survey.store.repositories import job_tasks, units
from survey.store.repositories import jobs as rows
from survey.store.repositories.job_tasks import _LEASE_SECONDS, MOST_TRIES
from tests.buckets import IN_BOTH
from tests.paths import REPOSITORY
from tests.policies import POLICY
from tests.survey.background.forked import process
from tests.survey.background.killed_worker import HELD, poisoned, work
from tests.waves import ON_SQLITE, release_below, sealed, simulated

ROOT = REPOSITORY
LANGUAGES = {"nb", "nn", "en"}


@pytest.fixture
def installation(home, settings):
    return Installation(settings, home.database, home.keys, home.policy)


@pytest.fixture
def over(home):
    """A municipality of three places: two with a sealed wave, one with none."""
    top = units.add(home.database, "Fjordby", "municipality", None, None)
    for name in ("Ørje & <b>Å</b>", "Alm", "Zeta"):
        units.add(home.database, name, "workplace", "skole", top.key)
    sealed(home, simulated(22, 1), unit="Ørje & <b>Å</b>", invited=30)
    sealed(home, simulated(24, 2), unit="Alm", invited=30)
    release_below(home, top.key)
    return top


@pytest.fixture
def asked(home, over):
    work = {"unit": over.key, "reader": "owner", "languages": "nb nn en"}
    return rows.add(home.database, "reports-under", work, now=jobs.seconds())


@pytest.fixture
def quick(monkeypatch):
    """Reports that are made at once, and the list of what was printed."""
    made = []

    def printed(profile, language):
        made.append((profile.identity.wave, language))
        return f"{profile.identity.wave} {language} {profile.audience}".encode()

    monkeypatch.setattr(report, "report", printed)
    return made


def files(installation, job):
    return sorted(jobs.folder(installation, job.key).path.glob("*.pdf"))


def archive(installation, job):
    """The ZIP that a job made, opened to be read."""
    return jobs.folder(installation, job.key).file(report_jobs.ARCHIVE).open()


@IN_BOTH
def test_a_job_prints_every_report_once_and_packs_them(installation, asked, over, quick):
    jobs.run_waiting(installation)
    done = rows.by_key(installation.database, asked.key)
    assert (done.state, done.done, done.total, done.result) == ("done", 6, 6, report_jobs.ARCHIVE)
    wanted = reporting.planned_reports(installation.database, installation.policy, over.key, "owner", "all")
    assert sorted(quick) == sorted((each.wave.key, each.language) for each in wanted)
    there = jobs.folder(installation, asked.key).names()
    assert [each for each in there if each.endswith(".pdf")] == sorted(each.name for each in wanted)
    jobs.run_waiting(installation)
    assert len(quick) == 6


@pytest.mark.usefixtures("asked")
def test_an_owner_is_told_as_an_owner_and_never_a_units_statements(installation, over, monkeypatch):
    seen = []
    monkeypatch.setattr(report, "report", lambda profile, _: seen.append(profile) or b"x")
    jobs.run_waiting(installation)
    assert {profile.audience.name for profile in seen} == {"OWNER"}
    items = [profile.item(item) for profile in seen for item in profile.version.item_columns]
    assert {type(each).__name__ for each in items} == {"Suppressed"}
    assert any(type(each.released).__name__ == "Released" for each in seen)
    assert over.kind == "municipality"


@IN_BOTH
def test_the_archive_holds_a_folder_a_language_with_contents_and_is_always_the_same(
    installation, asked, quick
):
    jobs.run_waiting(installation)
    with archive(installation, asked) as opened, zipfile.ZipFile(opened) as packed:
        names = packed.namelist()
        contents = packed.read("nb/contents.html").decode()
        assert packed.testzip() is None
    assert {name.split("/")[0] for name in names} == LANGUAGES
    assert len(names) == len(set(names)) == 6 + len(LANGUAGES)
    printed = [name.removeprefix("nb/") for name in names if name.startswith("nb/") and name.endswith(".pdf")]
    assert len(printed) == 2
    assert [name for name in printed if f'href="{name}"' not in contents] == []
    assert "Ørje &amp; &lt;b&gt;Å&lt;/b&gt;" in contents
    assert "Zeta" in contents
    assert contents.index("Alm") < contents.index("Ørje")
    again = rows.add(installation.database, asked.kind, asked.payload, now=jobs.seconds())
    jobs.run_waiting(installation)
    with archive(installation, again) as one, archive(installation, asked) as other:
        assert one.read() == other.read()
    assert again.key != asked.key
    assert len(quick) == 12


def test_a_worker_that_is_asked_to_end_does_so_after_its_step_and_the_next_goes_on(
    installation, asked, quick
):
    jobs.run_waiting(installation, lambda: len(quick) >= 2)
    left = rows.by_key(installation.database, asked.key)
    assert (left.state, left.done, left.total) == ("underway", 2, 6)
    jobs.run_waiting(installation)
    assert len(quick) == len(set(quick)) == 6


def later():
    """The time when every lease has run out."""
    return int(time.time()) + _LEASE_SECONDS + 1


def test_a_worker_that_was_overtaken_lets_go(installation, asked, quick, monkeypatch):
    def overtaken(profile, language):
        job_tasks.requeue_stale(installation.database, now=later())
        return f"{profile.identity.wave} {language}".encode()

    jobs.run_next(installation)
    with monkeypatch.context() as slow:
        slow.setattr(report, "report", overtaken)
        jobs.run_next(installation)
    assert rows.by_key(installation.database, asked.key).done == 0
    monkeypatch.setattr(jobs, "seconds", later)
    jobs.run_waiting(installation)
    assert rows.by_key(installation.database, asked.key).state == "done"
    # what the slow one wrote was whole
    assert len(quick) == 5


def test_a_report_that_is_refused_is_named_and_the_others_are_made(installation, asked, quick, monkeypatch):
    printed = report.report

    def refusing(profile, language):
        if language == "nn":
            raise refuse("sealed-damaged", "Its statistics are damaged.", "Restore them.")
        return printed(profile, language)

    monkeypatch.setattr(report, "report", refusing)
    jobs.run_waiting(installation)
    done = rows.by_key(installation.database, asked.key)
    assert (done.state, done.done, done.total) == ("done", 4, 6)
    assert len(quick) == 4
    unmade = report_jobs.unmade(installation.database, done)
    assert [(each.unit, each.language) for each in unmade] == [("Alm", "nn"), ("Ørje & <b>Å</b>", "nn")]
    with archive(installation, asked) as opened, zipfile.ZipFile(opened) as packed:
        assert [name for name in packed.namelist() if name.startswith("nn/")] == []
        contents = packed.read("nb/contents.html").decode()
    assert "Ørje &amp; &lt;b&gt;Å&lt;/b&gt;</span> (Norsk nynorsk)" in contents


@pytest.mark.parametrize("fault", ["output-unwritable", jobs._BROKEN])
@ON_SQLITE
def test_what_may_pass_is_tried_again_later_and_given_up_after_so_many_tries(
    installation, asked, monkeypatch, fault
):
    def failing(*_):
        if fault == jobs._BROKEN:
            raise ZeroDivisionError
        raise refuse(fault, "The disk is full.", "Make room.")

    monkeypatch.setattr(report, "report", failing)
    now, tried = jobs.seconds(), 0
    monkeypatch.setattr(jobs, "seconds", lambda: now)
    while rows.by_key(installation.database, asked.key).is_underway:
        tried += 1
        jobs.run_waiting(installation)
        assert jobs.run_next(installation) is jobs.Outcome.NOTHING
        now += 1000
    assert tried == MOST_TRIES
    assert rows.by_key(installation.database, asked.key).fault == fault


@ON_SQLITE
def test_a_report_that_failed_once_is_made_the_next_time(installation, asked, quick, monkeypatch):
    printed, failures = report.report, iter([ZeroDivisionError])

    def failing_once(profile, language):
        for error in failures:
            raise error
        return printed(profile, language)

    monkeypatch.setattr(report, "report", failing_once)
    jobs.run_waiting(installation)
    assert rows.by_key(installation.database, asked.key).done == 5
    monkeypatch.setattr(jobs, "seconds", later)
    jobs.run_waiting(installation)
    done = rows.by_key(installation.database, asked.key)
    assert (done.state, done.done, len(quick)) == ("done", 6, 6)


@ON_SQLITE
def test_the_queue_says_that_there_is_work_and_nothing_of_what_it_is(installation, asked):
    queue = WakeQueue(installation, threading.Event())
    for _ in range(3):
        queue.sweep()
    assert [(task.name, task.args, task.kwargs) for task in queue.huey.pending()] == [("wake", (), {})]
    journals = installation.settings.files_directory.glob(f"{FILE}*")
    assert not [each for each in journals if asked.key.encode() in each.read_bytes()]
    queue.huey.storage.close()


@IN_BOTH
def test_an_old_job_is_forgotten_with_its_files(installation, asked, quick):
    jobs.run_waiting(installation)
    place = jobs.folder(installation, asked.key)
    for removal in jobs.removals(installation, jobs.seconds() + POLICY.retention.report_files - 60):
        removal()
    assert place.names()
    for removal in jobs.removals(installation, jobs.seconds() + POLICY.retention.report_files + 60):
        removal()
    assert place.names() == []
    assert sorted(quick) == sorted(set(quick))
    assert len(quick) == 6


def test_only_this_user_enters_what_jobs_made(installation, asked):
    made = jobs.folder(installation, asked.key)
    made.write({"x.pdf": b"x"})
    assert made.file("x.pdf").path.stat().st_mode & 0o077 == made.path.stat().st_mode & 0o077 == 0
    assert installation.settings.files_directory.stat().st_mode & 0o077 == 0


def environment(settings):
    names = {"DATABASE": settings.database, "KEYS": str(settings.keys), "SECRET": settings.secret}
    return os.environ | {f"KJENNETEGN_{name}": text for name, text in names.items()}


@contextmanager
def held_at_the_third(log):
    """Workers that write this log do not get past their third report, until they are let go."""
    hold = log.with_suffix(".hold")
    hold.touch()
    yield partial(hold.unlink, missing_ok=True)
    hold.unlink(missing_ok=True)


def begun(log):
    return log.read_text("utf-8").count("\n") if log.exists() else 0


def until(happened, seconds=120):
    ends = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.02)


def test_workers_share_a_job_and_one_that_is_killed_loses_nothing(installation, settings, asked, tmp_path):
    """The others go on at once; only the report in hand waits for the lease of the killed worker to end."""
    log = tmp_path / "log"
    with held_at_the_third(log) as let_go, process(settings, work, log) as first:
        until(lambda: begun(log) == HELD)
        kept = {each: (each.stat().st_ino, each.stat().st_mtime_ns) for each in files(installation, asked)}
        assert len(kept) == HELD - 1
        os.kill(first.pid, signal.SIGKILL)
        first.join()
        let_go()
        with process(settings, work, log) as second, process(settings, work, log) as third:
            until(lambda: rows.by_key(installation.database, asked.key).done == 5)
            [left] = job_tasks.parts(installation.database, asked.id, "running")
            assert (left.number, left.tries) == (HELD, 1)
            job_tasks.requeue_stale(installation.database, now=left.lease_until)
            with installation.database.writing() as connection:
                connection.exec_driver_sql("UPDATE job_task SET due_at = 0")
            until(lambda: rows.by_key(installation.database, asked.key).state == "done")
            for each in (second, third):
                os.kill(each.pid, signal.SIGINT)
                each.join(timeout=30)
                assert each.exitcode == 0
    assert {each: (each.stat().st_ino, each.stat().st_mtime_ns) for each in kept} == kept
    printed = log.read_text().split("\n")[:-1]
    # only the report in hand at the kill, which was never whole, is begun again
    assert len(set(printed)) == 6
    assert len(printed) == 6 + 1
    with archive(installation, asked) as opened, zipfile.ZipFile(opened) as packed:
        reports = [name for name in packed.namelist() if name.endswith(".pdf")]
        assert len(reports) == len(set(reports)) == 6
        assert all(len(PdfReader(BytesIO(packed.read(name))).pages) > 1 for name in reports)


@pytest.mark.usefixtures("quick")
@ON_SQLITE
def test_a_report_that_kills_its_worker_is_given_up_named_and_the_others_are_made(
    installation, settings, asked, over, monkeypatch
):
    given = (installation.database, installation.policy, over.key, "owner", ["nb"])
    wanted = reporting.planned_reports(*given)
    jobs.run_next(installation)
    now = jobs.seconds()  # no part of it is due any earlier
    for _ in range(MOST_TRIES):
        # it is the first part each time: that has the lowest number of those that wait
        with process(settings, poisoned, now) as dying:
            dying.join(timeout=60)
            assert dying.exitcode == -signal.SIGKILL
        now += _LEASE_SECONDS + 1
        monkeypatch.setattr(jobs, "seconds", lambda now=now: now)
        jobs.requeue_stale(installation)
    jobs.run_waiting(installation)
    done = rows.by_key(installation.database, asked.key)
    assert (done.state, done.done, done.total) == ("done", 5, 6)
    [left] = report_jobs.unmade(installation.database, done)
    # the page and the archive name it
    assert (left.unit, left.language) == (wanted[0].wave.unit_name, "nb")


@ON_SQLITE
def test_a_worker_that_is_interrupted_ends_with_its_task(installation, settings, asked, tmp_path):
    log = tmp_path / "log"
    with held_at_the_third(log) as let_go, process(settings, work, log) as first:
        until(lambda: begun(log) == HELD)
        os.kill(first.pid, signal.SIGINT)
        let_go()
        first.join(timeout=60)
        assert first.exitcode == 0
    left = rows.by_key(installation.database, asked.key)
    assert left.is_underway
    assert HELD <= left.done < 6
    assert job_tasks.parts(installation.database, asked.id, "running") == ()


@ON_SQLITE
def test_a_worker_started_by_a_demonstration_does_not_outlive_it(database, settings):
    starter = (
        "import subprocess, sys, time\n"
        "command = [sys.executable, '-m', 'survey.cli', 'worker', '--with-parent']\n"
        "print(subprocess.Popen(command, start_new_session=True).pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    queue = settings.files_directory / FILE
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", starter],
        cwd=ROOT,
        env=environment(settings),
        stdout=subprocess.PIPE,
        text=True,
    ) as demonstration:
        pid = int(demonstration.stdout.readline())
        until(queue.exists)
        demonstration.kill()
    until(lambda: not alive(pid), 30)
    assert database.place


def alive(pid):
    """Whether it runs; a process that nobody has buried yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
