"""A task of a job in the hands of the worker that does it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from survey.job_files import Folder
from survey.operations.installation import Installation
from survey.store.repositories import job_tasks
from survey.store.repositories.job_tasks import Held
from survey.store.repositories.jobs import Job


class Stopped(Exception):
    """Says that the worker was asked to end, and the task waits for another."""


@dataclass(frozen=True, slots=True)
class HeldTask:
    """A task that this worker holds: what it is of, where its files go, and how it is ended.

    `stopping` says whether the worker was asked to end, `seconds` what time it is; `require_right` raises
    where whoever ordered the job may order it no more, which is looked at with every step. Whatever changes
    the task raises LeaseLost where another worker may hold it by now.
    """

    home: Installation
    held: Held
    folder: Folder
    stopping: Callable[[], bool]
    seconds: Callable[[], int]
    require_right: Callable[[], None]

    @property
    def job(self) -> Job:
        """Return the job that the task is of."""
        return self.held.job

    @property
    def asked(self) -> Mapping[str, str]:
        """Return what this part of the job is."""
        return self.held.task.payload

    @property
    def holder(self) -> str:
        """Return a name for files that no other worker's replace."""
        return str(self.held.task.holder)

    def note(self, done: int, total: int) -> None:
        """Store how far a job of one task is, which renews the lease. Raises as `go_on` does."""
        job_tasks.note(self.home.database, self.held, done, total, now=self.seconds())
        self.go_on()

    def go_on(self) -> None:
        """Raise Stopped where the worker was asked to end, OrderRightLost where the job is nobody's order."""
        self.require_right()
        if self.stopping():
            raise Stopped

    def renew(self) -> None:
        """Begin the lease anew, in the middle of what takes long. Raises as `go_on` does."""
        job_tasks.renew(self.home.database, self.held, now=self.seconds())
        self.go_on()

    def split(self, parts: Iterable[Mapping[str, str]]) -> None:
        """End the task: the job consists of these parts."""
        job_tasks.split(self.home.database, self.held, parts, now=self.seconds())

    def complete(self, result: str) -> None:
        """End a part, which is this file."""
        job_tasks.complete(self.home.database, self.held, result, now=self.seconds())

    def finish(self, result: str, along: Callable[[Connection], None] | None = None) -> None:
        """End the whole job, which made this file; `along` is stored in the same transaction."""
        job_tasks.finish(self.home.database, self.held, result, along, now=self.seconds())
