"""How many jobs there are, and when they last moved: nothing of what they are about."""

from dataclasses import dataclass

from sqlalchemy import case, func, select

from survey.store.database import Database
from survey.store.job_tables import job
from survey.store.repositories.jobs import RIGHT_LOST

_ENDED = ("done", "failed", "undone")


@dataclass(frozen=True, slots=True)
class JobCounts:
    """Counts the jobs that are kept: `underway` those that wait or run, `done` and `failed` the others.

    `oldest` is when the one under way was touched that was touched longest ago, `moved` when any was
    added, worked on or ended last, `failed_at` when one last failed: seconds since 1970, or None without one.
    Those that nobody may order any more are none that failed.
    """

    underway: int
    done: int
    failed: int
    oldest: int | None
    moved: int | None
    failed_at: int | None


def count(database: Database) -> JobCounts:
    """Count them, in one query."""
    state = case((job.c.fault == RIGHT_LOST, "undone"), else_=job.c.state)
    by_state = select(state, func.count(), func.min(job.c.heartbeat_at), func.max(job.c.heartbeat_at))
    with database.reading() as connection:
        rows = connection.execute(by_state.group_by(state)).all()
    underway = [row for row in rows if row[0] not in _ENDED]
    return JobCounts(
        underway=sum(row[1] for row in underway),
        done=sum(row[1] for row in rows if row[0] == "done"),
        failed=sum(row[1] for row in rows if row[0] == "failed"),
        oldest=min((row[2] for row in underway), default=None),
        failed_at=max((row[3] for row in rows if row[0] == "failed"), default=None),
        moved=max((row[3] for row in rows), default=None),
    )
