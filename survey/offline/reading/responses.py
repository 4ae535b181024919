"""Read a file of answers (paper, pilots, other programs); refuse whatever would have to be guessed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from instruments.answers import SKIPPED, answer_indices
from instruments.model import Scale, Version
from instruments.problems import Problem, Refused, refuse
from survey.offline.reading.headers import Header, known_heads, read_header, visible
from survey.offline.reading.separated_text import SeparatedText, separated_text

_MISSING = ("", "NA")
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}(\.0+)?")  # 4, and the 4.0 that spreadsheets make of it
_WHOLE_WITH_COMMA = re.compile(r"[+-]?[0-9]{1,9}([.,]0+)?")  # and 4,0 where a comma separates no cells
_SHOWN = 100  # problems of one file; the rest are counted
_ROWS_NAMED = 5  # of the rows that were left out


@dataclass(frozen=True, eq=False)
class Responses:
    """Hold the answers of a file: persons × items of code indices, and what else was asked for.

    `lines` says where in the file each person's row begins. `groups` holds one label a person, or is empty
    where no group column was asked for; `kept` maps a column to be handed on to its cells.
    """

    matrix: NDArray[np.int8]
    lines: tuple[int, ...]
    groups: tuple[str, ...]
    kept: Mapping[str, tuple[str, ...]]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Say how a file is read: which column holds groups, which to `keep`, which codes are `missing`."""

    group: str | None = None
    keep: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(eq=False)
class _Cells:
    """Tell what a cell means, and collect the problems of those that mean nothing."""

    scale: Scale
    known: Mapping[str, int]
    missing: Mapping[str, int]
    whole: re.Pattern[str]
    problems: list[Problem] = field(default_factory=list)

    def index(self, cell: str, place: str) -> int:
        """Return the index of a cell that is no plain code; note a problem and return 0 where it has none."""
        categories = ", ".join(map(str, self.scale.categories))
        remedy = f"Use one of {categories}, or leave the cell empty."
        if self.whole.fullmatch(cell):
            code = int(float(cell.replace(",", ".")))
            if code in self.scale.categories:
                return self.scale.categories.index(code)
            if str(code) in self.missing:
                return self.missing[str(code)]
            remedy = f"{remedy} If it stands for no answer, declare it: --missing {code}."
            self.problems.append(Problem(place, "out-of-range", f"{cell} is not on the scale.", remedy))
            return 0
        if "\n" in cell or "\r" in cell:
            remedy = 'Look for a quote that is not closed; a quote inside a cell is written twice, "".'
            self.problems.append(Problem(place, "cell-lines", "The cell goes over several lines.", remedy))
            return 0
        if self.scale.unscored:
            remedy = f"Use one of {categories}, {', '.join(self.scale.unscored)}, or leave the cell empty."
        self.problems.append(Problem(place, "not-a-number", f"{cell[:40]!r} is not a category code.", remedy))
        return 0


def read(version: Version, content: bytes, reading: Reading | None = None) -> Responses:
    """Read the answers in a file with a header of item ids, and a row a person.

    `separated_text` says which files are read, `headers` how columns are found: by item id, or as ODK,
    KoboToolbox and LimeSurvey export what `instruments.formats` wrote for them (values, not labels). A cell
    is a category code, the id of an unscored answer, or empty, `NA` or a declared missing code for a skipped
    item. Rows of empty cells only are left out and counted. Raises Refused with the row and column of every
    fault.
    """
    reading = reading or Reading()
    text = separated_text(content, lambda cells: known_heads(version, cells))
    header, warnings = read_header(version, text.header, f"row {text.line}", reading.group, reading.keep)
    # a code whose meaning would be two things
    cells = _cells(version.scale, header, reading, text.separator)
    return _read_rows(version, header, text, cells, warnings)


def _cells(scale: Scale, header: Header, reading: Reading, separator: str) -> _Cells:
    indices = answer_indices(scale)
    own = {str(answer): index for answer, index in indices.items() if answer is not SKIPPED}
    twice = [code for code in reading.missing if code in own]
    if twice:
        fault = f"{', '.join(twice)} is an answer of the questionnaire."
        raise refuse("missing-scored", fault, "Declare only codes that stand for no answer.", "--missing")
    # an id of ours that looks like another program's code is what that program would have written
    theirs = {cell: own[answer] for cell, answer in header.naming.answers.items()}
    missing = dict.fromkeys((*_MISSING, *reading.missing), indices[SKIPPED])
    return _Cells(scale, own | theirs | missing, missing, _WHOLE if separator == "," else _WHOLE_WITH_COMMA)


def _read_rows(
    version: Version, header: Header, text: SeparatedText, cells: _Cells, warnings: list[Problem]
) -> Responses:
    width = len(header.names)
    columns = [(place, header.names[place]) for place in map(header.items.index, _ids(version))]
    # one byte a cell: a list of numbers would take eight times the memory
    codes, lines, groups, empty = bytearray(), [], [], []
    kept: list[tuple[str, ...]] = []
    for line, row in text.rows:
        if not any(map(str.strip, row)):
            empty.append(line)
            continue
        # spreadsheets write a separator for each column that was ever used
        if len(row) < width or any(map(str.strip, row[width:])):
            cells.problems.append(_ragged(line, row, width))
            continue
        for index, name in columns:
            # nearly every cell is written plainly, and looking it up is much faster than reading it
            code = cells.known.get(row[index].strip())
            if code is None:
                code = cells.index(row[index].strip(), f"row {line}, column {name}")
            codes.append(code)
        lines.append(line)
        if header.group is not None:
            groups.append(_label(visible(row[header.group]), line, header, cells))
        kept.append(tuple(row[place].strip() for place in header.kept))
    if cells.problems:
        raise Refused(_shown(cells.problems))
    if not lines:
        fault = f"Below the header there are {len(empty)} empty rows." if empty else "There is only a header."
        raise refuse("rows-none", fault, "Give a row for each person.", f"row {text.line}")
    matrix = np.frombuffer(bytes(codes), dtype=np.int8).reshape(-1, len(columns))
    handed = {header.names[place]: tuple(row[k] for row in kept) for k, place in enumerate(header.kept)}
    return Responses(
        matrix, tuple(lines), tuple(groups), handed, (*warnings, *_warnings(version, matrix, empty))
    )


def _ids(version: Version) -> list[str]:
    return [item.id for item in version.items]


def _warnings(version: Version, matrix: NDArray[np.int8], empty: Sequence[int]) -> list[Problem]:
    found = []
    if empty:
        shown = ", ".join(map(str, empty[:_ROWS_NAMED])) + (", …" if len(empty) > _ROWS_NAMED else "")
        fault = f"{len(empty)} rows of empty cells were left out (row {shown})."
        remedy = "Whoever handed in nothing is counted if their row has a number or a name."
        found.append(Problem("", "rows-empty", fault, remedy))
    scored = matrix < len(version.scale.categories)
    nobody = [name for place, name in enumerate(_ids(version)) if not scored[:, place].any()]
    if nobody:
        fault = f"Nobody answered {', '.join(nobody)}."
        remedy = "The dimension has no score: a mean of the other items would be of something else."
        found.append(Problem("", "item-unanswered", fault, remedy))
    return found


def _ragged(line: int, row: list[str], width: int) -> Problem:
    fault = f"The row has {len(row)} cells where the header has {width}."
    remedy = "Look for a missing or an extra separator."
    if any("\n" in cell for cell in row):
        remedy = "One of its cells goes over several lines: look for a quote that is not closed."
    return Problem(f"row {line}", "row-ragged", fault, remedy)


def _label(label: str, line: int, header: Header, cells: _Cells) -> str:
    if label in cells.missing and header.group is not None:
        place = f"row {line}, column {header.names[header.group]}"
        problem = Problem(place, "group-missing", "The row has no group.", "Give it one, or remove it.")
        cells.problems.append(problem)
    return label


def _shown(problems: list[Problem]) -> list[Problem]:
    # one wrong column gives a problem in every row
    if len(problems) <= _SHOWN:
        return problems
    more = f"There are {len(problems) - _SHOWN} more problems of this kind."
    return [*problems[:_SHOWN], Problem("", "more-problems", more, "Mend these first.")]
