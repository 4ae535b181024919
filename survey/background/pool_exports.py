"""Data files of pools: ordered by a researcher, made by a worker, and found by every researcher.

A file is of what is released of each pool by itself, and goes with the first of its pools.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reports.exports import POOL_TABLES
from reports.results import pool_validity
from survey import job_files
from survey.background import data_files
from survey.background.data_files import FileLayout, Made
from survey.background.tasks.held_task import HeldTask
from survey.operations.installation import Installation
from survey.publication import pool_release
from survey.publication.research.extraction import extraction
from survey.store.repositories import jobs
from survey.store.repositories.jobs import Job

KIND: Final = "pool-export"


@dataclass(frozen=True, slots=True)
class PoolOrder:
    """Say what is wanted: the rows, of which pools, and how their file is laid out."""

    rows: str
    pools: tuple[str, ...]
    layout: FileLayout

    @classmethod
    def of(cls, job: Job) -> "PoolOrder":
        """Return the order that a job is."""
        return cls(job.payload["rows"], tuple(job.payload["pools"].split()), FileLayout.of(job))

    def payload(self) -> Mapping[str, str]:
        """Return the order as a job's row holds it."""
        return {"pools": " ".join(self.pools), "rows": self.rows, **self.layout.payload()}


def place(home: Installation, order: PoolOrder, *, now: int) -> Job:
    """Add the job and return it, or the same one under way.

    Raises Refused: `pool-unknown`, `pools-twice`, `pool-unreleased`.
    """
    pool_validity.require_apart(order.pools)
    for key in order.pools:
        pool_release.released_pool(home.database, home.keys, home.policy, key, home.today)
    return jobs.add(home.database, KIND, order.payload(), now=now)


def kept(home: Installation) -> Sequence[Job]:
    """Return the orders of pools that are all still there, newest first."""
    known = _known(home)
    return [job for job in jobs.of_kind(home.database, KIND) if known.issuperset(PoolOrder.of(job).pools)]


def ended(home: Installation) -> Sequence[Job]:
    """Return the orders with a pool whose time is over: nobody is shown them."""
    found = jobs.of_kind(home.database, KIND)
    known = _known(home) if found else frozenset()
    return [job for job in found if not known.issuperset(PoolOrder.of(job).pools)]


def made(home: Installation, job: Job) -> Made | None:
    """Return what an order became, while its file is kept."""
    return data_files.found(job_files.at(home.settings).folder(job.key), job)


def make(task: HeldTask) -> None:
    """Write what was ordered, and its codebook."""
    home, order = task.home, PoolOrder.of(task.job)
    total, released = len(order.pools) + 1, []
    for done, key in enumerate(order.pools):
        task.note(done, total)
        released.append(pool_release.released_pool(home.database, home.keys, home.policy, key, home.today))
    task.note(len(order.pools), total)
    table = POOL_TABLES[order.rows](released, home.policy)
    how = extraction(home.today, home.policy, home.settings.data_licence)
    name = data_files.write(task.folder, table, order.layout, how, "pools", order.rows)
    task.note(total, total)
    task.finish(name)


def _known(home: Installation) -> frozenset[str]:
    return frozenset(name.key for name, _ in pool_release.pool_names(home.database, home.today))
