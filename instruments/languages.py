"""Read the languages there are from `languages.toml`: adding one is adding data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

_FILE: Final = Path(__file__).parent / "languages.toml"


@dataclass(frozen=True, slots=True)
class Language:
    """Describe a language: its names, the locale of its dates and numbers, what surveys elsewhere promise.

    `halves` are its words for the two halves of a year. `elsewhere` is what is true of a survey that another
    program carries out, in place of a promise, and `skip` that every statement may be skipped there. `also`
    are other tags of the language.
    """

    name: str
    full_name: str
    locale: str
    halves: tuple[str, str]
    elsewhere: str
    skip: str
    also: tuple[str, ...] = ()


SOURCE: Final = "en"  # the language of the sentences in the code, which has no catalogue
LANGUAGES: Final[Mapping[str, Language]] = MappingProxyType(
    {tag: Language(**table) for tag, table in tomllib.loads(_FILE.read_text("utf-8")).items()}
)
