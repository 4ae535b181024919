"""Tasks of jobs: what one worker does at a time, which it holds by a lease; the row is the truth.

A job begins with one task. That may end the job, or split it into parts that any worker may take; when no
part is left, one more task packs what was made (docs/decisions/0140).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update

from survey.store import random_keys
from survey.store.database import Database
from survey.store.job_tables import job, job_task
from survey.store.repositories.jobs import ABANDONED, Job, decode, encode, job_of

_LEASE_SECONDS = 120
# what failed or killed its worker so often is taken to do so again
MOST_TRIES = 5
_SET_BACK_SECONDS = 600  # no task waits and no lease lasts so long: the clock was set back meanwhile
_FIRST_PAUSE, _LONGER = 10, 3  # seconds before a second try, and how many times longer each further one
_LEFT = ("queued", "running")
_LET_GO: Mapping[str, object] = {"holder": None, "lease_until": None}


class LeaseLost(Exception):
    """Another worker may hold the task by now: this one lets go of it."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a job, held by one worker at a time.

    `result` names a file once done, `fault` is a code once failed; nobody takes it up before `due_at`.
    """

    id: int
    job_id: int
    number: int
    step: str
    payload: Mapping[str, str]
    state: str
    due_at: int
    holder: str | None
    lease_until: int | None
    tries: int
    result: str | None
    fault: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """A task that this worker holds, and its job as it was when the task was taken."""

    job: Job
    task: Task


def waiting(database: Database, *, now: int) -> int:
    """Return how many tasks a worker could take now."""
    with database.reading() as connection:
        return int(connection.execute(select(func.count()).where(_takable(now))).scalar_one())


def claim(database: Database, *, now: int) -> Held | None:
    """Take a lease on the next task and return it; None where none waits. No two callers get the same.

    The lower its number in its job, the sooner: a new job does not wait for all parts of a large one.
    """
    following = select(job_task.c.id).where(_takable(now)).order_by(job_task.c.number, job_task.c.id).limit(1)
    # one that another worker is just taking is passed over; SQLite lets one write at a time
    chosen = following.with_for_update(skip_locked=True).scalar_subquery()
    lease = {"holder": random_keys.draw(), "lease_until": now + _LEASE_SECONDS}
    taken = update(job_task).where(job_task.c.id == chosen).values(state="running", **lease)
    with database.writing() as connection:
        row = connection.execute(taken.values(tries=job_task.c.tries + 1).returning(*job_task.c)).mappings()
        task = next(map(_task, row), None)
        if task is None:
            return None
        found = connection.execute(select(job).where(job.c.id == task.job_id)).mappings().one()
        return Held(job_of(found), task)


def renew(database: Database, held: Held, *, now: int) -> None:
    """Begin the lease anew. Raises LeaseLost."""
    with database.writing() as connection:
        _change(connection, held, {"lease_until": now + _LEASE_SECONDS})


def note(database: Database, held: Held, done: int, total: int, *, now: int) -> None:
    """Store how far a job is that is one task, and begin its lease anew. Raises LeaseLost."""
    with database.writing() as connection:
        _change(connection, held, {"lease_until": now + _LEASE_SECONDS})
        _change_job(connection, held.job.id, {"done": done, "total": total, "heartbeat_at": now})


def split(database: Database, held: Held, parts: Iterable[Mapping[str, str]], *, now: int) -> None:
    """End a job's first task and add the parts that it found, in one act. Raises LeaseLost."""
    new = {"job_id": held.job.id, "step": "part", "state": "queued", "due_at": now, "tries": 0}
    rows = [{**new, "number": number, "payload": encode(part)} for number, part in enumerate(parts, start=1)]
    with database.writing() as connection:
        _change(connection, held, {"state": "done", "result": "", **_LET_GO})
        _change_job(connection, held.job.id, {"total": len(rows), "heartbeat_at": now})
        if rows:
            connection.execute(insert(job_task), rows)
        else:
            _add_packing(connection, held.job.id, now)


def complete(database: Database, held: Held, result: str, *, now: int) -> None:
    """End a part, with its file; after the last one the job is packed. Raises LeaseLost."""
    with database.writing() as connection:
        _change(connection, held, {"state": "done", "result": result, **_LET_GO})
        _change_job(connection, held.job.id, {"done": job.c.done + 1, "heartbeat_at": now})
        _go_on(connection, held.job.id, now)


def finish(
    database: Database,
    held: Held,
    result: str,
    along: Callable[[Connection], None] | None = None,
    *,
    now: int,
) -> None:
    """End the job, with its file; `along` runs in the same transaction. Raises LeaseLost."""
    with database.writing() as connection:
        _change(connection, held, {"state": "done", "result": result, **_LET_GO})
        _change_job(connection, held.job.id, {"state": "done", "result": result, "heartbeat_at": now})
        if along is not None:
            along(connection)


def fail(database: Database, held: Held, fault: str, *, now: int) -> None:
    """Give the task up, with the fault's code; of a part, the others go on. Raises LeaseLost."""
    with database.writing() as connection:
        _change(connection, held, {"state": "failed", "fault": fault, **_LET_GO})
        _end_failed(connection, held.task, fault, now)


def retry(database: Database, held: Held, fault: str, *, now: int) -> bool:
    """Let the task wait and be tried again, or give it up after so many tries; return whether it waits.

    Raises LeaseLost.
    """
    if held.task.tries >= MOST_TRIES:
        fail(database, held, fault, now=now)
        return False
    pause = _FIRST_PAUSE * _LONGER ** (held.task.tries - 1)
    with database.writing() as connection:
        _change(connection, held, {"state": "queued", "due_at": now + pause, **_LET_GO})
    return True


def hand_back(database: Database, held: Held) -> None:
    """Let the task wait again, when its worker stops: not counted as a try. Raises LeaseLost."""
    with database.writing() as connection:
        _change(connection, held, {"state": "queued", "tries": held.task.tries - 1, **_LET_GO})


def requeue_stale(database: Database, *, now: int) -> Sequence[Held]:
    """Let the tasks wait again whose lease ran out, give up those tried too often; return all as they are."""
    over = or_(job_task.c.lease_until <= now, job_task.c.lease_until > now + _SET_BACK_SECONDS)
    stale = and_(job_task.c.state == "running", over)
    with database.reading() as connection:
        if connection.execute(select(job_task.c.id).where(stale).limit(1)).first() is None:
            return ()
    with database.writing() as connection:
        spent = _released(
            connection, and_(stale, job_task.c.tries >= MOST_TRIES), state="failed", fault=ABANDONED
        )
        # once for each job, whatever number of its parts was given up
        for task in {each.job_id: each for each in spent}.values():
            _end_failed(connection, task, ABANDONED, now)
        found = [*spent, *_released(connection, stale, state="queued", due_at=now)]
        own = select(job).where(job.c.id.in_({task.job_id for task in found}))
        jobs = {row["id"]: job_of(row) for row in connection.execute(own).mappings()}
    return tuple(Held(jobs[task.job_id], task) for task in found)


def parts(database: Database, job_id: int, state: str) -> Sequence[Task]:
    """Return the parts of a job that are in a state, in order."""
    own = and_(job_task.c.job_id == job_id, job_task.c.step == "part", job_task.c.state == state)
    with database.reading() as connection:
        rows = connection.execute(select(job_task).where(own).order_by(job_task.c.number)).mappings()
        return tuple(_task(row) for row in rows)


def _takable(now: int) -> ColumnElement[bool]:
    due = or_(job_task.c.due_at <= now, job_task.c.due_at > now + _SET_BACK_SECONDS)
    return and_(job_task.c.state == "queued", due)


def _released(connection: Connection, which: ColumnElement[bool], **values: object) -> list[Task]:
    # what another worker is just changing is passed over, and neither waits for the other
    chosen = select(job_task.c.id).where(which).with_for_update(skip_locked=True)
    own = update(job_task).where(job_task.c.id.in_(chosen))
    changed = own.values(**values, **_LET_GO).returning(*job_task.c)
    return [_task(row) for row in connection.execute(changed).mappings()]


def _change(connection: Connection, held: Held, values: Mapping[str, object]) -> None:
    """Change the task while its lease is this worker's own. Raises LeaseLost."""
    # a worker that was slower than its lease has another's name in the row by now
    own = update(job_task).where(job_task.c.id == held.task.id, job_task.c.holder == held.task.holder)
    if connection.execute(own.values(**values)).rowcount != 1:
        raise LeaseLost(held.job.key)


def _change_job(connection: Connection, job_id: int, values: Mapping[str, object]) -> None:
    connection.execute(update(job).where(job.c.id == job_id, job.c.state == "underway").values(**values))


def _end_failed(connection: Connection, task: Task, fault: str, now: int) -> None:
    """Go on after a task was given up: without that part, or with nothing where it was no part."""
    if task.step == "part":
        _change_job(connection, task.job_id, {"heartbeat_at": now})
        _go_on(connection, task.job_id, now)
    else:
        _change_job(connection, task.job_id, {"state": "failed", "fault": fault, "heartbeat_at": now})


def _go_on(connection: Connection, job_id: int, now: int) -> None:
    """Add the task that packs once no part is left; fail the job where no part was made.

    The caller has changed the job's row: of two parts that end at once the later one waits there, and sees
    the other as it is.
    """
    own = and_(job_task.c.job_id == job_id, job_task.c.step == "part")
    if _exists(connection, own, job_task.c.state.in_(_LEFT)):
        return
    if _exists(connection, own, job_task.c.state == "done"):
        _add_packing(connection, job_id, now)
        return
    first = select(job_task.c.fault).where(own).order_by(job_task.c.number).limit(1)
    fault = connection.execute(first).scalar_one()
    _change_job(connection, job_id, {"state": "failed", "fault": fault, "heartbeat_at": now})


def _exists(connection: Connection, *conditions: ColumnElement[bool]) -> bool:
    return connection.execute(select(job_task.c.id).where(*conditions).limit(1)).first() is not None


def _add_packing(connection: Connection, job_id: int, now: int) -> None:
    last = select(func.max(job_task.c.number)).where(job_task.c.job_id == job_id)
    number = connection.execute(last).scalar_one() + 1
    values = {"number": number, "step": "pack", "payload": encode({}), "state": "queued", "due_at": now}
    connection.execute(insert(job_task).values(job_id=job_id, **values, tries=0))


def _task(row: Mapping[Any, Any]) -> Task:
    return Task(**{**row, "payload": decode(row["payload"])})
