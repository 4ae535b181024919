"""Whether open waves have keys of their own: looked at by the worker, and told by `/health`.

A wave whose key is another's takes no answers, and says so to whoever would answer; nobody who runs the
service is told by that. To read the keys of thousands of waves takes seconds, which no request has.
"""

from typing import Final

from instruments.problems import Damaged, Refused, Unavailable
from survey import job_files
from survey.collection import stored_urn
from survey.operations import log, marks
from survey.operations.installation import Installation
from survey.store.repositories import wave_lists, waves
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState

_WRONG: Final = "keys-wrong"
_PAUSE_SECONDS: Final = 60 * 60


def look_again(home: Installation, now: int) -> None:
    """Look at them and note how many are wrong, unless that was done within the last hour and none was."""
    files = job_files.at(home.settings)
    last = marks.read(files, marks.WAVE_KEYS)
    if last is not None and 0 <= now - last.at < _PAUSE_SECONDS and not last.found.get(_WRONG):
        return
    try:
        wrong = [wave for wave in _with_urn(home) if _is_wrong(home, wave)]
        marks.write(files, marks.WAVE_KEYS, {_WRONG: len(wrong)})
    except (Refused, Damaged) as error:
        log.fault("maintenance-failed", error.problems)


def are_wrong(home: Installation) -> bool:
    """Return whether the key of any open wave was another's when that was last looked at."""
    last = marks.read(job_files.at(home.settings), marks.WAVE_KEYS)
    return last is not None and bool(last.found.get(_WRONG))


def _with_urn(home: Installation) -> list[Wave]:
    return list(wave_lists.in_states(home.database, WaveState.OPEN, WaveState.CLOSED))


def _is_wrong(home: Installation, wave: Wave) -> bool:
    try:
        stored_urn.open_urn(home.keys, wave)
    except Unavailable:
        return False
    except Damaged as error:
        # one that was sealed meanwhile has none any more
        is_there = waves.by_id(home.database, wave.id).has_urn
        return is_there and any(each.code == _WRONG for each in error.problems)
    return False
