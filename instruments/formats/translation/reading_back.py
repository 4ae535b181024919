"""Put the changes of a translators' sheet into the files of its definition, checked as any definition is."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from instruments import library
from instruments.definition import loader
from instruments.definition.toml_positions import KeyPath
from instruments.formats.translation.reading import Place, SheetChanges, read_changes
from instruments.formats.translation.text_rows import SHARED, TextRow, TextRows, text_rows
from instruments.formats.translation.toml_files import TextValue, changed_files
from instruments.problems import Problem, Refused


@dataclass(frozen=True, slots=True)
class ReadBack:
    """Hold what a sheet makes of a definition: the files that change, and how many texts of each language."""

    files: Mapping[str, str]
    texts: Mapping[str, int]


def read_back(origin: Path, sheet: Path, letters: frozenset[str]) -> ReadBack:
    """Return what the sheet changes in the definition at `origin`; nothing is written.

    `letters` are those that reports and paper can be set in. Raises Refused with every fault of the sheet,
    each with its row and column, and with what `library.load` would refuse in the changed definition.
    """
    draft, _ = library.read(origin)
    table = text_rows(draft)
    changes = read_changes(table, sheet, letters)
    problems = [*changes.problems]
    values = _values(table, changes, problems)
    files = changed_files(origin, values, _editions(table, changes))
    problems += _problems_of(origin, files, changes)
    if problems:
        raise Refused(_once(problems))
    return ReadBack(files, _counted(changes.texts))


def _values(
    table: TextRows, changes: SheetChanges, problems: list[Problem]
) -> dict[tuple[str, str], dict[KeyPath, TextValue]]:
    """Return what is written where: texts, and lists whole, of which one entry differs."""
    values: dict[tuple[str, str], dict[KeyPath, TextValue]] = {}
    lists: dict[tuple[str, str, KeyPath], None] = {}
    for (language, edition, path), text in changes.texts.items():
        at = next((k for k, key in enumerate(path) if isinstance(key, int)), None)
        if at is None:
            values.setdefault((language, edition), {})[path] = text
        else:
            lists[language, edition, path[:at]] = None
    for language, edition, path in lists:
        rows = [row for row in table.rows if row.edition == edition and row.path[: len(path)] == path]
        entries = _entries(rows, language, changes, len(path))
        for place, entry in enumerate(entries):
            if not entry and any(entries[place:]):
                where = changes.places[language, edition, (*path, place, *rows[0].path[len(path) + 1 :])]
                fault = "the entry is empty, and one after it is not."
                problems.append(Problem(where, "list-gap", fault, "Move the entries up."))
        values.setdefault((language, edition), {})[path] = [entry for entry in entries if entry]
    return values


def _entries(rows: list[TextRow], language: str, changes: SheetChanges, depth: int) -> list[Any]:
    """Return the entries of a list as they are now: texts or tables of texts, empty where nothing is said."""
    entries: dict[int, Any] = {}
    for row in rows:
        cell = row.cells.get(language)
        text = changes.texts.get((language, row.edition, row.path), cell.text if cell else "")
        place, *rest = row.path[depth:]
        if not rest:
            entries[int(place)] = text
        elif text:
            entries.setdefault(int(place), {})[str(rest[0])] = text
        else:
            entries.setdefault(int(place), {})
    return [entries[place] for place in sorted(entries)]


def _editions(table: TextRows, changes: SheetChanges) -> dict[str, tuple[str, ...]] | None:
    """Return the editions with their languages where a language comes to one of them, or None."""
    own = {row.edition for row in table.rows} - {SHARED}
    editions = {name: list(tags) for name, tags in table.editions.items()}
    for language, edition, _ in changes.texts:
        # an edition without words of its own has what all editions share
        for name in [edition] if edition else [each for each in editions if each not in own]:
            if language not in editions[name]:
                editions[name].append(language)
    made = {name: tuple(tags) for name, tags in editions.items()}
    return None if made == dict(table.editions) else made


def _problems_of(origin: Path, files: Mapping[str, str], changes: SheetChanges) -> Iterable[Problem]:
    """Return what is wrong with the definition once it is changed, placed in the sheet where possible."""
    if not files:
        return ()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / origin.name
        write_copy(origin, files, copy)
        try:
            draft = loader.read_definition(copy)
            # what it builds on lies beside the original
            draft.origin = origin
            draft.places = {
                path: place.replace(copy.as_posix(), origin.as_posix())
                for path, place in draft.places.items()
            }
            draft.places |= dict(_placed(changes))
            library.completed(draft)
        except Refused as refused:
            return refused.problems
    return ()


def _placed(changes: SheetChanges) -> Iterable[tuple[KeyPath, str]]:
    """Yield a path of the definition with its place in the sheet, for the languages that were changed."""
    changed = {language for language, _, _ in changes.texts}
    for (language, edition, path), place in changes.places.items():
        if language in changed:
            inside: KeyPath = ("texts", language, *(("editions", edition) if edition else ()))
            for length in range(len(path)):
                # a table is of a whole column; an entry of a list stands where its text does
                entry = any(isinstance(key, int) for key in path[:length])
                yield (*inside, *path[:length]), place if entry else changes.columns[language]
            yield (*inside, *path), place


def write_copy(origin: Path, files: Mapping[str, str], copy: Path) -> None:
    """Write a definition with changed files to a path that is not there yet."""
    if origin.is_dir():
        shutil.copytree(origin, copy)
        for name, text in files.items():
            (copy / name).write_bytes(text.encode())
    else:
        copy.write_bytes(files[origin.name].encode() if files else origin.read_bytes())


def _counted(texts: Mapping[Place, str]) -> dict[str, int]:
    languages = [language for language, _, _ in texts]
    return {language: languages.count(language) for language in dict.fromkeys(languages)}


def _once(problems: list[Problem]) -> list[Problem]:
    return sorted(dict.fromkeys(problems), key=_reading_order)


def _reading_order(problem: Problem) -> tuple[int, str]:
    _, _, row = problem.place.partition(", row ")
    number = row.partition(",")[0]
    return (int(number) if number.isdigit() else 0, problem.place)
