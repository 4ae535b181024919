"""What a worker does every minute without anybody asking.

It closes waves at their date, finishes interrupted sealings, removes what is older than the policy allows,
and releases rounds whose half-year is over.
"""

from collections.abc import Callable
from datetime import date

from instruments.problems import Damaged, Refused
from survey.background import jobs
from survey.collection import lifecycle
from survey.operations import log
from survey.operations.installation import Installation
from survey.publication import rounds
from survey.store.repositories import attempts, sign_ins

_MARK = "last-maintenance"  # an empty file among those of the jobs: its time says when the last run ended


def run(home: Installation, today: date, now: int) -> None:
    """Do once what is due; each part may be interrupted and repeated. `now` is seconds since 1970.

    A part that fails is logged and does not keep the others from being done. The run counts as one
    (`last_run`) unless something failed that nobody foresaw, such as a database that is away.
    """
    log.act_as(log.WORKER)
    long_ago = now - home.policy.retention.sign_ins
    parts: tuple[Callable[[], None], ...] = (
        lambda: _close_due(home, today),
        lambda: _finish_interrupted(home),
        lambda: sign_ins.end_stale(home.database, seen_before=long_ago, began_before=long_ago),
        lambda: attempts.forget_old(home.database, long_ago),
        lambda: jobs.forget_old(home, now),
        lambda: rounds.release_finished(home.database, today, home.policy),
    )
    whole = True
    for part in parts:
        try:
            part()
        except (Refused, Damaged) as error:
            log.fault("maintenance-failed", error.problems)
        except Exception as error:  # noqa: BLE001 - a worker that ends does nothing of what is left
            log.unexpected("maintenance-failed", error)
            whole = False
    if whole:
        (jobs.jobs_folder(home) / _MARK).touch()


def last_run(home: Installation) -> int | None:
    """Return when the last run ended, in seconds since 1970; None where there was none."""
    mark = home.settings.files_directory / _MARK
    return int(mark.stat().st_mtime) if mark.exists() else None


def _close_due(home: Installation, today: date) -> None:
    for wave in lifecycle.close_due(home.database, today):
        log.act("wave-closed", unit=wave.unit_key, wave=wave.key)


def _finish_interrupted(home: Installation) -> None:
    for wave in lifecycle.finish_interrupted(home.database, home.keys):
        event = "sealing-finished" if wave.is_sealed else "abandoning-finished"
        log.act(event, unit=wave.unit_key, wave=wave.key)
