"""What has to happen without anybody asking.

Waves close at their date, interrupted sealings are finished, and rounds that are over are released.
"""

from collections.abc import Callable, Iterator
from datetime import date

from instruments.problems import Damaged, Refused
from survey.background import jobs
from survey.collection import sealing
from survey.operations.installation import Installation
from survey.publication import rounds
from survey.store.repositories import attempts, sign_ins
from survey.store.repositories.waves import Wave

MARK = "last-round"  # an empty file among those of the jobs; its time is the last round's


def run(home: Installation, today: date, now: int) -> Iterator[str]:
    """One round, told line by line; each part is safe to repeat and to be interrupted.

    `now` is seconds since 1970. A part that fails is told and does not stop the others.
    """
    long_ago = now - home.policy.retention.sign_ins
    parts: tuple[tuple[str, Callable[[], object]], ...] = (
        ("closed", lambda: _keys(sealing.close_due(home.database, today))),
        (
            "finished sealing",
            lambda: _keys(sealing.finish_interrupted(home.database, home.keys, home.policy)),
        ),
        (
            "",
            lambda: sign_ins.end_stale(home.database, seen_before=long_ago, began_before=long_ago),
        ),
        ("", lambda: attempts.forget_old(home.database, long_ago)),
        ("", lambda: jobs.forget_old(home, now)),
        ("", lambda: rounds.release_finished(home.database, today, home.policy)),
        ("", lambda: _mark(home)),
    )
    for done, part in parts:
        try:
            result = part()
        except (Refused, Damaged) as refused:
            yield from map(str, refused.problems)
        else:
            if done and result:
                yield f"{done}: {result}"


def _mark(home: Installation) -> None:
    """Note that a round was done."""
    (jobs.jobs_folder(home) / MARK).touch()


def last_run(home: Installation) -> int | None:
    """When the last round ended, in seconds since 1970; None where none has."""
    mark = home.settings.files_directory / MARK
    return int(mark.stat().st_mtime) if mark.exists() else None


def _keys(waves: tuple[Wave, ...]) -> str:
    return ", ".join(wave.key for wave in waves)
