"""Whether editions of a questionnaire may be compared: found by a worker whenever their pools have changed.

A page that shows totals of several editions asks what was found, and fits nothing.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from itertools import chain, combinations
from typing import Final

from instruments.problems import Damaged, Unavailable
from survey import job_files
from survey.background.tasks.held_task import HeldTask
from survey.operations.installation import Installation
from survey.publication import comparability
from survey.store.repositories import jobs
from survey.store.repositories.jobs import Job

KIND: Final = "edition-verdict"
_FOUND: Final = "verdict.json"
_MOST_AT_ONCE: Final = 5  # editions: of more only pairs are tried, which are asked for most


def due(home: Installation) -> Iterator[Mapping[str, str]]:
    """Yield what is to be ordered: each questionnaire and set of its editions without a verdict."""
    known = {_named(job.payload) for job in jobs.of_kind(home.database, KIND)}
    for instrument, editions in comparability.pooled_editions(home.database, home.today).items():
        sizes = range(2, len(editions) + 1) if len(editions) <= _MOST_AT_ONCE else (2,)
        for chosen in (each for size in sizes for each in combinations(sorted(editions), size)):
            payload = _payload(home, instrument, chosen)
            if _named(payload) not in known:
                yield payload


def order(home: Installation, payload: Mapping[str, str], *, now: int) -> None:
    """Let a worker find out what `due` has named."""
    jobs.add(home.database, KIND, payload, now=now)


def found(home: Installation, instrument: str, editions: Collection[str]) -> bool | None:
    """Return whether means of these editions may be compared; None where that is not found out yet.

    They may not where one of them has no pool.
    """
    pooled = comparability.pooled_editions(home.database, home.today).get(instrument, frozenset())
    if not pooled.issuperset(editions):
        return False
    wanted = _named(_payload(home, instrument, editions))
    for job in jobs.of_kind(home.database, KIND):
        if _named(job.payload) == wanted:
            return None if job.is_underway else _read(home, job)
    return None


def make(task: HeldTask) -> None:
    """Fit the models of what was ordered, and keep the verdict."""
    home, asked = task.home, task.job.payload
    task.note(0, 1)
    means = comparability.editions_comparable(
        home.database,
        home.keys,
        home.policy,
        home.today,
        instrument=asked["instrument"],
        editions=asked["editions"].split(),
    )
    written = json.dumps({"means": means}).encode()
    task.folder.write({_FOUND: written})
    task.note(1, 1)
    task.finish(_FOUND)


def _payload(home: Installation, instrument: str, editions: Collection[str]) -> Mapping[str, str]:
    groups = comparability.of_editions(home.database, instrument, editions)
    state = comparability.state_of(chain.from_iterable(groups), home.keys, home.policy)
    return {"instrument": instrument, "editions": " ".join(sorted(editions)), "state": state}


def _named(payload: Mapping[str, str]) -> tuple[str | None, ...]:
    return tuple(payload.get(name) for name in ("instrument", "editions", "state"))


def _read(home: Installation, job: Job) -> bool:
    """Return what was found; where nothing could be, editions may not be compared."""
    try:
        written = json.loads(job_files.at(home.settings).folder(job.key).file(_FOUND).read())
    except (OSError, ValueError, Damaged, Unavailable):
        return False
    return bool(written == {"means": True})
