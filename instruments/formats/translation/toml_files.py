"""Change texts in the files of a definition and leave everything else in them as it was written."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import tomlkit

from instruments.definition.toml_positions import KeyPath
from instruments.formats.translation.text_rows import SHARED

_MAIN: Final = "instrument.toml"

TextValue = str | list[Any]  # a text, or a list of texts or of tables of texts


def changed_files(
    origin: Path,
    texts: Mapping[tuple[str, str], Mapping[KeyPath, TextValue]],
    editions: Mapping[str, tuple[str, ...]] | None,
) -> dict[str, str]:
    """Return file name → its new content, for each file of a definition that changes.

    `texts` maps a language and an edition to what is written at each path. `editions`, where it is given, are
    all editions with the languages they are offered in. Comments and layout stay. A language or an edition
    without a file gets one, whose tables stand in the order given.
    """
    if not origin.is_dir():
        changed = _Document(origin)
        for (language, edition), values in texts.items():
            inside: KeyPath = ("texts", language, *(("editions", edition) if edition else ()))
            changed.assign({(*inside, *path): value for path, value in values.items()})
        changed.set_editions(editions)
        return {origin.name: changed.text} if changed.text != changed.former else {}
    documents = {}
    for (language, edition), values in texts.items():
        name = f"{language}.{edition}.toml" if edition != SHARED else f"{language}.toml"
        documents[name] = _Document(origin / name)
        documents[name].assign(values)
    if editions is not None:
        documents[_MAIN] = _Document(origin / _MAIN)
        documents[_MAIN].set_editions(editions)
    return {name: each.text for name, each in documents.items() if each.text != each.former}


class _Document:
    """Hold one file while it is changed."""

    def __init__(self, file: Path) -> None:
        # read as bytes: line ends stay what they are
        self.former = file.read_bytes().decode() if file.exists() else ""
        self._tables = tomlkit.parse(self.former)

    @property
    def text(self) -> str:
        """Return the content as it is now."""
        return tomlkit.dumps(self._tables)

    def assign(self, values: Mapping[KeyPath, TextValue]) -> None:
        """Write each value at its path, making the tables on the way."""
        # in a new table, texts come before tables of texts
        for path, value in sorted(values.items(), key=lambda each: len(each[0])):
            container: Any = self._tables
            for key in path[:-1]:
                if key not in container:
                    container[key] = tomlkit.table()
                container = container[key]
            _put(container, path[-1], value)

    def set_editions(self, editions: Mapping[str, tuple[str, ...]] | None) -> None:
        """Add languages to editions, or write the whole table where it was taken over."""
        for edition, languages in (editions or {}).items():
            table = self._tables.setdefault("editions", tomlkit.table())
            known = table.setdefault(edition, tomlkit.array())
            for language in languages:
                if language not in known:
                    known.append(language)


def _put(container: Any, key: str | int, value: TextValue) -> None:  # noqa: ANN401 - of tomlkit
    """Write a value, entry by entry where there is a list of the same length, whose comments stay."""
    former = container.get(key) if isinstance(key, str) else container[key]
    if isinstance(value, list) and isinstance(former, list) and len(former) == len(value):
        for place, entry in enumerate(value):
            if isinstance(entry, dict):
                for name, text in entry.items():
                    _put_text(former[place], name, text)
            else:
                _put_text(former, place, entry)
    elif isinstance(value, list):
        container[key] = _list(value)
    else:
        _put_text(container, key, value)


def _put_text(container: Any, key: str | int, text: str) -> None:  # noqa: ANN401 - of tomlkit
    known = key in container if isinstance(container, dict) else True
    # what is said already keeps the way it was written
    if not known or container[key] != text:
        container[key] = text


def _list(value: list[Any]) -> Any:  # noqa: ANN401 - of tomlkit
    if any(isinstance(entry, dict) for entry in value):
        return tomlkit.item(value)
    made = tomlkit.array()
    made.extend(value)
    return made.multiline(multiline=True)
