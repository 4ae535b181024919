"""Read a CSV file of answers (paper, pilots, other programs); refuse whatever would have to be guessed."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instruments.answers import SKIPPED, answer_indices
from instruments.formats.exported_names import Naming, columns_of_programs, namings
from instruments.model import Scale, Version
from instruments.problems import Problem, Refused, refuse

_MISSING = ("", "NA")
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}(\.0+)?")  # 4, and the 4.0 that spreadsheets make of it
_SHOWN = 100  # problems of one file; the rest are counted

Row = tuple[int, list[str]]


@dataclass(frozen=True, eq=False)
class Responses:
    """The answers of a file: persons × items of code indices, each person's group, and warnings.

    `groups` holds one label a person, or is empty where no group column was asked for.
    """

    matrix: NDArray[np.int8]
    groups: tuple[str, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    """The columns of a file as it calls them, and the item that each holds, by the naming it follows."""

    names: tuple[str, ...]
    items: tuple[str | None, ...]
    naming: Naming


def read(version: Version, content: bytes, group: str | None = None) -> Responses:
    """Read the answers in a CSV file with a header of item ids; `group` names a column of group labels.

    UTF-8 with or without BOM, `,` or `;`. A cell is a category code, the id of an unscored answer, or
    empty or `NA` for a skipped item. Files of ODK, KoboToolbox and LimeSurvey are read as those programs
    export what `instruments.formats` wrote for them: values, not labels. Raises Refused with the row and
    column of every fault.
    """
    rows = _rows(_text(content))
    line, header = next(rows)
    names = [name.strip() for name in header]
    naming = _naming(version, names)
    header_row = _Header(tuple(names), tuple(naming.item(name) for name in names), naming)
    warnings = _checked_header(version, header_row, group, f"row {line}")
    return _read_rows(version, header_row, group, rows, warnings)


def _text(content: bytes) -> str:
    try:
        # spreadsheets write a byte order mark, which would become part of the first item's id
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        fault = f"Byte {error.start + 1} of the file is not UTF-8."
        remedy = "Save the file as CSV in UTF-8 (in Excel: CSV UTF-8)."
        raise refuse("encoding", fault, remedy, f"row {row}") from error
    if "\0" in text:
        raise refuse(
            "encoding", "The file holds null characters.", "Save the file as CSV in UTF-8, not in UTF-16."
        )
    if not text.strip():
        raise refuse(
            "file-empty", "The file holds nothing.", "Give a header row of item ids and a row a person."
        )
    return text


def _rows(text: str) -> Iterator[Row]:
    """Yield every row with the number of its line in the file, blank lines left out."""
    first = text.lstrip().splitlines()[0]
    # spreadsheets of countries with a decimal comma separate cells by semicolons
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns = 0
    try:
        for row in reader:
            columns = columns or len(row)
            # in a file of one column a blank line is a person who skipped the only item
            if row or columns == 1:
                yield reader.line_num, row or [""]
    except csv.Error as error:
        fault = f"The file stops being CSV here: {error}."
        raise refuse("csv-broken", fault, "Save it as CSV again.", f"row {reader.line_num}") from error


def _naming(version: Version, names: Sequence[str]) -> Naming:
    """Return the naming that finds the most items in a header; where two find as many, the first one."""
    # an item may bear the name of a column that another program adds: the heads together tell which it is
    return max(namings(version), key=lambda naming: len({naming.item(name) for name in names} - {None}))


def _checked_header(version: Version, header: _Header, group: str | None, place: str) -> list[Problem]:
    """Return the warnings about a header. Raises Refused where columns are missing or duplicate."""
    columns = list(zip(header.names, header.items, strict=True))
    # what a column holds: an item, whatever the file calls it, or the groups
    held = [item or (name if name == group else None) for name, item in columns]
    wanted = [item.id for item in version.items]
    # answers to an item can be groups as well
    wanted += [group] if group is not None and group not in header.names else []
    problems = [
        Problem(
            place, "column-missing", f"There is no column {name!r}.", "Add it; leave unknown cells empty."
        )
        for name in wanted
        if name not in held
    ]
    problems += [
        Problem(place, "column-duplicate", f"Column {name!r} stands {times} times.", "Keep one of them.")
        for name, times in Counter(held).items()
        if name is not None and times > 1
    ]
    if problems:
        raise Refused(problems)
    added = columns_of_programs()
    return [
        Problem(
            f"{place}, column {name}",
            "column-unknown",
            f"{version.reference} has no such item.",
            "The column was not used.",
        )
        for name, item in columns
        if name and item is None and name != group and not _is_added(name, added)
    ]


def _is_added(name: str, added: frozenset[str]) -> bool:
    # `meta-instanceID`, `_submission_time`, `promise_1_`: what programs put beside the answers, and our notes
    return name.startswith("_") or name.endswith("_") or bool({*re.split("[-/]", name.lower())} & added)


def _read_rows(
    version: Version, header: _Header, group: str | None, rows: Iterator[Row], warnings: list[Problem]
) -> Responses:
    known = _known_cells(version.scale, header.naming)
    names = header.names
    places = [header.items.index(item.id) for item in version.items]
    columns = [(index, names[index]) for index in places]
    label = names.index(group) if group is not None else None
    problems: list[Problem] = []
    # one byte a cell: a list of numbers would take eight times the memory
    codes, groups = bytearray(), []
    for line, row in rows:
        if len(row) != len(names):
            fault = f"The row has {len(row)} cells where the header has {len(names)}."
            problems.append(
                Problem(f"row {line}", "row-ragged", fault, "Look for a missing or an extra delimiter.")
            )
            continue
        for index, name in columns:
            # nearly every cell is written plainly, and looking it up is much faster than reading it
            code = known.get(row[index].strip())
            if code is None:
                code = _code(version.scale, row[index].strip(), f"row {line}, column {name}", problems)
            codes.append(code)
        if label is not None:
            groups.append(_label(row[label].strip(), f"row {line}, column {group}", problems))
    if problems:
        raise Refused(_shown(problems))
    matrix = np.frombuffer(bytes(codes), dtype=np.int8).reshape(-1, len(columns))
    return Responses(matrix, tuple(groups), tuple(warnings))


def _known_cells(scale: Scale, naming: Naming) -> dict[str, int]:
    indices = answer_indices(scale)
    own = {str(answer): index for answer, index in indices.items() if answer is not SKIPPED}
    # an id of ours that looks like another program's code is what that program would have written
    theirs = {cell: own[answer] for cell, answer in naming.answers.items()}
    return own | theirs | dict.fromkeys(_MISSING, indices[SKIPPED])


def _code(scale: Scale, cell: str, place: str, problems: list[Problem]) -> int:
    """Return the index of a cell that is no plain code; add a problem and return 0 where it has none."""
    categories = ", ".join(map(str, scale.categories))
    remedy = f"Use one of {categories}, or leave the cell empty."
    if _WHOLE.fullmatch(cell):
        code = int(float(cell))
        if code in scale.categories:
            return scale.categories.index(code)
        problems.append(Problem(place, "out-of-range", f"{cell} is not on the scale.", remedy))
        return 0
    if scale.unscored:
        remedy = f"Use one of {categories}, {', '.join(scale.unscored)}, or leave the cell empty."
    problems.append(Problem(place, "not-a-number", f"{cell[:40]!r} is not a category code.", remedy))
    return 0


def _label(label: str, place: str, problems: list[Problem]) -> str:
    if label in _MISSING:
        problems.append(
            Problem(place, "group-missing", "The row has no group.", "Give it one, or remove it.")
        )
    return label


def _shown(problems: list[Problem]) -> list[Problem]:
    # one wrong column gives a problem in every row
    if len(problems) <= _SHOWN:
        return problems
    more = f"There are {len(problems) - _SHOWN} more problems of this kind."
    return [*problems[:_SHOWN], Problem("", "more-problems", more, "Mend these first.")]
