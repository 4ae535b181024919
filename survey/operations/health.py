"""Whether an installation works now, in a few milliseconds: for machines that ask every minute."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from sqlalchemy.exc import DBAPIError

from instruments.problems import Damaged, Problem, Refused, Unavailable
from survey import job_files
from survey.collection import key_copies
from survey.operations import (
    bucket_state,
    clock_jumps,
    marks,
    queue_state,
    shared_rules,
    shared_values,
    wave_key_looks,
)
from survey.operations.installation import Installation
from survey.operations.verification import directories
from survey.settings import Settings
from survey.store import clock, schema
from survey.store.repositories import waves

OK = "ok"
# without maintenance for so long, something is wrong with the worker
LONGEST_PAUSE_SECONDS = 10 * 60
MOST_CLOCK_SECONDS = 30  # between the clocks of two machines, or of one before and after


def check(home: Installation, maintained: int | None, now: int) -> Mapping[str, str]:
    """Return what was looked at, each with OK or the code of what is wrong; no path, no count, no name.

    The database answers and has our schema, the key directory is there and ours and has keys of every open
    wave, which were its own when the worker last looked, a worker did its maintenance lately, the disks have
    room, the clock agrees with the database's and with what was noted by it, a queue or bucket that is named
    can be used, and where there can be several machines this one shares what it has to, and has the rules
    that they have.
    `maintained` is when it did, `now` the time, both in seconds since 1970.
    `verification` is the thorough one.
    """
    if not home.is_ready:
        return {"database": _outcome(partial(_not_ready, home))}
    parts: Mapping[str, Callable[[], str]] = {
        "database": partial(_database, home),
        "keys": partial(_keys, home),
        "worker": partial(_worker, home, maintained, now),
        "disk": partial(_first, home, directories.disk_problems),
        "clock": partial(_clock, home, maintained, now),
    }
    if home.settings.bucket:
        parts = {**parts, "files": partial(_first, home, bucket_state.recent_problems)}
    if home.settings.queue:
        parts = {**parts, "queue": partial(_first, home, queue_state.problems)}
    if home.settings.may_have_machines:
        parts = {**parts, "machines": partial(_machines, home)}
    return {name: _outcome(part) for name, part in parts.items()}


def _outcome(part: Callable[[], str]) -> str:
    try:
        return part()
    except (Refused, Damaged, Unavailable) as error:
        return error.problems[0].code
    except (DBAPIError, OSError):
        return "unreachable"


def _not_ready(home: Installation) -> str:
    home.make_ready()
    return OK


def _database(home: Installation) -> str:
    with home.database.reading() as connection:
        schema.require_present(schema.revision(connection), home.database.place)
    return OK


def _keys(home: Installation) -> str:
    """Return what is wrong with the key directory as a whole, or that an open wave lacks a key of its own."""
    home.keys.require_own()
    lacking = home.keys.lacking(waves.with_urn(home.database))
    # one that was sealed meanwhile needs none any more
    if lacking and lacking & waves.with_urn(home.database):
        return "keys-missing"
    if wave_key_looks.are_wrong(home):
        return "keys-wrong"
    if key_copies.away(home.keys):
        return "key-copy-away"
    return _first(home, directories.key_problems)


def _machines(home: Installation) -> str:
    """Return what this machine does not share with the others, or was started with otherwise than they."""
    found = [
        *shared_values.problems(home.settings, home.database),
        *shared_rules.problems(home.rules, home.database),
    ]
    return found[0].code if found else OK


def _first(home: Installation, problems: Callable[[Settings], Iterator[Problem]]) -> str:
    found = next(problems(home.settings), None)
    return OK if found is None else found.code


def _clock(home: Installation, maintained: int | None, now: int) -> str:
    """Return whether a clock jumped, or is behind what was done, or differs from the database's."""
    if clock_jumps.stands(job_files.at(home.settings), now):
        return clock_jumps.JUMPED
    ahead = (maintained or 0) - now
    differs = abs(clock.seconds(home.database) - now)
    return "clock-wrong" if max(ahead, differs) > MOST_CLOCK_SECONDS else OK


def is_worker_away(home: Installation, now: int) -> bool:
    """Return whether no worker has run lately; where that cannot be read, nothing is said of it."""
    mark = marks.read(job_files.at(home.settings), marks.ROUND)
    return _worker(home, None if mark is None else mark.at, now) in {"worker-never", "worker-quiet"}


def _worker(home: Installation, maintained: int | None, now: int) -> str:
    if maintained is None:
        # when it was is noted among the files of jobs: a bucket that cannot be read says nothing of it
        unread = _first(home, bucket_state.recent_problems)
        return "worker-never" if unread == OK else unread
    return OK if now - maintained <= LONGEST_PAUSE_SECONDS else "worker-quiet"
