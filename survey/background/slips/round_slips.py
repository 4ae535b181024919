"""Slips for all units of a round in one ZIP, ordered by its owner, who can open none of the files in it.

Each unit's PDF is locked with a password that only the unit's leaders are shown. The codes become valid in
the transaction that marks the job done (docs/decisions/0127).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from sqlalchemy import Connection

from instruments.problems import refuse
from reports.files.plain_names import plain
from reports.files.zips import slip_zip
from reports.files.zips.slip_zip import LockedSlips
from reports.pdf import locking
from survey.background import slip_printing
from survey.background.tasks.held_task import HeldTask
from survey.collection import code_issuing, slip_password
from survey.collection.code_issuing import Batch
from survey.job_files import JobFile
from survey.operations.installation import Installation
from survey.store.repositories import access_history, codes, jobs, planned_rounds, waves
from survey.store.repositories.jobs import Job
from survey.store.repositories.planned_rounds import PlannedRound
from survey.store.repositories.waves import Wave

KIND: Final = "round-slips"
_NEWEST: Final = "newest"  # in an order: the number of the last wave that it is of
_PROGRESS_EVERY: Final = 100  # slips between two updates of the job's row


@dataclass(frozen=True, slots=True)
class SlipsToOrder:
    """The waves of a round whose slips can be ordered, and those that are left out, each by unit's name."""

    ready: Sequence[Wave]
    printed: Sequence[Wave]
    by_link: Sequence[Wave]
    over: Sequence[Wave]

    @property
    def left_out(self) -> list[str]:
        """Return the names of the units that are left out, in order."""
        return sorted(each.unit_name for each in (*self.printed, *self.by_link, *self.over))


def waiting(home: Installation, found: PlannedRound) -> SlipsToOrder:
    """Return which waves of a round have no slips yet. One slip that was ever printed there is enough."""
    own = sorted(waves.of_planned_round(home.database, found.id), key=lambda each: (each.unit_name, each.key))
    with home.database.reading() as connection:
        printed = codes.waves_with_codes(connection, [each.id for each in own])
    taking = [each for each in own if each.is_draft or each.is_open]
    return SlipsToOrder(
        [each for each in taking if slip_password.is_used(each) and each.id not in printed],
        [each for each in taking if slip_password.is_used(each) and each.id in printed],
        [each for each in taking if each.open_link],
        [each for each in own if each not in taking],
    )


def place_order(home: Installation, found: PlannedRound, language: str, *, now: int) -> Job:
    """Add the job and return it, or the one under way. Raises Refused("round-slips-none")."""
    underway = latest_order(home, found)
    if underway is not None and underway.is_underway:
        return underway
    ready = waiting(home, found).ready
    if not ready:
        raise refuse(
            "round-slips-none",
            "No unit of “%(title)s” waits for slips: they are printed, or people come in by a link.",
            "If slips were lost, let the unit's leader print new ones and cancel those printed before.",
            place=found.key,
            title=found.title,
        )
    asked = {"unit": found.unit_key, "round": found.key, "language": language}
    # before the job: where this is interrupted, no slips are printed of which the history says nothing
    with home.database.writing() as connection:
        ordered = [("slips-ordered", each.unit_key, f"{each.title} · {each.invited}") for each in ready]
        access_history.record_all(connection, ordered)
    newest = max(each.id for each in ready)
    return jobs.add(home.database, KIND, {**asked, _NEWEST: str(newest)}, now=now)


def latest_order(home: Installation, found: PlannedRound) -> Job | None:
    """Return the newest order of a round's slips, or None."""
    own = {"unit": found.unit_key, "round": found.key}.items()
    return next((job for job in jobs.of_kind(home.database, KIND) if own <= job.payload.items()), None)


def print_order(task: HeldTask) -> None:
    """Print, lock and pack what was ordered; the codes become valid in the transaction that ends the job.

    It is one task: its codes are in one worker's memory alone until all of them are valid at once.
    """
    home, asked = task.home, task.job.payload
    found = planned_rounds.by_key(home.database, asked["unit"], asked["round"])
    chosen = _ordered(waiting(home, found), int(asked[_NEWEST]))
    printing = _Printing(home, sum(each.invited for each in chosen.ready), task.note)
    # named by the worker: another that is faster by now is not overwritten
    name = f"{task.holder}.zip"
    task.note(0, printing.total)
    entries = map(printing.locked, chosen.ready)
    task.folder.write_by(
        name, partial(slip_zip.pack, entries, found.title, chosen.left_out, asked["language"])
    )
    task.note(printing.total, printing.total)
    task.finish(name, printing.accept)


def _ordered(found: SlipsToOrder, newest: int) -> SlipsToOrder:
    """Leave out units that were added since the order: their history does not say that slips were ordered."""
    return replace(found, ready=[each for each in found.ready if each.id <= newest])


def own_slips(home: Installation, wave: Wave, files: Callable[[Job], JobFile | None]) -> bytes | None:
    """Return the wave's own locked slips out of the newest ZIP that holds them; None where none is kept."""
    for job in jobs.of_kind(home.database, KIND):
        archive = files(job)
        found = None if archive is None else _entry(archive, _ending(wave))
        if found is not None:
            return found
    return None


def _entry(archive: JobFile, ending: str) -> bytes | None:
    try:
        with archive.open() as opened:
            return slip_zip.entry_of(opened, ending)
    except FileNotFoundError:
        return None


@dataclass(slots=True, repr=False)
class _Printing:
    """What is printed of an order so far: the codes are in memory alone."""

    home: Installation
    total: int
    step: Callable[[int, int], None]
    done: int = 0
    batches: list[Batch] = field(default_factory=list)

    def locked(self, wave: Wave) -> LockedSlips:
        """Print the slips of one wave and lock them for its leaders."""
        printed = slip_printing.print_slips(
            self.home, wave.key, wave.invited, retiring=False, progress=self._note
        )
        self.done += wave.invited
        self.step(self.done, self.total)
        self.batches.append(printed.batch)
        password = slip_password.password_of(self.home.keys, wave.key)
        names = filter(None, [plain(wave.unit_name), plain(wave.title)])
        name = "-".join([*names, _ending(wave)])
        return LockedSlips(name, wave.unit_name, wave.invited, locking.locked(printed.pdf, password))

    def accept(self, connection: Connection) -> None:
        """Make all codes valid. Raises Refused("round-slips-overtaken") where a wave has changed since."""
        now = {each.id: each for each in waves.in_transaction(connection)}
        own = [batch.wave.id for batch in self.batches]
        printed = codes.waves_with_codes(connection, own)
        for batch in self.batches:
            wave = now.get(batch.wave.id)
            if wave is None or not slip_password.is_used(wave) or wave.id in printed:
                raise refuse(
                    "round-slips-overtaken",
                    "While the slips were made, the survey of %(unit)s was changed or its own slips printed.",
                    "Order them again: the units that have slips by then are left out.",
                    place=batch.wave.key,
                    unit=batch.wave.unit_name,
                )
            code_issuing.accept(connection, self.home.keys, batch)

    def _note(self, done: int) -> None:
        if done % _PROGRESS_EVERY == 0:
            self.step(self.done + done, self.total)


def _ending(wave: Wave) -> str:
    return f"{wave.key}-slips-{wave.language}.pdf"
