"""Name items, groups and answers as other programs allow, and recognise those names in what comes back.

What another program reserves is renamed with a warning. The same names are used on both ways, so that a file
of answers from there is read with the definition it was exported from.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from instruments.model import Version
from instruments.problems import Problem

_RESERVED: Final[Mapping[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "reserved_names.toml").read_text("utf-8")
)
_LONGEST_CODE: Final = 20  # characters of a code in LimeSurvey; letters and digits only
# what ODK, KoboToolbox and Briefcase may be told to put between a group and a question
_SEPARATOR: Final = re.compile(r"[/.:-]")
# `D1[code]`, as LimeSurvey heads a column by code; `D1_code` and `D1.code` as R, SPSS and Stata get it; and
# `G01Q01[code]` where the array was made there by hand
_LIMESURVEY_COLUMN: Final = re.compile(
    r"(?:([A-Z][A-Z0-9]*)\[([A-Z0-9]+)\]|(D[0-9]+)[_.]([A-Z0-9]+))(?:[.:]? .*|\..*)?",
    re.DOTALL | re.IGNORECASE,
)

_Names = Mapping[str, str]
_RENAMED_THERE: Final = "Its files get another name, which `kjennetegn score` knows."
_PROGRAMS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "xlsform": ("ODK and KoboToolbox", _RENAMED_THERE),
        "limesurvey": ("LimeSurvey", _RENAMED_THERE),
        "stata": ("Stata", "A column of that name is renamed there."),
        "r": ("R", "A column of that name is written in backticks there."),
    }
)
_TOLD_APART_BY_CASE: Final = "r"


@dataclass(frozen=True, slots=True)
class Naming:
    """Say how the files of a program call what is asked.

    `item` returns the item id of a column's head, or None. `answers` maps what a cell may hold, beside the
    codes and ids of the definition, to one of them.
    """

    program: str
    item: Callable[[str], str | None]
    answers: _Names


def namings(version: Version) -> tuple[Naming, ...]:
    """Return the ways a file of answers may be headed, those of other programs first.

    Upper and lower case do not tell heads apart, as they tell no ids apart.
    """
    items = {item.id.lower(): item.id for item in version.items}
    return (
        Naming("LimeSurvey", _limesurvey_reader(version), _limesurvey_answers(version)),
        Naming("XLSForm", _xlsform_reader(version), MappingProxyType({})),
        Naming("", lambda head: items.get(head.lower()), MappingProxyType({})),
    )


def columns_of_programs() -> frozenset[str]:
    """Return the columns that other programs add to what they export, in lower case."""
    added = ("form", "preloaded", "columns")
    return frozenset(
        name.lower() for table in _RESERVED.values() for key in added for name in table.get(key, ())
    )


def xlsform_names(version: Version) -> _Names:
    """Return the name of each dimension and item in an XLSForm: its id, with `_` where reserved."""
    # an id of ours never ends in an underscore, so that these names are free
    return {each: f"{each}_" if _is_reserved("xlsform", each) else each for each in _ids(version)}


def limesurvey_codes(version: Version) -> _Names:
    """Return the code of each item in LimeSurvey: without underscores, cut, numbered where taken."""
    taken: dict[str, str] = {}
    lower: set[str] = set()
    for item in version.items:
        plain = item.id.replace("_", "")
        code, number = plain[:_LONGEST_CODE], count(2)
        while code.lower() in lower or _is_reserved("limesurvey", code):
            suffix = str(next(number))
            code = plain[: _LONGEST_CODE - len(suffix)] + suffix
        taken[item.id] = code
        lower.add(code.lower())
    return taken


def limesurvey_groups(version: Version) -> _Names:
    """Return the code of each dimension's question in LimeSurvey: D1, D2 …"""
    return {dimension.id: f"D{number}" for number, dimension in enumerate(version, 1)}


def limesurvey_answer(version: Version, answer: int | str) -> str:
    """Return the code of an answer in LimeSurvey: letters and digits only, five at most."""
    if isinstance(answer, int):
        return str(answer).replace("-", "N")
    return f"U{version.scale.unscored.index(answer) + 1}"


def renamed(version: Version, program: str) -> Iterator[Problem]:
    """Yield a warning for each id that `xlsform` or `limesurvey` cannot keep; other programs keep all.

    That LimeSurvey's codes have no underscores is true of all of them, and no warning.
    """
    names = {"xlsform": xlsform_names, "limesurvey": limesurvey_codes}.get(program, lambda _: {})(version)
    for own, there in names.items():
        plain = own.replace("_", "") if program == "limesurvey" else own
        if there == plain:
            continue
        if _is_reserved(program, plain):
            code, why = "name-reserved", f"{plain!r} is reserved there"
        elif len(plain) > _LONGEST_CODE:
            code, why = "name-long", f"a code has at most {_LONGEST_CODE} characters there"
        else:
            code, why = "name-taken", f"{plain!r} is taken there by another id"
        remedy = "Nothing needs to be done: `kjennetegn score` knows both names."
        yield Problem(own, code, f"It is called {there!r} in the file: {why}.", remedy)


def reserved_words(version: Version) -> Iterator[Problem]:
    """Yield what the author should know of each id that other programs keep for themselves; places are ids.

    ODK and LimeSurvey get another name from us; Stata and R get the id as it is.
    """
    for own in _ids(version):
        for program, (name, what) in _PROGRAMS.items():
            plain = own.replace("_", "") if program == "limesurvey" else own
            if _is_reserved(program, plain):
                yield Problem(own, "id-reserved", f"{plain!r} is a word of {name}.", what)


def _ids(version: Version) -> Iterator[str]:
    for dimension in version:
        yield dimension.id
        yield from (item.id for item in dimension.items)


def _is_reserved(program: str, name: str) -> bool:
    table = _RESERVED[program]
    listed: Iterable[str] = (each for key, names in table.items() if key != "prefixes" for each in names)
    if program == _TOLD_APART_BY_CASE:
        return name in set(listed)
    return name.lower() in {each.lower() for each in listed} or name.lower().startswith(
        tuple(table.get("prefixes", ()))
    )


def _xlsform_reader(version: Version) -> Callable[[str], str | None]:
    names = xlsform_names(version)
    groups = {names[item.id].lower(): names[each.id].lower() for each in version for item in each.items}
    own = {there.lower(): each for each, there in names.items()}

    def read(head: str) -> str | None:
        *around, name = _SEPARATOR.split(head.lower())
        if name not in groups:
            return None
        # a head without its group is one where the program was asked to leave groups out, and a group that is
        # none of ours was put around the items there
        foreign = bool(around) and around[-1] not in own and head[-len(name) - 1] in "/-"
        known = not around or around[-1] == groups[name] or foreign
        return own[name] if known else None

    return read


def _limesurvey_reader(version: Version) -> Callable[[str], str | None]:
    codes, groups = limesurvey_codes(version), limesurvey_groups(version)
    arrays = {item.id: groups[dimension.id].lower() for dimension in version for item in dimension.items}
    own = {code.lower(): each for each, code in codes.items()}

    def read(head: str) -> str | None:
        match = _LIMESURVEY_COLUMN.fullmatch(head)
        if match is None:
            return None
        array, code = (match[1] or match[3]).lower(), (match[2] or match[4]).lower()
        item = own.get(code)
        # codes are of one item each, so that an array that is none of ours may hold it
        known = item is not None and (array == arrays[item] or array not in arrays.values())
        return item if known else None

    return read


def _limesurvey_answers(version: Version) -> _Names:
    answers: tuple[int | str, ...] = (*version.scale.categories, *version.scale.unscored)
    return {limesurvey_answer(version, each): str(each) for each in answers}
