"""Read a definition, in one file or a folder of files, into one tree of tables that knows its lines."""

import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from instruments.definition import toml_positions
from instruments.definition.toml_positions import KeyPath
from instruments.problems import Problem, Refused

_LARGEST_FILE = 1_000_000  # bytes; a full edition in one language is a fortieth of it
_DEEPEST = 12  # levels of tables and lists; the format itself needs eight
_LARGEST_NUMBER = 2**63 - 1  # TOML's integers have 64 bits; tomllib reads any
_MOST_DOTS = 40  # in one key: tomllib takes quadratic time over them

Tree = dict[str, Any]


@dataclass
class DefinitionDraft:
    """Hold a definition as it was written: its tables, where each stands, and what is wrong so far.

    Paths lead into `tree`; a single file and a folder give the same tree, with languages under `texts`.
    `places` maps a path to `file:line`; `inherited` does so for what the version it builds on has brought.
    """

    origin: Path
    tree: Tree = field(default_factory=dict)
    places: dict[KeyPath, str] = field(default_factory=dict)
    inherited: dict[KeyPath, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: KeyPath) -> str:
        """Return `file:line` of the path, or of the nearest table around it that was written.

        Files are named as the caller named them. Nothing written at all gives the file or folder itself.
        """
        for length in range(len(path), -1, -1):
            for places in (self.places, self.inherited):
                if path[:length] in places:
                    return places[path[:length]]
        return self.origin.as_posix()

    def add(self, path: KeyPath, code: str, fault: str, remedy: str) -> None:
        """Note a problem at a path."""
        self.problems.append(Problem(self.place(path), code, fault, remedy))

    def refuse(self) -> None:
        """Raise Refused with every problem noted, in reading order, if there is any."""
        if self.problems:
            # one fault may be met twice, in what is shared and in what an edition makes of it
            raise Refused(sorted(dict.fromkeys(self.problems), key=_reading_order))

    def read(self, file: Path, inside: KeyPath) -> Tree:
        """Return a file's tables and note their places under `inside`.

        A file that cannot be read becomes problems and gives no tables.
        """
        try:
            text = _decode(file)
            tables = _parse(file, text)
        except Refused as refused:
            self.problems.extend(refused.problems)
            return {}
        for path, line in toml_positions.line_numbers(text).items():
            self.places[inside + path] = f"{file.as_posix()}:{line}"
        self._check_numbers(tables, inside)
        return tables

    def _check_numbers(self, value: object, path: KeyPath) -> None:
        for key, child in _children(value):
            if isinstance(child, int) and abs(child) > _LARGEST_NUMBER:
                fault = "it is not TOML: a whole number does not fit 64 bits."
                self.add((*path, key), "toml-invalid", fault, "Write a smaller number.")
            self._check_numbers(child, (*path, key))


def read_definition(path: Path) -> DefinitionDraft:
    """Return the draft in a folder (`instrument.toml`, `LANG.toml`, `LANG.EDITION.toml`) or a single file.

    Raises Refused when a file is missing, too large, not UTF-8, not TOML or nested too deeply.
    """
    draft = DefinitionDraft(path)
    if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises on a name that is too long
        _read_folder(draft)
    else:
        draft.tree = draft.read(path, ())
    draft.refuse()
    return draft


def _read_folder(draft: DefinitionDraft) -> None:
    main = draft.origin / "instrument.toml"
    draft.tree = draft.read(main, ())
    texts: Tree = {}
    _reject_table(draft, draft.tree, ("texts",))
    others = [
        (file, file.name.split(".")[:-1]) for file in sorted(draft.origin.glob("*.toml")) if file != main
    ]
    # a language's own file before those of its editions, which are put into it
    for file, (language, *edition) in sorted(others, key=lambda other: len(other[1])):
        inside: KeyPath = ("texts", language, *(("editions", ".".join(edition)) if edition else ()))
        tables = draft.read(file, inside)
        _reject_table(draft, tables, (*inside, "editions"))
        shared = texts.setdefault(language, {} if edition else tables)
        if edition:
            shared.setdefault("editions", {})[".".join(edition)] = tables
    if texts:
        draft.tree["texts"] = texts


def _reject_table(draft: DefinitionDraft, tables: Tree, path: KeyPath) -> None:
    """Note and remove a table that says what in a folder the name of a file says: they could differ."""
    if tables.pop(str(path[-1]), None) is not None:
        fault = f"[{path[-1]}] stands in a file of a folder."
        remedy = "Give each language its LANG.toml and each edition its LANG.EDITION.toml."
        draft.add(path, "texts-misplaced", fault, remedy)


def _decode(file: Path) -> str:
    try:
        size = file.stat().st_size
        content = file.read_bytes() if size <= _LARGEST_FILE else b""
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise _unreadable(
            file, 0, "file-missing", f"it cannot be read ({why}).", "Name a file or folder that exists."
        ) from None
    if size > _LARGEST_FILE:
        raise _unreadable(
            file, 0, "file-large", f"it holds {size} bytes.", f"Keep it under {_LARGEST_FILE} bytes."
        )
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise _unreadable(
            file, 1, "encoding-bom", "it begins with a byte order mark.", "Save it as UTF-8 without one."
        )
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        fault = f"byte 0x{content[error.start]:02x} is not UTF-8 (Latin-1 or Windows-1252, perhaps)."
        raise _unreadable(file, line, "encoding-wrong", fault, "Save it as UTF-8.") from None


def _parse(file: Path, text: str) -> Tree:
    deep = _unreadable(
        file,
        1,
        "nesting-deep",
        f"its tables nest deeper than {_DEEPEST} levels.",
        "Write the tables as docs/authoring.md does.",
    )
    # before parsing: what follows would take minutes
    if any(line.split("=", 1)[0].count(".") > _MOST_DOTS for line in text.splitlines()):
        raise deep
    try:
        tables = tomllib.loads(text)
    except RecursionError:
        raise deep from None
    except ValueError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        fault = f"it is not TOML: {str(error).splitlines()[0][:200]}."
        remedy = "Check quotes, brackets and equals signs around that line."
        raise _unreadable(file, line, "toml-invalid", fault, remedy) from None
    if _is_deeper(tables, _DEEPEST):
        raise deep
    return tables


def _is_deeper(tables: Tree, limit: int) -> bool:
    layer: list[Any] = [tables]
    for _ in range(limit):
        layer = [child for value in layer for _, child in _children(value)]
    return bool(layer)


def _children(value: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _unreadable(file: Path, line: int, code: str, fault: str, remedy: str) -> Refused:
    place = f"{file.as_posix()}:{line}" if line else file.as_posix()
    return Refused([Problem(place, code, fault, remedy)])


def _reading_order(problem: Problem) -> tuple[str, int, str, str]:
    file, _, line = problem.place.rpartition(":")
    # down to the sentence: what was found in a set has another order each time
    return file, int(line) if line.isdigit() else 0, problem.code, problem.fault
