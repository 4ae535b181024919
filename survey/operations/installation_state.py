"""How an installation stands: for the operator's page and for monitoring programs.

Nothing of it moves when somebody answers, however often it is looked at: whoever could see an answer arrive
would know whose it is (docs/decisions/0138).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlalchemy.exc import DBAPIError

from instruments.problems import Damaged, Refused, Unavailable
from survey import job_files
from survey.operations import health, marks
from survey.operations.installation import Installation
from survey.operations.marks import Mark
from survey.operations.verification import directories
from survey.store import clock, schema
from survey.store.repositories import job_counts, waves
from survey.store.repositories.job_counts import JobCounts
from survey.store.tables import WaveState

CERTIFICATE_DAYS: Final = 14  # before its end somebody has to be told
LONGEST_WAIT_SECONDS: Final = 10 * 60  # in which no job moves, while some are under way
BACKUP_DAYS: Final = 3
_CLOCK_STEP = 5  # seconds, wider than any request takes
_DAY_SECONDS = 24 * 60 * 60

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class InstallationState:
    """Says how an installation stands at `now`, in seconds since 1970; None is what could not be found out.

    `checks` are those of `health`. `revision` is that of the tables, `round` and `backup` the last ones with
    what was found, `certificate` what was found when it was last looked at. `free` is the room on the disk of
    each directory by its name, in bytes and in steps that double. `clock` is how many seconds the
    database's clock is ahead of this machine's, in steps of five.
    """

    now: int
    checks: Mapping[str, str]
    revision: str | None
    round: Mark | None
    backup: Mark | None
    certificate: Mark | None
    time_zone: str
    jobs: JobCounts | None
    waves: Mapping[WaveState, int] | None
    free: Mapping[str, int]
    clock: int | None

    @property
    def has_readable_marks(self) -> bool:
        """Return whether a mark that is None was never made, rather than lies in a bucket that fails."""
        return self.checks.get("files", health.OK) == health.OK

    @property
    def certificate_ends(self) -> int | None:
        """Return when the certificate ends, in seconds since 1970; None where that is not known."""
        found = None if self.certificate is None else self.certificate.found.get("ends")
        return found if isinstance(found, int) else None

    @property
    def outcomes(self) -> Mapping[str, str]:
        """Return each part that is looked at with OK or the code of what is wrong with it."""
        return {
            **self.checks,
            "rounds": _first({"rounds-failed": bool(self._of_round("refused"))}),
            "pools": _first({"batches-wait": bool(self._of_round("pool_batches"))}),
            "jobs": _first({"jobs-wait": self._jobs_wait, "jobs-failed": self._jobs_fail}),
            "time_zone": _first({"zone-differs": self._of_round("time_zone") not in {None, self.time_zone}}),
            "certificate": self._certificate_outcome,
            "backup": _first({"backup-old": self._age(self.backup) > BACKUP_DAYS * _DAY_SECONDS}),
        }

    def _of_round(self, name: str) -> object:
        return None if self.round is None else self.round.found.get(name)

    def _age(self, mark: Mark | None) -> int:
        return 0 if mark is None else self.now - mark.at

    @property
    def _jobs_wait(self) -> bool:
        # however long the queue is: while a worker is at work, one of them moves
        moved = self.jobs.moved if self.jobs and self.jobs.underway else None
        return moved is not None and self.now - moved > LONGEST_WAIT_SECONDS

    @property
    def _jobs_fail(self) -> bool:
        last = self.jobs.failed_at if self.jobs else None
        return last is not None and self.now - last < _DAY_SECONDS

    @property
    def _certificate_outcome(self) -> str:
        found = {} if self.certificate is None else self.certificate.found
        ends = self.certificate_ends
        return _first(
            {
                "certificate-refused": found.get("fault") == "refused",
                "certificate-ends": ends is not None and ends - self.now < CERTIFICATE_DAYS * _DAY_SECONDS,
            }
        )


def look(home: Installation, now: int) -> InstallationState:
    """Find out how the installation stands; what cannot be found out is left out and keeps nothing else."""
    settings, database = home.settings, home.database
    files = job_files.at(settings)
    last = marks.read(files, marks.ROUND)
    return InstallationState(
        now=now,
        checks=health.check(home, None if last is None else last.at, now),
        revision=_found(lambda: _revision(home)),
        round=last,
        backup=marks.read(files, marks.BACKUP),
        certificate=marks.read(files, marks.CERTIFICATE),
        time_zone=settings.time_zone.key,
        jobs=_found(lambda: job_counts.count(database)),
        waves=_found(lambda: waves.count_by_state(database)),
        free=_found(lambda: _free(home)) or {},
        clock=_found(lambda: _in_steps(clock.seconds(database) - now)),
    )


def doubling_step(free: int) -> int:
    """Return the largest power of two that is no more than so many bytes; 0 for none."""
    return 1 << (free.bit_length() - 1) if free else 0


def _free(home: Installation) -> Mapping[str, int]:
    found = directories.free_bytes(home.settings)
    names = {home.settings.keys: "keys", home.settings.files_directory: "files"}
    # a database's rows are among what fills its disk: only a coarse step of it is told
    return {names.get(path, "database"): doubling_step(free) for path, free in found.items()}


def _revision(home: Installation) -> str:
    with home.database.reading() as connection:
        return schema.revision(connection)


def _in_steps(difference: int) -> int:
    return round(difference / _CLOCK_STEP) * _CLOCK_STEP


def _first(faults: Mapping[str, bool]) -> str:
    return next((code for code, is_so in faults.items() if is_so), health.OK)


def _found(look: Callable[[], _Found]) -> _Found | None:
    """Return what is found; None where the database or a disk cannot be read, which `checks` says."""
    try:
        return look()
    except (Refused, Damaged, Unavailable, DBAPIError, OSError):
        return None
