"""What columns and values mean, in every language: texts from `labels.toml`, their numbers filled in.

They are data and no messages of a catalogue: most files carry all languages at once.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from instruments.languages import LANGUAGES, SOURCE

_FILE: Final = Path(__file__).with_name("labels.toml")

Texts = Mapping[str, str]


def texts(group: str, name: str, **values: object) -> Texts:
    """Return a text by language, that of the source where a language has none, with `{name}` filled in."""
    held = _groups()[group][name]
    return MappingProxyType(
        {language: held.get(language, held[SOURCE]).format(**values) for language in LANGUAGES}
    )


def notes(group: str = "notes") -> Mapping[str, Texts]:
    """Return a group of notes on how to read an export, by what they are about."""
    return {name: texts(group, name) for name in _groups()[group]}


@cache
def _groups() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads(_FILE.read_text("utf-8"))
