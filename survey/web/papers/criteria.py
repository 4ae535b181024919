"""The success criteria of WCAG 2.1 at levels A and AA, and what the tests of the program say of each."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

_FILE: Final = Path(__file__).with_name("criteria.toml")


class CriterionOutcome(Enum):
    """What is known of a criterion; no person has evaluated any of them."""

    NO_FAULT = "no-fault"  # tests look for faults, as far as the note says, and find none
    ABSENT = "absent"  # there is nothing that it could be about
    UNTESTED = "untested"  # no test looks for it
    BREACH = "breach"  # it is not met, and the note says where


@dataclass(frozen=True, slots=True)
class Method:
    """A way in which the suite tests pages: name and what it does, by language, and its files of tests."""

    id: str
    names: Mapping[str, str]
    said: Mapping[str, str]
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One success criterion: its number and level, its name and a note by language, and what is known."""

    number: str
    level: str
    names: Mapping[str, str]
    outcome: CriterionOutcome
    methods: tuple[str, ...]
    notes: Mapping[str, str]


def _read() -> tuple[tuple[Method, ...], tuple[Criterion, ...]]:
    written = tomllib.loads(_FILE.read_text("utf-8"))
    methods = tuple(
        Method(name, _by_language(each, "name_"), _by_language(each), tuple(each["tests"]))
        for name, each in written["methods"].items()
    )
    return methods, tuple(_criterion(number, each) for number, each in written["criteria"].items())


def _by_language(written: Mapping[str, Any], prefix: str = "") -> Mapping[str, str]:
    return MappingProxyType({each: written.get(f"{prefix}{each}", "") for each in ("nb", "en")})


def _criterion(number: str, written: Mapping[str, Any]) -> Criterion:
    return Criterion(
        number,
        written["level"],
        _by_language(written),
        CriterionOutcome(written["outcome"]),
        tuple(written.get("methods", ())),
        _by_language(written, "note_"),
    )


METHODS, CRITERIA = _read()
