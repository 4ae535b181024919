"""The fonts that ship, and the letters they have: no other letter can be printed."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont

from instruments.model import Version
from instruments.problems import Problem, Refused, damage, refuse

FONTS: Final = Path(__file__).parent / "fonts"
FACES: Final = {
    "IBMPlexSans-Regular.ttf": "font-weight: 400; font-style: normal",
    "IBMPlexSans-Italic.ttf": "font-weight: 400; font-style: italic",
    "IBMPlexSans-SemiBold.ttf": "font-weight: 600; font-style: normal",
}


def require_fonts() -> None:
    """Raise Damaged where a font of the reports is missing: Pango without any font ends the process."""
    missing = [name for name in FACES if not (FONTS / name).is_file()]
    if missing:
        raise damage(
            "font-missing",
            f"{', '.join(missing)} is not among the reports' fonts.",
            "Install the program again, whole.",
            place="reports/pdf/fonts",
        )


@cache
def supported() -> frozenset[str]:
    """Return the letters that all the fonts have. Raises Damaged("font-missing")."""
    require_fonts()
    covered = [_of(FONTS / name) for name in FACES]
    return frozenset(covered[0].intersection(*covered[1:]))


def require_printable(text: str, place: str = "") -> None:
    """Raise Refused("letter-unprintable") for the first letter of a text that the fonts lack.

    Or that shows nothing, such as a line break or a soft hyphen: a text of one line has none of those.
    """
    missing = next((each for each in text if each not in supported() or not each.isprintable()), None)
    if missing is not None:
        raise refuse(
            "letter-unprintable",
            "The character “%(letter)s” (%(name)s) cannot be printed on slips and in reports.",
            "Leave it out, or write it in another way.",
            place=place,
            letter=missing if missing.isprintable() else "\N{REPLACEMENT CHARACTER}",
            name=unicodedata.name(missing, f"U+{ord(missing):04X}").lower(),
        )


def printable_line(text: str, place: str = "") -> str:
    """Return the text composed, an å being one character, and with single spaces.

    Raises Refused as `require_printable` does: for whatever is stored to be printed, from whatever source.
    """
    line = unicodedata.normalize("NFC", " ".join(text.split()))
    require_printable(line, place)
    return line


def unprintable(texts: Iterable[tuple[str, str]]) -> list[Problem]:
    """Return a problem for each text with a letter that the fonts lack, from its place and its words."""
    problems: list[Problem] = []
    for place, text in texts:
        try:
            printable_line(text, place)
        except Refused as refused:
            problems += refused.problems
    return problems


def require_printable_version(version: Version) -> None:
    """Raise Refused("letter-unprintable") with every text of a questionnaire that cannot be printed."""
    problems = _problems_of(version)
    if problems:
        raise Refused(problems)


@lru_cache(maxsize=64)
def _problems_of(version: Version) -> list[Problem]:
    return unprintable(
        (f"{version.reference} {wording.edition} {wording.language}", text)
        for wording in version.wordings.values()
        for text in _texts(wording)
    )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for each in value.values() for text in _texts(each))
    elif isinstance(value, tuple):
        yield from (text for each in value for text in _texts(each))
    elif is_dataclass(value):
        yield from (text for each in fields(value) for text in _texts(getattr(value, each.name)))


def _of(font: Path) -> set[str]:
    with TTFont(font, lazy=True) as opened:
        return set(map(chr, opened.getBestCmap()))
