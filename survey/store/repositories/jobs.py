"""Jobs: long work as rows that workers hold by a lease; the row is the truth, whoever runs."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from instruments.problems import refuse
from survey.store.database import Database, searchable
from survey.store.tables import job

_LEASE_SECONDS = 120
# a step that killed so many workers is taken to kill the next one too
_MOST_TRIES = 5
ABANDONED = "job-abandoned"


class LeaseLost(Exception):
    """Another worker may hold the job by now: this one lets go of it."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job, `done` of `total` steps; `result` names a file once done, `fault` a code once failed.

    `payload` is what is to be done, and empty where it cannot be read.
    """

    id: int
    key: str
    kind: str
    payload: Mapping[str, str]
    state: str
    holder: str | None
    lease_until: int | None
    heartbeat_at: int
    tries: int
    done: int
    total: int
    result: str | None
    fault: str | None

    @property
    def is_underway(self) -> bool:
        """Return whether it still waits or runs."""
        return self.state in {"queued", "running"}


def add(database: Database, kind: str, payload: Mapping[str, str], *, now: int) -> Job:
    """Queue a new job and return it, or the one under way that does the same work."""
    insert = (sqlite if database.is_sqlite else postgresql).insert
    written = _written(payload)
    values = {"key": secrets.token_hex(8), "kind": kind, "payload": written, "state": "queued"}
    counts = {"heartbeat_at": now, "tries": 0, "done": 0, "total": 0}
    with database.writing() as connection:
        connection.execute(insert(job).values(**values, **counts).on_conflict_do_nothing())
        same = and_(job.c.kind == kind, job.c.payload == written)
        # in conflict the insert returns nothing, so the row is read, whoever wrote it
        return _value(connection.execute(select(job).where(same).order_by(job.c.id.desc()).limit(1)).one())


def by_key(database: Database, key: str) -> Job:
    """Return the job of that key. Raises Refused where there is none."""
    with database.reading() as connection:
        row = connection.execute(select(job).where(job.c.key == searchable(key))).one_or_none()
    if row is None:
        raise refuse(
            "job-unknown",
            "There is no job with the key “%(key)s”: it may have been removed after its time.",
            "Start it again.",
            place=key,
            key=key[:40],
        )
    return _value(row)


def latest(database: Database, kind: str, payload: Mapping[str, str]) -> Job | None:
    """Return the newest job that does this work; None where there is none."""
    same = and_(job.c.kind == kind, job.c.payload == _written(payload))
    with database.reading() as connection:
        row = connection.execute(select(job).where(same).order_by(job.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _value(row)


def of_kind(database: Database, kind: str) -> Sequence[Job]:
    """Return the jobs of a kind that are kept, newest first."""
    with database.reading() as connection:
        rows = connection.execute(select(job).where(job.c.kind == kind).order_by(job.c.id.desc()))
        return tuple(_value(row) for row in rows)


def queued(database: Database) -> Sequence[str]:
    """Return the keys of the jobs that wait for a worker, oldest first."""
    with database.reading() as connection:
        waiting = select(job.c.key).where(job.c.state == "queued").order_by(job.c.id)
        return tuple(connection.execute(waiting).scalars())


def claim(database: Database, key: str, *, now: int) -> Job | None:
    """Take a lease on the job and return it; None where it is not queued: only one of two callers gets it."""
    lease = {"holder": secrets.token_hex(8), "lease_until": now + _LEASE_SECONDS, "heartbeat_at": now}
    # the condition is in the statement, so that only one of two workers changes the row
    taken = update(job).where(job.c.key == key, job.c.state == "queued")
    with database.writing() as connection:
        row = connection.execute(
            taken.values(state="running", tries=job.c.tries + 1, **lease).returning(*job.c)
        ).one_or_none()
    return None if row is None else _value(row)


def progress(database: Database, held: Job, done: int, total: int, *, now: int) -> None:
    """Store how far the job is, and renew its lease. Raises LeaseLost."""
    # a step forward shows that the job does not kill its workers
    advanced = {"tries": 0} if done > 0 else {}
    lease = {"lease_until": now + _LEASE_SECONDS, "heartbeat_at": now}
    _change(database, held, {"done": done, "total": total, **lease, **advanced})


def finish(
    database: Database, held: Job, result: str, along: Callable[[Connection], None] | None = None, *, now: int
) -> None:
    """Mark the job done, with its file; `along` runs in the same transaction. Raises LeaseLost."""
    _change(database, held, {"state": "done", "result": result, "heartbeat_at": now, **_LET_GO}, along)


def fail(database: Database, held: Job, fault: str, *, now: int) -> None:
    """Mark the job failed, with the fault's code. Raises LeaseLost."""
    _change(database, held, {"state": "failed", "fault": fault, "heartbeat_at": now, **_LET_GO})


def hand_back(database: Database, held: Job, *, now: int) -> None:
    """Queue the job again, when its worker stops: not counted as a try. Raises LeaseLost."""
    _change(database, held, {"state": "queued", "tries": 0, "heartbeat_at": now, **_LET_GO})


def cancel(database: Database, key: str, *, now: int) -> None:
    """Mark the job of that key failed where it waits or runs: whoever holds it lets go at its next step."""
    underway = update(job).where(job.c.key == key, job.c.state.in_(("queued", "running")))
    with database.writing() as connection:
        connection.execute(underway.values(state="failed", fault=ABANDONED, heartbeat_at=now, **_LET_GO))


def requeue_stale(database: Database, *, now: int) -> Sequence[Job]:
    """Queue the jobs again whose lease ran out, fail those tried too often; return both as they now are."""
    stale = and_(job.c.state == "running", job.c.lease_until <= now)
    with database.writing() as connection:
        spent = _ended(connection, and_(stale, job.c.tries >= _MOST_TRIES), state="failed", fault=ABANDONED)
        return (*spent, *_ended(connection, stale, state="queued"))


def ended(database: Database, *, before: int) -> Sequence[str]:
    """Return the keys of the jobs that ended before that time."""
    old = and_(job.c.state.in_(("done", "failed")), job.c.heartbeat_at < before)
    with database.reading() as connection:
        return tuple(connection.execute(select(job.c.key).where(old).order_by(job.c.id)).scalars())


def forget(database: Database, key: str) -> None:
    """Remove the job of that key, unless it is under way."""
    over = job.c.state.in_(("done", "failed"))
    with database.writing() as connection:
        connection.execute(delete(job).where(job.c.key == key, over))


_LET_GO: Mapping[str, object] = {"holder": None, "lease_until": None}


def _ended(connection: Connection, which: ColumnElement[bool], **values: str) -> Sequence[Job]:
    changed = update(job).where(which).values(**values, **_LET_GO).returning(*job.c)
    return tuple(_value(row) for row in connection.execute(changed))


def _change(
    database: Database,
    held: Job,
    values: Mapping[str, object],
    along: Callable[[Connection], None] | None = None,
) -> None:
    """Change the job while its lease is this worker's own, together with what goes along."""
    with database.writing() as connection:
        # a worker that was slower than its lease has another's name in the row by now
        own = update(job).where(job.c.id == held.id, job.c.holder == held.holder)
        if connection.execute(own.values(**values)).rowcount != 1:
            raise LeaseLost(held.key)
        if along is not None:
            along(connection)


def _written(payload: Mapping[str, str]) -> str:
    # sorted, because equal work is found by equal text
    return json.dumps(dict(payload), sort_keys=True, ensure_ascii=True)


def _value(row: Row[tuple[object, ...]]) -> Job:
    found = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return Job(**{**found, "payload": _read(str(found["payload"]))})


def _read(written: str) -> Mapping[str, str]:
    """Return the payload; where it is damaged an empty one, so that no other job is lost with it."""
    try:
        found = json.loads(written)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
