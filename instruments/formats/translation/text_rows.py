"""List the texts of a definition, one row a place, with what each language says there."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from instruments.definition.loader import DefinitionDraft, Tree
from instruments.definition.texts import text_leaves, texts_of
from instruments.definition.toml_positions import KeyPath

SHARED: Final = ""  # the edition of a row that all editions share


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold what one language says at a place, its terms not filled in; empty where it says nothing.

    `inherited` means that it is written elsewhere: among the texts that editions share, or in the version
    that this one builds on.
    """

    text: str
    inherited: bool


@dataclass(frozen=True, slots=True)
class TextRow:
    """Hold one place of the texts: the keys that lead to it, its edition, and a cell for each language."""

    path: KeyPath
    edition: str
    cells: Mapping[str, Cell]

    @property
    def key(self) -> str:
        """Return the place as people read it, entries of lists counted from one: `introduction.1`."""
        return key_of(self.path)


@dataclass(frozen=True)
class TextRows:
    """Hold the rows of a definition and its languages, in the order they are written in."""

    reference: str
    languages: tuple[str, ...]
    editions: Mapping[str, tuple[str, ...]]
    rows: tuple[TextRow, ...]

    @cached_property
    def by_place(self) -> Mapping[tuple[str, str], TextRow]:
        """Return the rows by key and edition."""
        return {(row.key, row.edition): row for row in self.rows}

    def digest(self, language: str) -> str:
        """Return a digest of what a language says, to tell whether it has changed since."""
        rows = (row for row in self.rows if language in row.cells)
        said = [[row.key, row.edition, row.cells[language].text] for row in rows]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


def key_of(path: KeyPath) -> str:
    """Return a path as people read it, entries of lists counted from one."""
    return ".".join(str(each + 1) if isinstance(each, int) else each for each in path)


def plain(text: str) -> str:
    """Return a text as it is compared and kept: composed letters, single spaces."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def text_rows(draft: DefinitionDraft) -> TextRows:
    """Return the rows of a definition that was read whole (`library.read`): each place with its editions.

    A row of an edition stands wherever one of its languages has words of its own there.
    """
    tree = draft.tree
    editions = {name: tuple(tags) for name, tags in tree["editions"].items()}
    languages = tuple(dict.fromkeys(tag for tags in editions.values() for tag in tags))
    written = {SHARED: {tag: _without_editions(tree["texts"][tag]) for tag in languages}}
    for edition, tags in editions.items():
        written[edition] = {tag: tree["texts"][tag].get("editions", {}).get(edition, {}) for tag in tags}
    paths = {
        name: [path for own in tables.values() for path, _ in text_leaves(own)]
        for name, tables in written.items()
    }
    rows = [
        TextRow(path, edition, _cells(draft, path, edition, editions.get(edition, languages)))
        for path in dict.fromkeys(path for each in paths.values() for path in each)
        for edition in (SHARED, *editions)
        if path in set(paths[edition])
    ]
    return TextRows(f"{tree['name']}@{tree['version']}", languages, editions, tuple(_in_order(rows)))


def _text_at(tables: Tree, path: KeyPath) -> str:
    """Return the text at a path, or an empty one where there is none."""
    value: Any = tables
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError):
            return ""
    return str(value)


def _without_editions(shared: Tree) -> Tree:
    return {key: value for key, value in shared.items() if key != "editions"}


def _cells(
    draft: DefinitionDraft, path: KeyPath, edition: str, languages: tuple[str, ...]
) -> dict[str, Cell]:
    cells = {}
    for tag in languages:
        inside: KeyPath = ("texts", tag, *(("editions", edition) if edition else ()))
        shared = _without_editions(draft.tree["texts"][tag])
        tables = texts_of(draft.tree, edition, tag) if edition else shared
        text = plain(_text_at(tables, path))
        cells[tag] = Cell(text, bool(text) and (*inside, *path) not in draft.places)
    return cells


def _in_order(rows: list[TextRow]) -> list[TextRow]:
    # what is read first stands first, and entries of one list together: files differ in their order
    first = {key: place for place, key in enumerate(dict.fromkeys(row.path[0] for row in rows))}
    tables: dict[KeyPath, int] = {}
    for row in rows:
        tables.setdefault(row.path[:2], len(tables))
    return sorted(rows, key=lambda row: (first[row.path[0]], tables[row.path[:2]]))
