"""What a worker does every minute without anybody asking.

It closes waves at their date, finishes what was interrupted, removes what is older than the policy allows,
adds full batches to their pools and orders what follows from them, releases rounds whose half-year is over,
and computes anew what was released by other rules.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from enum import Enum
from functools import partial
from typing import Final

from instruments.problems import Damaged, Refused, Unavailable
from survey import job_files
from survey.background import edition_verdicts, jobs
from survey.collection import lifecycle, pool_batches, removal, retention
from survey.operations import log, marks, shared_rules
from survey.operations.installation import Installation
from survey.publication import figure_renewal, round_release
from survey.store import actor
from survey.store.repositories import (
    access_history,
    attempts,
    held_key_shares,
    lost_factors,
    released_figures,
    role_endings,
    sign_ins,
    studies,
)
from survey.store.repositories.pools import Pool
from survey.store.repositories.waves import Wave
from survey.unit_import import held_sheets

_Act = Callable[[], None]
_RENEWING_SECONDS: Final = 30.0  # in a run: pages compute what is not renewed, and nothing else has to wait


class _Outcome(Enum):
    DONE = "done"
    REFUSED = "refused"
    UNFORESEEN = "unforeseen"


def run(home: Installation, today: date, now: int, *, is_dated: bool = True) -> None:
    """Do once what is due; each act may be interrupted and repeated. `now` is seconds since 1970.

    Without `is_dated` nothing is done that follows from the date or the time, of which there is a doubt.
    An act that fails is logged and does not keep the others from being done. The run counts as one
    (`last_run`) unless something failed that nobody foresaw. Raises Unavailable where the database is away:
    then nothing more can be done, and all is begun again in the next run.
    """
    log.act_as(log.WORKER)
    long_ago = now - home.policy.retention.sign_ins
    roleless_ago = now - home.policy.retention.accounts_without_role
    lost_ago = now - home.policy.second_factors.lost
    history_ago = now - home.policy.retention.access_history
    # one act for each wave and round, so that a damaged one is nobody else's trouble
    begun: tuple[Callable[[], Iterator[_Act]], ...] = (
        lambda: _destructions(home),
        lambda: iter([lambda: _finish_removals(home)]),
        lambda: _full_pools(home),
        lambda: _verdicts(home, now),  # after batches were added
        lambda: _renewals(home),
    )
    dated: tuple[Callable[[], Iterator[_Act]], ...] = (
        lambda: _closings(home, home.settings.date_at(now - home.policy.retention.unsent_answers)),
        lambda: _endings(home, today),
        lambda: iter(
            [lambda: sign_ins.end_stale(home.database, seen_before=long_ago, began_before=long_ago)]
        ),
        lambda: iter([lambda: role_endings.end_due_roles(home.database, today, by=log.WORKER, now=now)]),
        lambda: iter([lambda: role_endings.forget_roleless(home.database, roleless_ago)]),
        lambda: iter([lambda: attempts.forget_old(home.database, long_ago)]),
        lambda: iter([lambda: lost_factors.forget_old(home.database, lost_ago)]),
        lambda: iter([lambda: access_history.forget_old(home.database, history_ago)]),
        lambda: iter([lambda: held_key_shares.forget_old(home.database, now)]),
        lambda: iter([lambda: held_sheets.forget_old(home.settings, long_ago)]),
        lambda: _outdated_pools(home, today),
        lambda: iter([lambda: studies.end_over(home.database, today)]),
        lambda: jobs.removals(home, now),
        lambda: _releases(home, today),
    )
    parts = (*dated, *begun) if is_dated else begun
    # counted in full, because every act is done whatever became of those before it
    with actor.acting(log.WORKER, today):
        outcomes = Counter(_outcome(act) for part in parts for act in _acts(part))
    if not outcomes[_Outcome.UNFORESEEN]:
        _outcome(partial(_note_run, home, outcomes[_Outcome.REFUSED]))


def last_run(home: Installation) -> int | None:
    """Return when the last run ended, in seconds since 1970; None where there was none."""
    mark = marks.read(job_files.at(home.settings), marks.ROUND)
    return None if mark is None else mark.at


def _note_run(home: Installation, refused: int) -> None:
    found = {
        "refused": refused,
        # after the run has added what was full: none is left, unless it could not be added
        "pool_batches": len(pool_batches.full(home.database, home.policy)),
        "figures_left": released_figures.count_outdated(home.database, home.policy),
        "time_zone": home.settings.time_zone.key,
    }
    marks.write(job_files.at(home.settings), marks.ROUND, found)


def _acts(part: Callable[[], Iterator[_Act]]) -> Iterator[_Act]:
    """Yield what a part has to do; where that cannot be found out, an act that fails as that did."""
    try:
        yield from part()
    except Exception as error:  # noqa: BLE001 - logged with the acts, by whoever does this one
        yield partial(_fail, error)


def _fail(error: Exception) -> None:
    raise error


def _outcome(act: _Act) -> _Outcome:
    """Do it and log why it failed, if it did; return how it ended."""
    try:
        act()
    except Unavailable as error:
        if any(each.code != job_files.AWAY for each in error.problems):
            raise
        # only files: everything else is done, and the log says once that they are away
        return _Outcome.REFUSED
    except (Refused, Damaged) as error:
        log.fault("maintenance-failed", error.problems)
        return _Outcome.REFUSED
    except Exception as error:  # noqa: BLE001 - a worker that ends does nothing of what is left
        log.unexpected("maintenance-failed", error)
        return _Outcome.UNFORESEEN
    return _Outcome.DONE


def _closings(home: Installation, closing_day: date) -> Iterator[_Act]:
    for wave in lifecycle.due(home.database, closing_day):
        yield partial(_close, home, wave, closing_day)


def _close(home: Installation, wave: Wave, closing_day: date) -> None:
    if lifecycle.close_due(home.database, wave.key, closing_day):
        log.act("wave-closed", unit=wave.unit_key, wave=wave.key)


def _destructions(home: Installation) -> Iterator[_Act]:
    for wave in lifecycle.interrupted(home.database, home.keys):
        yield partial(_finish_interrupted, home, wave)


def _endings(home: Installation, today: date) -> Iterator[_Act]:
    for wave in retention.over(home.database, today):
        yield partial(_end, home, wave)


def _end(home: Installation, wave: Wave) -> None:
    retention.end(home.database, home.keys, wave)
    log.act("wave-removed", unit=wave.unit_key, wave=wave.key)


def _finish_removals(home: Installation) -> None:
    wave_keys = removal.interrupted(home.database, home.keys)
    removal.finish(home.database, home.keys, wave_keys)
    for key in sorted(set(wave_keys) - home.keys.marked()):
        log.act("removal-finished", wave=key)


def _finish_interrupted(home: Installation, wave: Wave) -> None:
    lifecycle.destroy_remains(home.database, home.keys, wave.key)
    if home.keys.remaining(wave.key):
        return  # a copy of its keys is away, which was logged
    event = "sealing-finished" if wave.is_sealed else "abandoning-finished"
    log.act(event, unit=wave.unit_key, wave=wave.key)


def _releases(home: Installation, today: date) -> Iterator[_Act]:
    for unit_key, wanted in round_release.finished_rounds(home.database, today):
        yield partial(round_release.release_readable, home.database, unit_key, wanted, home.policy, today)


def _outdated_pools(home: Installation, today: date) -> Iterator[_Act]:
    for each in pool_batches.outdated(home.database, home.policy, today):
        yield partial(_end_pool, home, each, today)


def _full_pools(home: Installation) -> Iterator[_Act]:
    for each in pool_batches.unfinished(home.database):
        yield partial(pool_batches.finish, home.database, home.keys, each.identity.key)
    for each in pool_batches.full(home.database, home.policy):
        yield partial(_add_batch, home, each)


def _verdicts(home: Installation, now: int) -> Iterator[_Act]:
    for each in edition_verdicts.due(home):
        yield partial(edition_verdicts.order, home, each, now=now)


def _renewals(home: Installation) -> Iterator[_Act]:
    if shared_rules.is_policy_replaced(home.rules, home.database):
        return  # two workers would undo each other's work for ever: whoever was started last does it
    ends = time.monotonic() + _RENEWING_SECONDS
    left = released_figures.count_outdated(home.database, home.policy)
    for batch in figure_renewal.batches(home.database, home.policy):
        if time.monotonic() >= ends:
            return
        left -= len(batch)
        yield partial(_renew, home, batch, left)


def _renew(home: Installation, groups: Sequence[int], left: int) -> None:
    figure_renewal.renew(home.database, groups, home.policy)
    log.act("figures-renewed", groups=len(groups), left=left)


def _end_pool(home: Installation, pool: Pool, today: date) -> None:
    pool_batches.end(home.database, home.keys, home.policy, pool.identity.key, today)
    log.act("pool-ended", pool=pool.identity.key)


def _add_batch(home: Installation, pool: Pool) -> None:
    if pool_batches.add_batch(home.database, home.keys, home.policy, pool.identity.key):
        log.act("batch-added", pool=pool.identity.key)
