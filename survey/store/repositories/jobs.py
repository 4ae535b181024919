"""Jobs: long work that somebody asked for, as rows; the tasks that it is split into are `job_tasks`."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from instruments.problems import refuse
from survey.store import random_keys
from survey.store.actor import present
from survey.store.database import Database, searchable
from survey.store.job_tables import job, job_task

ABANDONED = "job-abandoned"
RIGHT_LOST = "order-right-lost"  # nothing is wrong with the service: its orderer may order it no more


@dataclass(frozen=True, slots=True)
class Job:
    """One job, `done` of `total` parts; `result` names a file once done, `fault` a code once failed.

    `payload` is what is to be done, and empty where it cannot be read. `ordered_by` is who asked for it,
    as `survey.store.actor` names them; of several the first.
    """

    id: int
    key: str
    kind: str
    payload: Mapping[str, str]
    ordered_by: str
    state: str
    heartbeat_at: int
    done: int
    total: int
    result: str | None
    fault: str | None

    @property
    def is_underway(self) -> bool:
        """Return whether it has not ended."""
        return self.state == "underway"


def add(database: Database, kind: str, payload: Mapping[str, str], *, now: int) -> Job:
    """Add a job of whoever acts, with its first task; return it, or the one under way of the same work."""
    insert = (sqlite if database.is_sqlite else postgresql).insert
    written = encode(payload)
    values = {"key": random_keys.draw(), "kind": kind, "payload": written, "state": "underway"}
    counts = {"ordered_by": present().name, "heartbeat_at": now, "done": 0, "total": 0}
    first = {"number": 0, "step": "begin", "payload": encode({}), "state": "queued", "due_at": now}
    with database.writing() as connection:
        added = connection.execute(
            insert(job).values(**values, **counts).on_conflict_do_nothing().returning(job.c.id)
        ).scalar_one_or_none()
        if added is not None:
            connection.execute(insert(job_task).values(job_id=added, **first, tries=0))
        same = and_(job.c.kind == kind, job.c.payload == written)
        # in conflict the insert returns nothing, so the row is read, whoever wrote it
        row = connection.execute(select(job).where(same).order_by(job.c.id.desc()).limit(1)).mappings().one()
    return job_of(row)


def by_key(database: Database, key: str) -> Job:
    """Return the job of that key. Raises Refused where there is none."""
    with database.reading() as connection:
        row = connection.execute(select(job).where(job.c.key == searchable(key))).mappings().one_or_none()
    if row is None:
        raise refuse(
            "job-unknown",
            "There is no job with the key “%(key)s”: it may have been removed after its time.",
            "Start it again.",
            place=key,
            key=key[:40],
        )
    return job_of(row)


def of_kind(database: Database, kind: str) -> Sequence[Job]:
    """Return the jobs of a kind that are kept, newest first."""
    with database.reading() as connection:
        rows = connection.execute(select(job).where(job.c.kind == kind).order_by(job.c.id.desc())).mappings()
        return tuple(job_of(row) for row in rows)


def cancel(
    database: Database,
    key: str,
    *,
    now: int,
    fault: str = ABANDONED,
    along: Callable[[Connection], None] = lambda _: None,
) -> None:
    """Mark the job of that key failed where it is under way: whoever holds a task of it lets go of it.

    `along` is done once, in the transaction that ends it.
    """
    own = job_task.c.job_id == select(job.c.id).where(job.c.key == key).scalar_subquery()
    given_up = {"state": "failed", "fault": fault}
    with database.writing() as connection:
        left = update(job_task).where(own, job_task.c.state.in_(("queued", "running")))
        connection.execute(left.values(**given_up, holder=None, lease_until=None))
        ended = update(job).where(job.c.key == key, job.c.state == "underway")
        if connection.execute(ended.values(**given_up, heartbeat_at=now)).rowcount:
            along(connection)


def rename_orderer(connection: Connection, before: str, after: str) -> None:
    """Let the jobs that somebody ordered go on under a new address, in the caller's transaction."""
    connection.execute(update(job).where(job.c.ordered_by == before).values(ordered_by=after))


def ended(database: Database, *, before: int) -> Sequence[str]:
    """Return the keys of the jobs that ended before that time."""
    old = and_(job.c.state != "underway", job.c.heartbeat_at < before)
    with database.reading() as connection:
        return tuple(connection.execute(select(job.c.key).where(old).order_by(job.c.id)).scalars())


def forget(database: Database, key: str) -> None:
    """Remove the job of that key with its tasks, unless it is under way."""
    over = select(job.c.id).where(job.c.key == key, job.c.state != "underway")
    with database.writing() as connection:
        found = connection.execute(over).scalar_one_or_none()
        connection.execute(delete(job_task).where(job_task.c.job_id == found))
        connection.execute(delete(job).where(job.c.id == found))


def job_of(row: Mapping[Any, Any]) -> Job:
    """Return the job that a row holds."""
    return Job(**{**row, "payload": decode(row["payload"])})


def encode(payload: Mapping[str, str]) -> str:
    """Return what is to be done as text. Equal work is found by equal text."""
    return json.dumps(dict(payload), sort_keys=True, ensure_ascii=True)


def decode(written: str) -> Mapping[str, str]:
    """Return the payload; where it is damaged an empty one, so that no other job is lost with it."""
    try:
        found = json.loads(written)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
