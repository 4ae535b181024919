"""Work that takes longer than a request: a row says what is to be done, and a worker that holds it does it.

The row is the truth. The queue file only wakes this machine's workers: it may lose a key or bring it twice,
because whatever waits is queued again from the rows, and a lease lets one worker at a time have a row
(docs/decisions/0070).
"""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from huey import SqliteHuey
from sqlalchemy import Connection

from instruments.problems import Damaged, Refused, damage
from reports.files import private
from reports.files.zips import report_zip
from reports.files.zips.report_zip import ArchivedReport
from survey.background.slips import round_slips, slip_orders
from survey.operations import log
from survey.operations.installation import Installation
from survey.publication import reports
from survey.store import actor
from survey.store.repositories import jobs
from survey.store.repositories.jobs import Job, LeaseLost
from survey.store.tables import JOB_KINDS

_QUEUE = "queue.db"
_BROKEN = "job-broken"
_ARCHIVE = "reports.zip"
_SLIPS = (slip_orders.KIND, round_slips.KIND)


class _Stopped(Exception):
    """Says that the worker was asked to end, and the job waits for another."""


@dataclass(frozen=True, slots=True)
class _HeldJob:
    """A job that this worker holds; `stopping` says whether the worker was asked to end."""

    home: Installation
    job: Job
    stopping: Callable[[], bool]

    def step(self, done: int, total: int) -> None:
        """Store how far the job is, which renews the lease. Raises LeaseLost, and _Stopped at the end."""
        jobs.progress(self.home.database, self.job, done, total, now=seconds())
        if self.stopping():
            raise _Stopped


@dataclass(frozen=True, slots=True, repr=False)
class _Result:
    """What a job made: the name of its file, and what is stored in the transaction that ends the job."""

    name: str
    along: Callable[[Connection], None] | None = None


def seconds() -> int:
    """Return the time that leases are counted in: seconds since 1970."""
    return int(time.time())


def folder(home: Installation, key: str) -> Path:
    """Return the directory for the files of a job, made where it is missing, private to this user."""
    jobs_folder(home)
    made = job_path(home, key)
    made.mkdir(mode=private.DIRECTORY, exist_ok=True)
    return made


def job_path(home: Installation, key: str) -> Path:
    """Return the same directory, whether or not it is there."""
    return home.settings.files_directory / key


def jobs_folder(home: Installation) -> Path:
    """Return the directory of all jobs, made where it is missing. Raises Damaged("files-unusable")."""
    directory = home.settings.files_directory
    try:
        directory.mkdir(mode=private.DIRECTORY, parents=True, exist_ok=True)
        private.restrict(directory)
    except OSError as error:
        fault, remedy = f"It cannot be made: {error.strerror}.", "Name a place that may be written."
        raise damage("files-unusable", fault, remedy, str(directory)) from error
    return directory


def run(home: Installation, key: str, stopping: Callable[[], bool] = lambda: False) -> None:
    """Do a job, if it waits for a worker. How it ended is stored in its row and, where it failed, logged."""
    job = jobs.claim(home.database, key, now=seconds())
    if job is None:
        return
    log.act_as(log.WORKER)  # a queue calls this from threads of its own
    try:
        with actor.acting(log.WORKER, home.today):
            _finish(home, job, stopping)
    except LeaseLost:
        # it took longer than its lease: whoever has it now goes on from the files that are there
        log.act("job-overtaken", job=job.key, kind=job.kind)


class Queue:
    """The keys of jobs that wait, on their way to this machine's workers."""

    def __init__(self, home: Installation, stopping: Callable[[], bool] = lambda: False) -> None:
        self._home = home
        # a task is a key and has no result, so nothing but keys of rows is ever in the file
        file = jobs_folder(home) / _QUEUE
        # before the library makes it: its journals are made readable to whom the file is
        private.create(file)
        for made in file.parent.rglob("*"):
            private.restrict(made)
        self.huey = SqliteHuey("jobs", filename=str(file), results=False)
        self._run = self.huey.task(name="run")(lambda key: run(home, key, stopping))

    def sweep(self) -> None:
        """Queue every job that waits, also those of workers whose lease ran out."""
        requeue_stale(self._home)
        under_way = {task.args[0] for task in self.huey.pending()}
        for key in jobs.queued(self._home.database):
            if key not in under_way:
                self._run(key)

    def close(self) -> None:
        """Close the file."""
        self.huey.storage.close()


def requeue_stale(home: Installation) -> None:
    """Let the jobs wait again whose worker vanished, and fail those that too many workers vanished with."""
    for job in jobs.requeue_stale(home.database, now=seconds()):
        if job.fault is None:
            log.act("job-retried", job=job.key, kind=job.kind, tries=job.tries)
        else:
            log.failed_job(job.fault, job.key, job.kind)


def removals(home: Installation, now: int) -> Iterator[Callable[[], None]]:
    """Yield the removal of each job that ended long enough ago with what it made, and of printed slips.

    Slips go earlier than their jobs. Each raises Damaged("files-unusable") where the files cannot be
    removed; then the job stays as well, and the removal is tried again.
    """
    retention = home.policy.retention
    slips = (job for kind in _SLIPS for job in jobs.of_kind(home.database, kind))
    for job in slips:
        if slip_orders.is_over(job, retention, now):
            yield partial(_remove_files, home, job.key)
    for key in jobs.ended(home.database, before=now - retention.report_files):
        yield partial(_forget, home, key)


def remove_about(home: Installation, concerned: AbstractSet[str], now: int) -> None:
    """Remove what jobs made about any of these units and waves, and end those that are under way.

    Raises Damaged("files-unusable").
    """
    for job in (each for kind in JOB_KINDS for each in jobs.of_kind(home.database, kind)):
        if concerned & set(job.payload.values()):
            jobs.cancel(home.database, job.key, now=now)
            _forget(home, job.key)


def _forget(home: Installation, key: str) -> None:
    # its files first: once the row is gone, nothing knows of them any more
    _remove_files(home, key)
    jobs.forget(home.database, key)


def _remove_files(home: Installation, key: str) -> None:
    made = job_path(home, key)
    try:
        shutil.rmtree(made)
    except FileNotFoundError:
        return
    except OSError as error:
        raise damage(
            "files-unusable",
            f"Files that were kept long enough cannot be removed: {error.strerror}.",
            "Remove the directory, and let this program's user write in the one above.",
            str(made),
        ) from error


def _finish(home: Installation, job: Job, stopping: Callable[[], bool]) -> None:
    """Do what the job asks for and store how it ended. Raises LeaseLost, and whatever nobody foresaw."""
    database = home.database
    try:
        # within the `try`: a damaged row fails as a job, and does not stop the worker
        _require_readable(job)
        made = _KINDS[job.kind](_HeldJob(home, job, stopping))
        jobs.finish(database, job, made.name, made.along, now=seconds())
    except _Stopped:
        jobs.hand_back(database, job, now=seconds())
    except (Refused, Damaged) as error:
        jobs.fail(database, job, error.problems[0].code, now=seconds())
        log.fault("job-failed", error.problems, job=job.key, kind=job.kind)
    except LeaseLost:
        raise
    except Exception as error:
        jobs.fail(database, job, _BROKEN, now=seconds())
        log.unexpected("job-failed", error, job=job.key, kind=job.kind)
        raise


def _require_readable(job: Job) -> None:
    if not job.payload:
        remedy = "Start it again on the page it was started on."
        raise damage("job-unreadable", "What it was to do cannot be read.", remedy, job.key)


def _reports_below(held: _HeldJob) -> _Result:
    """Write every report below a unit, one file a step, and pack them as a ZIP file."""
    home, asked = held.home, held.job.payload
    wanted = reports.planned_reports(
        home.database, home.policy, asked["unit"], asked["reader"], asked["languages"].split()
    )
    directory = folder(home, held.job.key)
    held.step(0, len(wanted))
    render = reports.report_renderer(home.database, home.policy, asked["unit"], asked["reader"])
    for done, _ in enumerate(reports.write_all(wanted, render, directory), start=1):
        held.step(done, len(wanted))
    entries = [
        ArchivedReport(directory / each.name, each.wave.unit_name, each.wave.title, each.language)
        for each in wanted
    ]
    without = reports.units_without_report(home.database, asked["unit"], asked["reader"])
    report_zip.pack(entries, without, directory / _ARCHIVE)
    return _Result(_ARCHIVE)


def _slips(held: _HeldJob) -> _Result:
    """Print slips into an encrypted file; their codes admit people from the moment the job is done."""
    directory = folder(held.home, held.job.key)
    return _Result(*slip_orders.print_order(held.home, held.job, directory, held.step))


def _round_slips(held: _HeldJob) -> _Result:
    """Print the slips of a round's units, each unit's locked for its leaders, into one ZIP file."""
    directory = folder(held.home, held.job.key)
    return _Result(*round_slips.print_order(held.home, held.job, directory, held.step))


_KINDS: Mapping[str, Callable[[_HeldJob], _Result]] = MappingProxyType(
    {"reports-under": _reports_below, slip_orders.KIND: _slips, round_slips.KIND: _round_slips}
)
