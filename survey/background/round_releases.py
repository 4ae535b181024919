"""The release of a round of many units: ordered by an owner, decided by a worker, told on the round's page.

What is decided is stored in one transaction, so that a worker that is killed has released all of it or none;
whoever takes the task up again finds out which.
"""

from collections.abc import Mapping
from typing import Final

from survey.background.tasks.held_task import HeldTask
from survey.operations.installation import Installation
from survey.publication import round_release, rounds
from survey.publication.rounds import Round, RoundStatus
from survey.store import actor
from survey.store.repositories import jobs
from survey.store.repositories.jobs import Job

KIND: Final = "round-release"
MOST_AT_ONCE: Final = 300  # units decided on while whoever asked for it waits: a second or two
_RELEASED: Final = "released"


def is_large(found: RoundStatus) -> bool:
    """Return whether a release of what is not decided on takes longer than a request may."""
    return found.undecided > MOST_AT_ONCE


def order(home: Installation, unit_key: str, wanted: Round, *, now: int) -> Job:
    """Let a worker release a round for whoever acts now, and return the job; asked for twice, it is one."""
    return jobs.add(home.database, KIND, _named(unit_key, wanted), now=now)


def latest(home: Installation, unit_key: str, wanted: Round) -> Job | None:
    """Return the newest release of a round below a unit that was ordered and is kept, or None."""
    named = _named(unit_key, wanted).items()
    return next((job for job in jobs.of_kind(home.database, KIND) if named <= job.payload.items()), None)


def make(task: HeldTask) -> None:
    """Release what was ordered, unless that was done before its worker could say so."""
    home, asked = task.home, task.job.payload
    wanted = Round(asked["half"], asked["edition"], asked["instrument"])
    found = rounds.round_status(home.database, asked["unit"], wanted)
    if found is not None and found.undecided:
        # the history of the units says who asked for it, and not who did it
        with actor.acting(task.job.ordered_by, home.today):
            round_release.release_round(
                home.database, asked["unit"], wanted, home.policy, home.today, step=task.note
            )
    task.finish(_RELEASED)


def _named(unit_key: str, wanted: Round) -> Mapping[str, str]:
    return {
        "unit": unit_key,
        "half": wanted.half,
        "edition": wanted.edition,
        "instrument": wanted.instrument,
    }
