"""Find the items of a version in the header of a file, however the program that wrote it names them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from instruments.formats.exported_names import Naming, columns_of_programs, namings
from instruments.model import Version
from instruments.problems import Problem, Refused

_SHOWN = 10  # warnings, and problems; the rest are counted
_NOT_DRAWN = ("Cc", "Cf")  # Unicode categories: control and format
_EXAMPLES = 3  # ids shown where none was found


@dataclass(frozen=True, slots=True)
class Header:
    """Hold the columns of a file as it calls them, the item that each holds, and the naming it follows.

    `group` is the place of the column of groups, or None; `kept` those of columns to hand on.
    """

    names: tuple[str, ...]
    items: tuple[str | None, ...]
    naming: Naming
    group: int | None
    kept: tuple[int, ...]


def visible(cell: str) -> str:
    """Return a cell as it is seen: composed, with single spaces, without characters that are not drawn."""
    if not (cell.isascii() and cell.isprintable()):
        # they come along when a head is copied from a page, and some would steer a terminal
        spaced = " ".join(unicodedata.normalize("NFC", cell).split())
        cell = "".join(each for each in spaced if unicodedata.category(each) not in _NOT_DRAWN)
    return " ".join(cell.split())


def known_heads(version: Version, cells: Sequence[str]) -> int:
    """Return how many different items the cells of a header name."""
    return _found(_naming(version, cells), [visible(cell) for cell in cells])


def read_header(
    version: Version, cells: Sequence[str], place: str, group: str | None, keep: Sequence[str] = ()
) -> tuple[Header, list[Problem]]:
    """Return a header and the warnings about it. Raises Refused where columns are missing or duplicate."""
    names = tuple(visible(cell) for cell in cells)
    naming = _naming(version, names)
    items = tuple(naming.item(name) for name in names)
    wanted = [group] if group is not None else []
    named = {name: _column(names, name) for name in [*wanted, *keep]}
    problems = [*_missing(version, names, items, named, place), *_duplicates(names, items, named, place)]
    if len(problems) > _SHOWN:
        more = f"There are {len(problems) - _SHOWN} more problems of the header."
        problems[_SHOWN:] = [Problem(place, "more-problems", more, "Mend these first.")]
    if problems:
        raise Refused(problems)
    kept = tuple(found for name in keep for found in named[name])
    header = Header(names, items, naming, named[group][0] if group is not None else None, kept)
    return header, list(_unknown(version, header, place))


def _naming(version: Version, names: Sequence[str]) -> Naming:
    """Return the naming that finds the most items in a header; where two find as many, the first one."""
    # an item may bear the name of a column that another program adds: the heads together tell which it is
    return max(namings(version), key=lambda naming: _found(naming, [visible(name) for name in names]))


def _found(naming: Naming, names: Sequence[str]) -> int:
    return len({naming.item(name) for name in names} - {None})


def _column(names: Sequence[str], wanted: str) -> list[int]:
    """Return the places of the columns of a name: those written alike, or else those alike but for case."""
    exactly = [place for place, name in enumerate(names) if name == visible(wanted)]
    if exactly:
        return exactly
    return [place for place, name in enumerate(names) if name.casefold() == visible(wanted).casefold()]


def _missing(
    version: Version,
    names: Sequence[str],
    items: Sequence[str | None],
    named: dict[str, list[int]],
    place: str,
) -> Iterator[Problem]:
    if not set(items) - {None}:
        shown = ", ".join(repr(name[:40]) for name in names[:_EXAMPLES])
        examples = ", ".join(item.id for item in version.items[:_EXAMPLES])
        fault = f"The header names no item of {version.reference}; it begins with {shown}."
        yield Problem(place, "header-unknown", fault, f"Begin with a row of item ids: {examples}, …")
        return
    free = [name for name, item in zip(names, items, strict=True) if name and item is None]
    for item in version.items:
        if item.id not in items:
            near = get_close_matches(item.id, free, 1, 0.8)
            remedy = f"Rename column {near[0]!r}." if near else "Add it; leave unknown cells empty."
            yield Problem(place, "column-missing", f"There is no column {item.id!r}.", remedy)
    for name, places in named.items():
        if not places:
            remedy = f"Name one of: {', '.join(names)[:200]}."
            yield Problem(place, "column-missing", f"There is no column {name!r}.", remedy)


def _duplicates(
    names: Sequence[str], items: Sequence[str | None], named: dict[str, list[int]], place: str
) -> Iterator[Problem]:
    times = {item: number for item, number in Counter(items).items() if item is not None}
    times |= {name: len(places) for name, places in named.items()}
    for name, number in times.items():
        if number > 1:
            heads = [head for head, item in zip(names, items, strict=True) if item == name]
            shown = f" ({', '.join(heads)})" if len(set(heads)) > 1 else ""
            fault = f"Column {name!r} stands {number} times{shown}."
            yield Problem(place, "column-duplicate", fault, "Keep one of them.")


def _unknown(version: Version, header: Header, place: str) -> Iterator[Problem]:
    used = {header.group, *header.kept}
    unknown = [
        name
        for index, (name, item) in enumerate(zip(header.names, header.items, strict=True))
        if name and item is None and index not in used and not _is_added(name)
    ]
    for name in unknown[:_SHOWN]:
        fault = f"{version.reference} has no such item."
        yield Problem(f"{place}, column {name}", "column-unknown", fault, "The column was not used.")
    if len(unknown) > _SHOWN:
        fault = f"{len(unknown) - _SHOWN} more columns are no items."
        yield Problem(place, "columns-unknown", fault, "They were not used.")


def _is_added(name: str) -> bool:
    # `meta-instanceID`, `_submission_time`, `promise_1_`: what programs put beside the answers, and our notes
    parts = {*re.split("[-/]", name.lower())}
    return name.startswith("_") or name.endswith("_") or bool(parts & columns_of_programs())
