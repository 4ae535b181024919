"""Data files that jobs make for researchers: how they are asked for, written, and found again.

Beside a file lie its codebook and what pages say of it: version, checksum, rows, and what changed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from reports.exports import (
    FORMATS,
    CsvStyle,
    ExportTable,
    Extraction,
    Wish,
    codebook_name,
    contents,
    described,
    spreadsheet_style,
    told_in_name,
)
from reports.exports.dataset import data_version
from survey.job_files import Folder, JobFile
from survey.store.repositories.jobs import Job

SPREADSHEET: Final = "spreadsheet"
_PLAIN: Final = "plain"
_ABOUT: Final = "about.json"


@dataclass(frozen=True, slots=True)
class FileLayout:
    """Say how a file is wanted: its format, the language of labels, and whether a CSV is for spreadsheets."""

    kind: str
    language: str
    spreadsheet: bool

    @classmethod
    def of(cls, job: Job) -> "FileLayout":
        """Return how the file of a job is wanted."""
        asked = job.payload
        return cls(asked["format"], asked["language"], asked["style"] == SPREADSHEET)

    def payload(self) -> Mapping[str, str]:
        """Return it as a part of a job's row."""
        style = SPREADSHEET if self.spreadsheet else _PLAIN
        return {"format": self.kind, "language": self.language, "style": style}

    def wish(self) -> Wish:
        """Return it as the makers of files are told."""
        style = spreadsheet_style(self.language) if self.spreadsheet else CsvStyle()
        return Wish(self.language, style)

    def name(self, *stem: str) -> str:
        """Return a name that no file of other data, language or style has."""
        told = told_in_name(self.kind, self.language, spreadsheet=self.spreadsheet)
        return "-".join(("kjennetegn", *stem, *told)) + f".{FORMATS[self.kind].ending}"


@dataclass(frozen=True, slots=True)
class Made:
    """Say what an order became: its file, the data set's version, checksum and rows, and what changed.

    `changes` counts what was added, withdrawn and changed since the file before of the same choice; it is
    None where there is none to compare with.
    """

    file: JobFile
    codebook: JobFile
    described: JobFile | None
    version: str
    checksum: str
    rows: int
    changes: Mapping[str, int] | None


def write(
    folder: Folder, table: ExportTable, layout: FileLayout, how: Extraction, *stem: str, **more: str
) -> str:
    """Write the table's file and all that stands beside it, and return its name.

    The name is made of `stem` and of the data set's version; `more` is kept about the file too.
    """
    version, checksum = data_version(table, how)
    name = layout.name(*stem, version)
    written = contents(table, layout.kind, name, how, layout.wish())
    # a worker that was killed may have left some of it
    folder.write(written)
    told = {
        "version": version,
        "checksum": checksum,
        "rows": len(table.rows),
        "changes": _counted(described(written[codebook_name(name)])),
        **more,
    }
    folder.write({_ABOUT: json.dumps(told).encode()})
    return name


def found(folder: Folder, job: Job) -> Made | None:
    """Return what an order became, while its file is kept."""
    told = about(folder)
    if job.result is None or not told:
        return None
    there = folder.names()
    if job.result not in there:
        return None
    data, book = f"{job.result}.csv", folder.file(codebook_name(job.result))
    numbers = (told["version"], told["checksum"], told["rows"], told["changes"])
    return Made(folder.file(job.result), book, folder.file(data) if data in there else None, *numbers)


def about(folder: Folder) -> Mapping[str, Any]:
    """Return what is kept about the file in a folder; nothing where there is none."""
    try:
        told = json.loads(folder.file(_ABOUT).read())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def described_by(codebook: JobFile) -> Mapping[str, object]:
    """Return what a codebook says of its data set; nothing where it cannot be read."""
    try:
        return described(codebook.read())
    except OSError:
        return {}


def _counted(data_set: Mapping[str, object]) -> Mapping[str, int] | None:
    changes = data_set.get("changes")
    if not isinstance(changes, Mapping):
        return None
    return {name: len(changes[name]) for name in ("added", "withdrawn", "changed")}
