"""Work that takes longer than a request: rows say what is to be done, and a worker that holds a task does it.

The rows are the truth, whatever wakes the worker: a lease lets one worker at a time have a task, and how a
task ended is stored in its row (docs/decisions/0140).
"""

import time
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum, auto
from functools import partial
from types import MappingProxyType

from instruments.problems import Damaged, Refused, Unavailable, damage
from survey import job_files
from survey.background import (
    edition_verdicts,
    order_rights,
    pool_exports,
    pool_validations,
    research_exports,
    round_releases,
)
from survey.background.order_rights import OrderRightLost
from survey.background.slips import round_slips, slip_orders
from survey.background.tasks import report_jobs
from survey.background.tasks.held_task import HeldTask, Stopped
from survey.job_files import Folder
from survey.operations import log
from survey.operations.installation import Installation
from survey.store import actor
from survey.store.job_tables import JOB_KINDS
from survey.store.repositories import access_history, job_tasks, jobs
from survey.store.repositories.job_tasks import Held, LeaseLost
from survey.store.repositories.jobs import Job

_BROKEN = "job-broken"
# seconds between two looks whether a database is back that was away, and until its lease ends the wait anyway
_PAUSE, _LONGEST_WAIT = 0.5, 120.0
_SLIPS = (slip_orders.KIND, round_slips.KIND)
# of the disk and of what is shared: another try, or another worker, may get over them
_PASSING = frozenset({"output-unwritable", "output-directory", "files-unusable"})


class Outcome(Enum):
    """Says what became of looking for a task: none waited, it ended, or something stood in its way."""

    NOTHING = auto()
    ENDED = auto()
    TROUBLED = auto()


def seconds() -> int:
    """Return the time that leases are counted in: seconds since 1970."""
    return int(time.time())


def folder(home: Installation, key: str) -> Folder:
    """Return the folder for the files of a job, whether or not it is there."""
    return job_files.at(home.settings).folder(key)


def run_waiting(home: Installation, stopping: Callable[[], bool] = lambda: False) -> None:
    """Do every task that waits, one after another, until none does or the worker is asked to end."""
    while not stopping() and run_next(home, stopping) is not Outcome.NOTHING:
        pass


def run_next(home: Installation, stopping: Callable[[], bool] = lambda: False) -> Outcome:
    """Do the next task that waits. How it ended is stored in its row and, where it failed, logged.

    Raises Unavailable where the database is away before one was taken.
    """
    held = job_tasks.claim(home.database, now=seconds())
    if held is None:
        return Outcome.NOTHING
    log.act_as(log.WORKER)  # a queue calls this from threads of its own
    try:
        with actor.acting(log.WORKER, home.today):
            return _end(home, held, stopping)
    except LeaseLost:
        # it took longer than its lease, or was cancelled: whoever has it now does it
        log.act("job-overtaken", job=held.job.key, kind=held.job.kind)
        return Outcome.ENDED
    except Unavailable as error:
        _let_wait(home, held, error, stopping)
        return Outcome.TROUBLED


def requeue_stale(home: Installation) -> None:
    """Let the tasks wait again whose worker vanished, and give up those that too many vanished with."""
    for held in job_tasks.requeue_stale(home.database, now=seconds()):
        job, task = held.job, held.task
        if task.fault is None:
            log.act("job-retried", job=job.key, kind=job.kind, task=task.number, tries=task.tries)
        else:
            log.failed_job(task.fault, job.key, job.kind, task.number)


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
    for job in (*research_exports.ended(home), *pool_exports.ended(home)):
        yield partial(_give_up, home, job.key, now)
    for key in jobs.ended(home.database, before=now - retention.report_files):
        yield partial(_forget, home, key)


def remove_about(home: Installation, concerned: AbstractSet[str], now: int) -> None:
    """Remove what jobs made about any of these units and waves, and end those that are under way.

    Data for research are about all units.

    Raises Damaged("files-unusable").
    """
    for job in (each for kind in JOB_KINDS for each in jobs.of_kind(home.database, kind)):
        if job.kind == research_exports.KIND or concerned & set(job.payload.values()):
            _give_up(home, job.key, now)


def _give_up(home: Installation, key: str, now: int) -> None:
    jobs.cancel(home.database, key, now=now)
    _forget(home, key)


def _forget(home: Installation, key: str) -> None:
    # its files first: once the row is gone, nothing knows of them any more
    _remove_files(home, key)
    jobs.forget(home.database, key)


def _remove_files(home: Installation, key: str) -> None:
    made = folder(home, key)
    try:
        made.remove()
    except OSError as error:
        raise damage(
            "files-unusable",
            f"Files that were kept long enough cannot be removed: {error.strerror}.",
            "Remove the directory, and let this program's user write in the one above.",
            made.place,
        ) from error


def _end(home: Installation, held: Held, stopping: Callable[[], bool]) -> Outcome:
    """Do what the task asks for and store how it ended. Raises LeaseLost."""
    job, about = held.job, {"job": held.job.key, "kind": held.job.kind, "task": held.task.number}
    try:
        # within the `try`: a damaged row fails as a job, and does not stop the worker
        _require_readable(held)
        require_right = partial(order_rights.require, home, job)
        require_right()
        made = folder(home, job.key)
        made.prepare()
        done = HeldTask(home, held, made, stopping, seconds, require_right)
        _DOING[job.kind, held.task.step](done)
    except Stopped:
        job_tasks.hand_back(home.database, held)
    except OrderRightLost:
        _leave_undone(home, job)
    except (LeaseLost, Unavailable):
        raise
    except (Refused, Damaged) as error:
        log.fault("job-failed", error.problems, **about)
        code = error.problems[0].code
        if code in _PASSING:
            job_tasks.retry(home.database, held, code, now=seconds())
            return Outcome.TROUBLED
        job_tasks.fail(home.database, held, code, now=seconds())
    except Exception as error:  # noqa: BLE001 - what nobody foresaw of one task keeps no other from being done
        log.unexpected("job-failed", error, **about)
        job_tasks.retry(home.database, held, _BROKEN, now=seconds())
        return Outcome.TROUBLED
    return Outcome.ENDED


def _leave_undone(home: Installation, job: Job) -> None:
    """End a job whose orderer may order it no more, and remove what was made of it; the history says so."""
    about = f"{job.kind} {job.ordered_by}"
    acts = [("order-undone", key, about) for key in order_rights.recorded_on(home, job)]
    record = partial(access_history.record_all, done=acts)
    jobs.cancel(home.database, job.key, now=seconds(), fault=jobs.RIGHT_LOST, along=record)
    log.act("order-undone", job=job.key, kind=job.kind)
    try:
        _remove_files(home, job.key)
    except Damaged as error:
        # nobody is offered them, and they go with the job
        log.fault("job-failed", error.problems, job=job.key, kind=job.kind)


def _let_wait(home: Installation, held: Held, away: Unavailable, stopping: Callable[[], bool]) -> None:
    """Let a task wait again that a database that is away has interrupted, once it is back; it is no try.

    One that nobody could hand back waits for the end of its lease.
    """
    log.fault("job-interrupted", away.problems, job=held.job.key, kind=held.job.kind)
    ends = time.monotonic() + _LONGEST_WAIT
    while time.monotonic() < ends:
        try:
            job_tasks.hand_back(home.database, held)
        except LeaseLost:
            return
        except Unavailable:
            if stopping():
                return
            time.sleep(_PAUSE)
        else:
            return


def _require_readable(held: Held) -> None:
    if not held.job.payload or (held.task.step == "part" and not held.task.payload):
        remedy = "Start it again on the page it was started on."
        raise damage("job-unreadable", "What it was to do cannot be read.", remedy, held.job.key)


# what is done for each kind of job at each of its steps
_DOING: Mapping[tuple[str, str], Callable[[HeldTask], None]] = MappingProxyType(
    {
        (report_jobs.KIND, "begin"): report_jobs.plan,
        (report_jobs.KIND, "part"): report_jobs.make_report,
        (report_jobs.KIND, "pack"): report_jobs.pack,
        (slip_orders.KIND, "begin"): slip_orders.print_order,
        (round_slips.KIND, "begin"): round_slips.print_order,
        (round_releases.KIND, "begin"): round_releases.make,
        (research_exports.KIND, "begin"): research_exports.make,
        (pool_validations.KIND, "begin"): pool_validations.make,
        (pool_exports.KIND, "begin"): pool_exports.make,
        (edition_verdicts.KIND, "begin"): edition_verdicts.make,
    }
)
