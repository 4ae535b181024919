"""Data files of a study: ordered by a researcher, made by a worker, and kept for as long as the policy says.

Everybody who takes part in a study finds its files, since all take out the same under the same names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from instruments.languages import SOURCE
from reports.exports import ALL, TABLES, Selection
from survey import job_files
from survey.background import data_files
from survey.background.data_files import FileLayout, Made
from survey.background.tasks.held_task import HeldTask
from survey.collection import retention
from survey.job_files import Folder
from survey.operations.installation import Installation
from survey.publication import families
from survey.publication.release import to_researchers
from survey.publication.research.extraction import extraction
from survey.publication.research.uncollected import uncollected
from survey.store.repositories import jobs, studies, waves
from survey.store.repositories.jobs import Job

KIND: Final = "research-export"
_PARTS: Final = 2  # of the progress: the table, which has the waves for steps, and the files


@dataclass(frozen=True, slots=True)
class Order:
    """Say what is wanted: rows, format, language of labels, waves, and whether a CSV is for spreadsheets."""

    rows: str
    kind: str
    language: str = SOURCE
    spreadsheet: bool = False
    selection: Selection = ALL

    @classmethod
    def of(cls, job: Job) -> "Order":
        """Return the order that a job is."""
        asked = job.payload
        several = (tuple(asked[name].split()) for name in ("instruments", "editions"))
        chosen, layout = Selection(asked["first"], asked["last"], *several), FileLayout.of(job)
        return cls(asked["rows"], layout.kind, layout.language, layout.spreadsheet, chosen)

    @property
    def layout(self) -> FileLayout:
        """Return how the file is wanted."""
        return FileLayout(self.kind, self.language, self.spreadsheet)

    def payload(self, study_key: str) -> Mapping[str, str]:
        """Return the order as a job's row holds it."""
        return {
            "study": study_key,
            "rows": self.rows,
            **self.layout.payload(),
            "first": self.selection.first,
            "last": self.selection.last,
            "instruments": " ".join(self.selection.instruments),
            "editions": " ".join(self.selection.editions),
        }


def place(home: Installation, study_key: str, order: Order, *, now: int) -> Job:
    """Add the job and return it, or the same one under way."""
    return jobs.add(home.database, KIND, order.payload(study_key), now=now)


def of_study(home: Installation, study_key: str) -> Sequence[Job]:
    """Return the orders of a study that are kept, newest first."""
    return [job for job in jobs.of_kind(home.database, KIND) if job.payload.get("study") == study_key]


def ended(home: Installation) -> Sequence[Job]:
    """Return the orders whose study has ended, or with a survey whose time is over: nobody is shown them."""
    found = jobs.of_kind(home.database, KIND)
    if not found:
        return ()
    going_on = {each.key for each in studies.every(home.database, home.today)}
    return [job for job in found if job.payload.get("study") not in going_on or _is_over(home, job)]


def made(home: Installation, job: Job) -> Made | None:
    """Return what an order became, while its file is kept and nothing in it is over."""
    return None if _is_over(home, job) else data_files.found(_folder(home, job), job)


def make(task: HeldTask) -> None:
    """Write what was ordered, and its codebook.

    Raises Refused("study-unknown") where the study has ended meanwhile.
    """
    home, job, step = task.home, task.job, task.note
    order = Order.of(job)
    family = families.of_study(home.keys, studies.by_key(home.database, job.payload["study"], home.today).key)
    retention.end_over(home.database, home.keys, home.today)
    kept_until = min((each.kept_until for each in waves.every(home.database) if each.is_sealed), default=None)
    total = [_PARTS]

    def note(done: int, number: int) -> None:
        total[0] = number + _PARTS
        step(done, total[0])

    figures = order.selection.of(to_researchers(home.database, home.policy, note))
    with uncollected():
        table = TABLES[order.rows](figures, home.policy, family)
    step(total[0] - 1, total[0])
    how = extraction(home.today, home.policy, home.settings.data_licence, _before(home, job), order.selection)
    until = kept_until.isoformat() if kept_until else ""
    name = data_files.write(task.folder, table, order.layout, how, order.rows, kept_until=until)
    step(total[0], total[0])
    task.finish(name)


def _before(home: Installation, job: Job) -> Mapping[str, object]:
    """Return what is said of the newest data set of the same study, rows and waves."""
    same = ("study", "rows", "first", "last", "instruments", "editions")
    for each in jobs.of_kind(home.database, KIND):
        alike = all(each.payload.get(name) == job.payload[name] for name in same)
        found = made(home, each) if alike and each.id != job.id else None
        if found is not None:
            return data_files.described_by(found.codebook)
    return {}


def _is_over(home: Installation, job: Job) -> bool:
    until = data_files.about(_folder(home, job)).get("kept_until", "")
    return bool(until) and home.today.isoformat() > until


def _folder(home: Installation, job: Job) -> Folder:
    return job_files.at(home.settings).folder(job.key)
