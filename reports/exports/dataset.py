"""A data set as one version of what was released: when it was made, of what, and what changed since."""

import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Final
from weakref import WeakKeyDictionary

from instruments.problems import refuse
from reports.exports.columns import ExportTable, Row
from reports.exports.csv import csv_head, csv_lines

TITLE: Final = "Kjennetegn: self-assessment of professional learning communities, aggregated"
CREATOR: Final = "Kjennetegn"
_WAVE: Final = "wave"
_QUICK: Final = 1  # of zlib's levels, as for packed rows
_OF_OTHERS: Final = {"sd_pooled", "common_with"}  # columns that change with other waves in the file


@dataclass(frozen=True, slots=True)
class Extraction:
    """How a data set is made: the day, the program's version, the mark of the policy, and the licence.

    `licence` is an SPDX identifier, or empty where the installation states none. `earlier` is the description
    of an earlier data set that this one is compared with. `selection` says which waves were asked for.
    """

    day: date
    program: str
    policy: str
    licence: str = ""
    earlier: Mapping[str, object] = field(default_factory=dict)
    selection: str = "all"


def description(table: ExportTable, made: Extraction) -> dict[str, object]:
    """Return what identifies a data set, as JSON holds it: version, checksum, rows, waves, changes."""
    (version, checksum), waves = data_version(table, made), wave_marks(table)
    return {
        "title": f"{TITLE}: {table.name}",
        "version": version,
        "extracted on": made.day.isoformat(),
        "program": f"kjennetegn {made.program}",
        "policy": made.policy,
        "licence": made.licence or "none stated",
        "family": table.family,
        "selection": made.selection,
        "rows": len(table.rows),
        "sha-256 of the table as plain CSV": checksum,
        "citation": citation(table, made, checksum),
        "waves": waves,
        "changes": _changes(waves, made, table.family),
    }


def data_version(table: ExportTable, made: Extraction) -> tuple[str, str]:
    """Return the version of a data set, day and beginning of its checksum, and the checksum."""
    checksum = checksum_of(table)
    return f"{made.day.isoformat()}-{checksum[:8]}", checksum


def citation(table: ExportTable, made: Extraction, checksum: str) -> str:
    """Return how the data set is cited."""
    return (
        f"{CREATOR} ({made.day.year}). {TITLE}: {table.name}. Version {made.day.isoformat()}-{checksum[:8]}."
    )


def citation_file(table: ExportTable, made: Extraction) -> bytes:
    """Return the citation in the Citation File Format 1.2.0."""
    checksum = checksum_of(table)
    lines = [
        "cff-version: 1.2.0",
        "message: If you use these data, please cite them with their version.",
        "type: dataset",
        f'title: "{TITLE}: {table.name}"',
        "authors:",
        f"  - name: {CREATOR}",
        f'version: "{made.day.isoformat()}-{checksum[:8]}"',
        f'date-released: "{made.day.isoformat()}"',
        *([f"license: {made.licence}"] if made.licence else []),
    ]
    return ("\n".join(lines) + "\n").encode()


def checksum_of(table: ExportTable) -> str:
    """Return the SHA-256 of the table as plain CSV, in hexadecimal."""
    return _reading(table).checksum


def wave_marks(table: ExportTable) -> Mapping[str, str]:
    """Return eight digits for each wave that change where anything that was released of it does."""
    return _reading(table).marks


def plain_csv(table: ExportTable) -> bytes:
    """Return the table as plain CSV: the bytes of `csv_bytes`, which were made for the checksum already."""
    return zlib.decompress(_reading(table).text)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one reading of a table gave: its plain CSV, compressed, the checksum of that, its waves' marks."""

    text: bytes
    checksum: str
    marks: Mapping[str, str]


# a large table takes seconds to read, and each file of it names checksum and marks several times
_readings: WeakKeyDictionary[ExportTable, _Reading] = WeakKeyDictionary()


def _reading(table: ExportTable) -> _Reading:
    known = _readings.get(table)
    if known is None:
        known = _readings[table] = _read(table)
    return known


def _read(table: ExportTable) -> _Reading:
    head, packing = csv_head(table), zlib.compressobj(_QUICK)
    whole, text, marks = hashlib.sha256(head), [packing.compress(head)], dict[str, str]()
    for wave, rows in groupby(table.rows, key=_wave_of(table)):
        own = list(rows)
        lines = csv_lines(table, own)
        whole.update(lines)
        text.append(packing.compress(lines))
        if wave is not None:
            marks[wave] = _mark(table, own)
    text.append(packing.flush())
    return _Reading(b"".join(text), whole.hexdigest(), dict(sorted(marks.items())))


def _wave_of(table: ExportTable) -> Callable[[Row], str | None]:
    place = next((at for at, column in enumerate(table.columns) if column.name == _WAVE), None)
    return (lambda _row: None) if place is None else (lambda row: str(row[place]))


def _mark(table: ExportTable, rows: Sequence[Row]) -> str:
    own_places = [at for at, column in enumerate(table.columns) if column.name not in _OF_OTHERS]
    text = "\n".join(repr([row[at] for at in own_places]) for row in rows)
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def require_same_family(table: ExportTable, earlier: Mapping[str, object], place: str) -> None:
    """Raise Refused where another family names the units of the earlier data set, if it is one."""
    if earlier and earlier.get("family") != table.family:
        raise refuse(
            "family-differs",
            "The file that is there names units by another key, so that the two cannot be joined.",
            "Name its key by --family, or write to another file.",
            place=place,
        )


def _changes(waves: Mapping[str, str], made: Extraction, family: str) -> object:
    before = made.earlier.get("waves")
    same = {"family": family, "selection": made.selection}
    if not isinstance(before, Mapping) or not same.items() <= made.earlier.items():
        return "nothing to compare with"
    return {
        "since": made.earlier.get("version"),
        "policy changed": made.earlier.get("policy") != made.policy,
        "added": sorted(waves.keys() - before.keys()),
        "withdrawn": sorted(before.keys() - waves.keys()),
        "changed": sorted(wave for wave in waves.keys() & before.keys() if waves[wave] != before[wave]),
    }
