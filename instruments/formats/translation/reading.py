"""Read a translators' sheet: what was changed in it, and everything that should not have been."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from openpyxl.cell import MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape

from instruments.definition.toml_positions import KeyPath
from instruments.formats import workbook_bounds, workbooks
from instruments.formats.translation.text_rows import TextRow, TextRows, plain
from instruments.formats.translation.workbook import ABOUT, FORMAT, LEADING, TEXTS
from instruments.problems import Problem, refuse

_LARGEST_FILE: Final = 10_000_000  # bytes; the largest shipped questionnaire takes an eightieth
_MOST_ROWS, _MOST_COLUMNS = 20_000, 200
_HEAD: Final = re.compile(r"([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?)(?: \(.*\))?")
_TERM: Final = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\.[A-Za-z][A-Za-z0-9_]*\}")

Place = tuple[str, str, KeyPath]  # language, edition, path


@dataclass
class SheetChanges:
    """Hold what a sheet says otherwise than the definition.

    `texts` maps a language, an edition and a path to the new text. `places` says of every cell of a language
    where it stands in the workbook, and `problems` what is wrong with it.
    """

    texts: dict[Place, str] = field(default_factory=dict)
    places: dict[Place, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_changes(table: TextRows, file: Path, letters: frozenset[str]) -> SheetChanges:
    """Return the changes in the workbook of a definition whose rows are `table`.

    `letters` are those that reports and paper can be set in. Raises Refused where the workbook cannot be read
    at all, or is of another definition; every other fault is a problem of the changes.
    """
    workbook = _opened(file)
    reader = _Reader(table, file, letters, _facts(workbook, file))
    _check_belongs(reader)
    reader.read(workbook[TEXTS])
    return reader.changes


def _opened(file: Path) -> Any:  # noqa: ANN401 - openpyxl has no types
    name = str(file)
    try:
        content = file.read_bytes() if file.stat().st_size <= _LARGEST_FILE else None
    except (OSError, ValueError) as error:
        fault = f"it cannot be read ({error.strerror if isinstance(error, OSError) else error})."
        raise refuse("workbook-missing", fault, "Name a workbook that is there.", name) from None
    if content is None:
        raise refuse(
            "workbook-large", "it is no sheet of texts.", f"Keep it under {_LARGEST_FILE} bytes.", name
        )
    remedy = "Name the workbook that `kjennetegn instrument sheet` wrote, saved as XLSX."
    try:
        workbook = {sheet.title: sheet for sheet in workbooks.opened(content).sheets}
    except workbook_bounds.Unreadable:
        raise refuse("workbook-unreadable", "it is no workbook.", remedy, name) from None
    except workbook_bounds.TooLarge:
        raise refuse("workbook-large", "it unpacks to more than any sheet of texts.", remedy, name) from None
    missing = [sheet for sheet in (TEXTS, ABOUT) if sheet not in workbook]
    if missing:
        raise refuse("workbook-wrong", f"it has no sheet {' and no sheet '.join(missing)}.", remedy, name)
    for sheet in (workbook[TEXTS], workbook[ABOUT]):
        if sheet.max_row > _MOST_ROWS or sheet.max_column > _MOST_COLUMNS:
            fault = f"the sheet {sheet.title} reaches to row {sheet.max_row}, column {sheet.max_column}."
            raise refuse("workbook-large", fault, "Delete what stands outside the table.", name)
    return workbook


def _facts(workbook: Any, file: Path) -> Mapping[str, str]:  # noqa: ANN401 - openpyxl has no types
    rows = workbook[ABOUT].iter_rows(max_col=2, values_only=True)
    facts = {str(name): str(value) for name, value in rows if name}
    if facts.get("format") != FORMAT:
        fault = f"the sheet {ABOUT} does not say {FORMAT!r}."
        raise refuse("workbook-wrong", fault, "Write the sheet anew, and move the texts there.", str(file))
    return facts


def _check_belongs(reader: "_Reader") -> None:
    """Raise Refused where the workbook is of another questionnaire or version, or its source has changed."""
    given, own = reader.facts.get("questionnaire", ""), reader.table.reference
    place = f"{reader.file.name}, sheet {ABOUT}"
    if given.partition("@")[0] != own.partition("@")[0]:
        fault = f"it is a sheet of {given[:100]}, not of {own}."
        raise refuse("workbook-wrong", fault, "Read it back with its own questionnaire.", place)
    if given != own:
        fault = f"it is a sheet of {given[:100]}, not of {own}."
        raise refuse("version-wrong", fault, "Read it back with that version.", place)
    source = reader.facts.get("source", "")
    if source not in reader.table.languages:
        fault = f"it names {source[:20]!r} as its source, in which there are no texts."
        raise refuse("workbook-wrong", fault, "Write the sheet anew, and move the texts there.", place)
    if reader.is_outdated(source):
        fault = f"the texts in {source!r} are no longer those it was translated from."
        raise refuse("source-outdated", fault, "Write the sheet anew, and move the texts there.", place)


@dataclass
class _Reader:
    """Collect the changes and problems of one workbook."""

    table: TextRows
    file: Path
    letters: frozenset[str]
    facts: Mapping[str, str]
    changes: SheetChanges = field(default_factory=SheetChanges)
    _renamed: set[tuple[str, str]] = field(default_factory=set)

    def is_outdated(self, language: str) -> bool:
        """Return whether a language says something else than when the sheet was written."""
        return self.facts.get(f"digest {language}") != self.table.digest(language)

    def read(self, sheet: Any) -> None:  # noqa: ANN401 - openpyxl has no types
        """Read the sheet of texts."""
        for merged in sheet.merged_cells.ranges:
            remedy = "Part them again: one text in one cell."
            self._add(f"cells {merged.coord}", "cells-merged", "cells are merged.", remedy)
        columns = self._columns(sheet)
        if columns is None:
            return
        found = dict(self._rows(sheet))
        for place, row in self.table.by_place.items():
            if place in found:
                for language, column in columns.items():
                    self._cell(row, language, sheet.cell(found[place], column))
            else:
                self._missing(*place)
        self._refuse_outdated()

    def _add(self, where: str, code: str, fault: str, remedy: str) -> None:
        place = f"{self.file.name}, sheet {TEXTS}{', ' if where else ''}{where}"
        self.changes.problems.append(Problem(place, code, fault, remedy))

    def _columns(self, sheet: Any) -> dict[str, int] | None:  # noqa: ANN401 - openpyxl has no types
        """Return language → column, or None where the columns of keys and editions are not there."""
        heads = [_shown(cell) for cell in sheet[1]]
        for column, head in enumerate(LEADING, 1):
            if heads[column - 1 : column] != [head]:
                where = f"row 1, column {get_column_letter(column)}"
                given = "".join(heads[column - 1 : column])[:40]
                fault = f"the column is called {given!r} instead of {head!r}."
                self._add(where, "column-changed", fault, "Restore the heads and the order of the columns.")
        if heads[:2] != list(LEADING[:2]):
            return None
        columns: dict[str, int] = {}
        for column, head in enumerate(heads[len(LEADING) :], len(LEADING) + 1):
            self._language(sheet, head, column, columns)
        for language in self.table.languages:
            if language not in columns:
                fault = f"there is no column for {language!r}."
                self._add("row 1", "column-missing", fault, f"Restore it; its head is {language!r}.")
        return columns

    def _language(self, sheet: Any, head: str, column: int, columns: dict[str, int]) -> None:  # noqa: ANN401
        letter = get_column_letter(column)
        match = _HEAD.fullmatch(head)
        if match is None:
            cells = (cell for (cell,) in sheet.iter_rows(min_row=2, min_col=column, max_col=column))
            if head or any(_shown(cell) for cell in cells):
                fault = f"{head[:40]!r} is no tag of a language."
                remedy = "Head it with a tag such as sv, or delete the column."
                self._add(f"row 1, column {letter}", "column-unknown", fault, remedy)
        elif match[1] in columns:
            fault = f"there are two columns for {match[1]!r}."
            self._add(f"row 1, column {letter}", "column-repeated", fault, "Keep one of them.")
        else:
            columns[match[1]] = column
            self.changes.columns[match[1]] = f"{self.file.name}, sheet {TEXTS}, column {letter} ({match[1]})"

    def _rows(self, sheet: Any) -> Iterator[tuple[tuple[str, str], int]]:  # noqa: ANN401
        """Yield key and edition → line of each row that the definition has, noting those it has not."""
        seen: dict[tuple[str, str], int] = {}
        unknown: list[tuple[int, str, str]] = []
        for line, cells in enumerate(sheet.iter_rows(min_row=2), 2):
            key, edition = _shown(cells[0]), _shown(cells[1])
            if (key, edition) in seen:
                fault = f"{_named(key, edition)} stands in row {seen[key, edition]} already."
                self._add(f"row {line}", "row-repeated", fault, "Keep one of them.")
            elif (key, edition) in self.table.by_place:
                seen[key, edition] = line
                yield (key, edition), line
            elif key or edition or any(_shown(cell) for cell in cells):
                unknown.append((line, key, edition))
        for line, key, edition in unknown:
            self._unknown(line, key, edition, seen)

    def _unknown(self, line: int, key: str, edition: str, seen: dict[tuple[str, str], int]) -> None:
        rows = self.table.rows
        was = rows[line - 2] if line - 2 < len(rows) else None
        if was is not None and (was.key, was.edition) not in seen:
            fault = f"it is called {_named(key, edition)[:80]} and was {_named(was.key, was.edition)}."
            self._add(f"row {line}, columns A and B", "key-changed", fault, "Restore key and edition.")
            seen[was.key, was.edition] = line
            self._renamed.add((was.key, was.edition))
        else:
            fault = f"the definition has no {_named(key, edition)[:80]}."
            self._add(f"row {line}", "row-unknown", fault, "Delete the row; texts have fixed places.")

    def _missing(self, key: str, edition: str) -> None:
        if (key, edition) not in self._renamed:
            fault = f"the row of {_named(key, edition)} is missing."
            self._add("", "row-missing", fault, "Restore it; rows may be sorted, and not deleted.")

    def _cell(self, row: TextRow, language: str, cell: Any) -> None:  # noqa: ANN401 - openpyxl has no types
        if isinstance(cell, MergedCell):
            # noted with the range it belongs to
            return
        where = f"row {cell.row}, column {cell.column_letter} ({language})"
        place = (language, row.edition, row.path)
        self.changes.places[place] = f"{self.file.name}, sheet {TEXTS}, {where}"
        former = row.cells[language].text if language in row.cells else ""
        problem = _unreadable(cell)
        if problem:
            self._add(where, *problem)
            return
        text = plain(_shown(cell))
        if text == former:
            return
        if language == self.facts["source"]:
            remedy = "Restore it, or write a sheet with another language as its source."
            self._add(where, "source-changed", "the text that is translated from was changed.", remedy)
        elif not text:
            remedy = "Write a text. What is to be left out is deleted in the definition's own file."
            self._add(where, "text-empty", f"the text was deleted (it was {former[:40]!r}).", remedy)
        else:
            self._check_text(row, former, text, where)
            self.changes.texts[place] = text

    def _check_text(self, row: TextRow, former: str, text: str, where: str) -> None:
        source = row.cells.get(self.facts["source"])
        # a text of a new language is held to what it was translated from
        asked = former or (source.text if source else "")
        lost = _terms(asked) - _terms(text)
        if lost:
            fault = f"{{{'.…}, {'.join(sorted(lost))}.…}} is lost, for which each edition has its own words."
            self._add(
                where, "placeholder-lost", fault, f"Write it where its words belong, as in: {asked[:80]}"
            )
        foreign = sorted(
            each for each in set(text) - self.letters if unicodedata.category(each)[0] not in "CZ"
        )
        shown = [f"{each} (U+{ord(each):04X})" for each in foreign]
        if shown:
            fault = f"reports and paper cannot be set with {', '.join(shown[:5])}."
            self._add(where, "letter-unsupported", fault, "Write it with letters that the fonts have.")

    def _refuse_outdated(self) -> None:
        """Note languages that were changed both here and in the definition, and leave their changes out."""
        for language in dict.fromkeys(language for language, _, _ in self.changes.texts):
            if language in self.table.languages and self.is_outdated(language):
                fault = f"the definition's texts in {language!r} were changed since the sheet was written."
                self._add("", "language-outdated", fault, "Write the sheet anew, and move the texts there.")
                for place in [place for place in self.changes.texts if place[0] == language]:
                    del self.changes.texts[place]


def _shown(cell: Any) -> str:  # noqa: ANN401 - openpyxl has no types
    if isinstance(cell.value, str):
        # control characters are written as _x0007_ in the file
        return str(unescape(cell.value))
    return "" if cell.value is None else str(cell.value)


def _unreadable(cell: Any) -> tuple[str, str, str] | None:  # noqa: ANN401 - openpyxl has no types
    """Return code, fault and remedy of a cell that is no text, or None."""
    if cell.data_type == "f":
        return "cell-formula", "the cell holds a formula.", "Write the text itself."
    if cell.value is not None and not isinstance(cell.value, str):
        return "cell-not-text", f"the cell holds {_shown(cell)[:40]}, which is no text.", "Format it as text."
    if cell.data_type == "e":
        return "cell-not-text", f"the cell holds the error {_shown(cell)[:40]}.", "Write the text itself."
    written = set(_shown(cell)) - {"\n", "\r", "\t"}
    hidden = sorted(each for each in written if unicodedata.category(each) == "Cc")
    if hidden:
        fault = f"the text holds an invisible character (U+{ord(hidden[0]):04X})."
        return "text-invisible", fault, "Delete it; it often comes along when copying."
    return None


def _terms(text: str) -> set[str]:
    return {name[0].lower() + name[1:] for name in _TERM.findall(text)}


def _named(key: str, edition: str) -> str:
    return f"{key!r} of the edition {edition!r}" if edition else f"{key!r}"
