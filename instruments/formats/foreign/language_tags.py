"""Find the tag of a language that a file of another program names."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from instruments.languages import LANGUAGES

_NAMES: Final[Mapping[str, str]] = {
    name.lower(): tag
    for tag, names in tomllib.loads(
        (Path(__file__).parent / "language_names.toml").read_text("utf-8")
    ).items()
    for name in names
}
_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_IN_BRACKETS: Final = re.compile(r"\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})?)\s*\)\s*$")


def tag_of(named: str) -> str:
    """Return the tag of a language named as `Norsk bokmål (nb)`, `nb`, `nb_NO` or `Norwegian`; "" of none."""
    name = named.strip()
    bracketed = _IN_BRACKETS.search(name)
    short = (bracketed[1] if bracketed else name).replace("_", "-")
    tag = short[:2].lower() + short[2:] if len(short) < 3 or short[2:3] == "-" else short.lower()  # noqa: PLR2004 - letters of a tag
    if name.lower() in _NAMES:
        return _NAMES[name.lower()]
    return _own(tag) if _TAG.fullmatch(tag) else ""


def _own(tag: str) -> str:
    """Return the tag that we have for a language that has several: no is nb, en-GB is en."""
    main = tag.partition("-")[0]
    for own, language in LANGUAGES.items():
        if main == own or main in language.also:
            return own
    return tag
