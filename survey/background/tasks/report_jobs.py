"""All reports below a unit: a task for each report, and one that packs them."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from reports.files.zips import report_zip
from reports.files.zips.report_zip import ArchivedReport, Missing, UnmadeReport
from survey.background.tasks.held_task import HeldTask
from survey.publication import reports
from survey.publication.reports import PlannedReport
from survey.store.database import Database
from survey.store.repositories import job_tasks, waves
from survey.store.repositories.job_tasks import Task
from survey.store.repositories.jobs import Job

KIND: Final = "reports-under"
ARCHIVE: Final = "reports.zip"
_RENEW_EVERY: Final = 100  # reports packed between two renewals of the lease

_Printer = Callable[[PlannedReport], bytes]
# of the job that this process made a report of last: every report of it is made by the same decisions
_printers: dict[str, _Printer] = {}


def plan(task: HeldTask) -> None:
    """Find out which reports there are to be; each is a part."""
    asked = task.job.payload
    wanted = reports.planned_reports(
        task.home.database, task.home.policy, asked["unit"], asked["reader"], asked["languages"].split()
    )
    task.split({"wave": each.wave.key, "language": each.language} for each in wanted)


def make_report(task: HeldTask) -> None:
    """Print one report into its file, unless a worker did that died before it could say so."""
    planned = reports.planned_report(
        task.home.database,
        task.home.policy,
        task.asked["wave"],
        task.job.payload["reader"],
        task.asked["language"],
    )
    if not task.folder.file(planned.name).exists():
        # another worker may have been faster by now, with the same bytes
        task.folder.write({planned.name: _printer(task)(planned)})
    task.complete(planned.name)


def pack(task: HeldTask) -> None:
    """Pack the reports that were made as a ZIP file, which names those that could not be."""
    asked, database = task.job.payload, task.home.database
    entries = list(_entries(task))
    without = reports.units_without_report(database, asked["unit"], asked["reader"])
    missing = Missing(without, unmade(database, task.job))
    task.folder.write_by(ARCHIVE, partial(report_zip.pack, entries, missing, packed=_renewing(task)))
    task.finish(ARCHIVE)


def unmade(database: Database, job: Job) -> Sequence[UnmadeReport]:
    """Return the reports that were given up, each by its unit and language, in order."""
    named = {each.key: each.unit_name for each in waves.every(database)}
    given_up = job_tasks.parts(database, job.id, "failed")
    # a unit that was removed since has no name any more, and is named in no file
    found = [(named.get(_of(each, "wave")), _of(each, "language")) for each in given_up]
    return sorted(UnmadeReport(name, language) for name, language in found if name is not None)


def _entries(task: HeldTask) -> Iterator[ArchivedReport]:
    known = {each.key: each for each in waves.every(task.home.database)}
    for made in job_tasks.parts(task.home.database, task.job.id, "done"):
        wave = known[_of(made, "wave")]
        file = task.folder.file(str(made.result))
        yield ArchivedReport(file.name, file.open, wave.unit_name, wave.title, _of(made, "language"))


def _of(part: Task, name: str) -> str:
    return part.payload.get(name, "")


def _printer(task: HeldTask) -> _Printer:
    if task.job.key not in _printers:
        asked = task.job.payload
        printer = reports.report_renderer(
            task.home.database, task.home.policy, asked["unit"], asked["reader"]
        )
        _printers.clear()
        _printers[task.job.key] = printer
    return _printers[task.job.key]


def _renewing(task: HeldTask) -> Callable[[int], None]:
    def packed(count: int) -> None:
        if count % _RENEW_EVERY == 0:
            task.renew()

    return packed
