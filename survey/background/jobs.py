"""Long work: a row says what is to be done and how far it is, and whoever holds the row does the next step.

The queue only brings the keys of rows to workers. It may lose them or bring them twice: what waits is
queued again from the rows, and a row is held by one worker at a time (docs/decisions/0070).
"""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from huey import SqliteHuey
from sqlalchemy import Connection

from instruments.problems import Damaged, Refused, damage
from reports.files import report_zip
from reports.files.report_zip import ArchivedReport
from survey.background import slip_orders
from survey.operations.installation import Installation
from survey.publication import reports
from survey.store.repositories import jobs
from survey.store.repositories.jobs import Job, LeaseLost

QUEUE = "queue.db"
BROKEN = "job-broken"
ARCHIVE = "reports.zip"
PRIVATE = 0o700


class Stopped(Exception):
    """The worker was asked to end: the job waits for another."""


@dataclass(frozen=True, slots=True)
class JobContext:
    """A job in the hands of a worker. `stopping` says whether it was asked to end."""

    home: Installation
    job: Job
    stopping: Callable[[], bool]

    def step(self, done: int, total: int) -> None:
        """Note a step, and go on only with a lease. Raises LeaseLost, or Stopped when the worker ends."""
        jobs.progress(self.home.database, self.job, done, total, now=seconds())
        if self.stopping():
            raise Stopped


def seconds() -> int:
    """The time of leases: seconds since 1970."""
    return int(time.time())


def folder(home: Installation, key: str) -> Path:
    """Where a job leaves its files: a directory of its own that only this program's user enters."""
    jobs_folder(home)
    made = job_path(home, key)
    made.mkdir(mode=PRIVATE, exist_ok=True)
    return made


def job_path(home: Installation, key: str) -> Path:
    """The same directory, whether it is there or not."""
    return home.settings.files_directory / key


def jobs_folder(home: Installation) -> Path:
    """The directory of all jobs, made where it is missing. Raises Damaged where it cannot be."""
    shop = home.settings.files_directory
    try:
        shop.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    except OSError as error:
        fault, remedy = f"It cannot be made: {error.strerror}.", "Name a place that may be written."
        raise damage("files-unusable", fault, remedy, str(shop)) from error
    return shop


@dataclass(frozen=True, slots=True, repr=False)
class JobResult:
    """What a job made: its file's name, and what becomes true in the same transaction that ends the job."""

    name: str
    along: Callable[[Connection], None] | None = None


def reports_under(work: JobContext) -> JobResult:
    """Print every report under a unit, one file a step, and pack them as a ZIP file."""
    database, asked = work.home.database, work.job.payload
    wanted = reports.planned_reports(database, asked["unit"], asked["reader"], reports.EVERY_LANGUAGE)
    directory = folder(work.home, work.job.key)
    work.step(0, len(wanted))
    printed = reports.report_renderer(database, work.home.policy, asked["unit"], asked["reader"])
    for done, _ in enumerate(reports.write_all(wanted, printed, directory), start=1):
        work.step(done, len(wanted))
    entries = [
        ArchivedReport(directory / each.name, each.wave.unit_name, each.wave.title, each.language)
        for each in wanted
    ]
    report_zip.pack(entries, reports.units_without_report(database, asked["unit"]), directory / ARCHIVE)
    return JobResult(ARCHIVE)


def slips(work: JobContext) -> JobResult:
    """Print slips into a sealed file; their codes admit people from the moment the job is done."""
    return JobResult(
        *slip_orders.print_order(work.home, work.job, folder(work.home, work.job.key), work.step)
    )


KINDS: Mapping[str, Callable[[JobContext], JobResult]] = MappingProxyType(
    {"reports-under": reports_under, slip_orders.KIND: slips}
)


def run(home: Installation, key: str, stopping: Callable[[], bool] = lambda: False) -> None:
    """Do a job, if it waits for a worker; how it ended stands in its row."""
    job = jobs.claim(home.database, key, now=seconds())
    if job is None:
        return
    try:
        _end(home, job, stopping)
    except LeaseLost:
        # it took longer than its lease: whoever has it now goes on from the files that are there
        return


def _end(home: Installation, job: Job, stopping: Callable[[], bool]) -> None:
    database = home.database
    try:
        made = KINDS[job.kind](JobContext(home, job, stopping))
        jobs.finish(database, job, made.name, made.along, now=seconds())
    except Stopped:
        jobs.hand_back(database, job, now=seconds())
    except (Refused, Damaged) as refused:
        jobs.fail(database, job, refused.problems[0].code, now=seconds())
    except LeaseLost:
        raise
    except Exception:
        jobs.fail(database, job, BROKEN, now=seconds())
        raise


class Queue:
    """The jobs that wait, on their way to this machine's workers."""

    def __init__(self, home: Installation, stopping: Callable[[], bool] = lambda: False) -> None:
        self._home = home
        # a task is a key and has no result, so nothing but keys of rows is ever in the file
        self.huey = SqliteHuey("jobs", filename=str(jobs_folder(home) / QUEUE), results=False)
        self._run = self.huey.task(name="run")(lambda key: run(home, key, stopping))

    def sweep(self) -> None:
        """Queue what waits, and what was left by a worker whose lease ran out."""
        jobs.requeue_stale(self._home.database, now=seconds())
        under_way = {task.args[0] for task in self.huey.pending()}
        for key in jobs.queued(self._home.database):
            if key not in under_way:
                self._run(key)

    def close(self) -> None:
        """Give the file back."""
        self.huey.storage.close()


def forget_old(home: Installation, now: int) -> None:
    """Remove the jobs that ended long enough ago and what they made, and printed slips before that."""
    retention = home.policy.retention
    for job in jobs.of_kind(home.database, slip_orders.KIND):
        if slip_orders.is_over(job, retention, now):
            shutil.rmtree(job_path(home, job.key), ignore_errors=True)
    for key in jobs.forget_ended(home.database, before=now - retention.report_files):
        shutil.rmtree(job_path(home, key), ignore_errors=True)
