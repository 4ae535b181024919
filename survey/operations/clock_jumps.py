"""Whether the clock of a machine was set: told by the system's other clock, which runs evenly.

A clock that jumps is wrong before or after, and only time tells which. What a worker does by the date cannot
be taken back (it closes waves, removes results, releases rounds), so nothing of it is done until the clock
has stayed as it is for an hour, or is back (docs/decisions/0151).
"""

import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeGuard

from survey.job_files import Folder
from survey.operations import log, marks

JUMPED: Final = "clock-jumped"
MOST_SECONDS: Final = 300  # more than NTP corrects at once while it keeps the time
BELIEVED_AFTER_SECONDS: Final = 60 * 60
_DRIFT = 1e-3  # twice what a clock is slowed down or sped up by to correct it
_FORGOTTEN_AFTER_SECONDS = 2 * 24 * 60 * 60  # a machine that is no more
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class ClockReading:
    """The clock, and the one beside it that begins at each start of the machine; in seconds."""

    clock: float
    steady: float
    machine: str
    boot: str


def read() -> ClockReading:
    """Return what the clocks of this machine say now."""
    # the steady one goes on while the machine sleeps, which `time.monotonic` does not
    steady = time.clock_gettime(time.CLOCK_BOOTTIME)
    return ClockReading(time.time(), steady, platform.node(), _BOOT.read_text("ascii").strip())


def is_believed(folder: Folder, now: ClockReading) -> bool:
    """Compare the clock with what was noted last, note it anew, and return whether dates may be acted on.

    Logged when it jumps, and when it is believed again. Raises Refused where the note cannot be written.
    """
    known = _known(folder)
    before = known.get(now.machine, {})
    is_same_start = before.get("boot") == now.boot
    # after a start nothing tells whether the clock was set
    off = now.clock - before["clock"] - (now.steady - before["steady"]) if is_same_start else 0.0
    since = before.get("since") if is_same_start else None
    bound = MOST_SECONDS + _DRIFT * (now.steady - before["steady"]) if is_same_start else MOST_SECONDS
    jumped = abs(off) > bound and (since is None or now.steady - since < BELIEVED_AFTER_SECONDS)
    if jumped:
        kept = {**before, "since": now.steady if since is None else since}
    else:
        kept = {"boot": now.boot, "clock": now.clock, "steady": now.steady}
    if jumped is not (since is not None):
        log.outage("outage-begun" if jumped else "outage-ended", JUMPED)
    others = known if jumped else _recent(known, now.clock)
    marks.write(folder, marks.CLOCK, {**others, now.machine: {**kept, "seen": now.clock}})
    return not jumped


def stands(folder: Folder, clock: float) -> bool:
    """Return whether the clock of a machine with a worker jumped, and is not believed yet."""
    return any("since" in each for each in _recent(_known(folder), clock).values())


def _known(folder: Folder) -> Mapping[str, Mapping[str, Any]]:
    mark = marks.read(folder, marks.CLOCK)
    found = {} if mark is None else mark.found
    return {machine: each for machine, each in found.items() if _is_note(each)}


def _recent(known: Mapping[str, Mapping[str, Any]], clock: float) -> Mapping[str, Mapping[str, Any]]:
    """Return the notes of machines that were at work lately."""
    return {
        machine: each
        for machine, each in known.items()
        if abs(clock - each["seen"]) < _FORGOTTEN_AFTER_SECONDS
    }


def _is_note(found: object) -> TypeGuard[Mapping[str, Any]]:
    """Return whether it is what `is_believed` writes: a file may be damaged."""
    if not isinstance(found, dict) or not isinstance(found.get("boot"), str):
        return False
    numbers = [found.get(name) for name in ("clock", "steady", "seen")] + [found.get("since", 0)]
    return all(isinstance(each, int | float) for each in numbers)
