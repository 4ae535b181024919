"""The columns of a sheet of units and the words in its cells, in all languages: the data of columns.toml."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cache
from importlib import resources

from instruments import library
from instruments.languages import LANGUAGES
from instruments.problems import Damaged, Refused


class SheetColumn(Enum):
    """Names the columns, in the order in which we write them."""

    ORGANISATION_NUMBER = "organisation_number"
    NAME = "name"
    KIND = "kind"
    EDITION = "edition"
    PARENT = "parent"
    LANGUAGE = "language"
    LEADER = "leader"
    INVITED = "invited"


_Words = Mapping[str, Mapping[str, list[str]]]


def heading(column: SheetColumn, language: str) -> str:
    """Return what a column is called in a language."""
    return _table()["columns"][column.value][language][0]


def kind_name(kind: str, language: str) -> str:
    """Return what a kind of unit is called in a language."""
    return _table()["kinds"][kind][language][0]


def column_of(typed: str) -> SheetColumn | None:
    """Return the column of that heading in any language, or None."""
    return _known_columns().get(plain(typed))


def kind_of(typed: str) -> str | None:
    """Return the kind of unit that is meant by a word of any language, or None."""
    return _known_kinds().get(plain(typed))


def language_of(typed: str) -> str | None:
    """Return the tag of a language by its tag or its name, or None."""
    known = {
        plain(word): tag
        for tag, each in LANGUAGES.items()
        for word in (tag, each.name, each.full_name, *each.also)
    }
    return known.get(plain(typed))


def language_names() -> list[str]:
    """Return the names of the languages, each in its own."""
    return [each.name for each in LANGUAGES.values()]


def known_editions() -> Mapping[str, str]:
    """Return the id of every edition by what may be written for it: see `plain`."""
    named = {plain(name): edition for (edition, _), name in _named_editions().items()}
    return named | {plain(edition): edition for edition, _ in _named_editions()}


def kind_names(language: str) -> list[str]:
    """Return the names of all kinds of units in a language, the one that is meant by none first."""
    return [kind_name(kind, language) for kind in _table()["kinds"]]


def edition_names(language: str) -> list[str]:
    """Return the names of all editions in a language, each once."""
    return [edition_name(edition, language) for edition in known_edition_ids()]


def known_edition_ids() -> list[str]:
    """Return the ids of all editions, each once."""
    return list(dict.fromkeys(edition for edition, _ in _named_editions()))


def edition_name(edition: str, language: str) -> str:
    """Return what the newest questionnaire calls an edition in a language; else in another; else its id."""
    names = _named_editions()
    elsewhere = (name for (known, _), name in names.items() if known == edition)
    return names.get((edition, language)) or next(elsewhere, edition)


def plain(typed: str) -> str:
    """Return a word in small letters without what stands between them: `Org.nr.` is `orgnr`."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", typed).casefold())


@cache
def _table() -> Mapping[str, _Words]:
    text = resources.files(__package__).joinpath("columns.toml").read_text("utf-8")
    found: Mapping[str, _Words] = tomllib.loads(text)
    return found


@cache
def _known_columns() -> Mapping[str, SheetColumn]:
    return {word: SheetColumn(name) for word, name in _words("columns", (each.value for each in SheetColumn))}


@cache
def _known_kinds() -> Mapping[str, str]:
    return dict(_words("kinds", _table()["kinds"]))


def _words(table: str, names: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Yield every word of a table with what it means, each also under its own name."""
    for name in names:
        yield plain(name), name
        for words in _table()[table][name].values():
            yield from ((plain(word), name) for word in words)


def _named_editions() -> Mapping[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for reference in library.available():
        try:
            version = library.get(reference)
        except (Refused, Damaged):
            continue  # the program's own check names it
        for edition, languages in version.editions.items():
            found |= {(edition, tag): version.wording(edition, tag).edition_name for tag in languages}
    return found
