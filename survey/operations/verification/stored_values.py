"""Whether every stored value can be read, and means something where it is one of a few."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, Integer, LargeBinary, String, Table, inspect

from instruments import background, library
from instruments.model import Version
from instruments.problems import Damaged, Problem, Refused
from reports.presentation.locale import LOCALES
from survey import organisation_numbers
from survey.accounts import passwords
from survey.operations import log
from survey.store import random_keys
from survey.store.database import Database
from survey.store.email_addresses import ADDRESS
from survey.store.repositories.waves import units_in
from survey.store.tables import metadata

_KEY, _KEYS = random_keys.FORM, f"{random_keys.FORM}( {random_keys.FORM})*"
_RESTORE = "Restore the database from a backup."
# what a job of each kind is asked for, as its own code writes it
_PAYLOADS: Mapping[str, Mapping[str, str]] = {
    "reports-under": {"unit": _KEY, "reader": "owner|leader", "languages": "([a-z]+( [a-z]+)*)?"},
    "round-slips": {"unit": _KEY, "round": _KEY, "language": "[a-z]+", "newest": "[0-9]+"},
    "pool-export": {
        "pools": _KEYS,
        "rows": "[a-z]+",
        "format": "[a-z]+",
        "language": "[a-z]+",
        "style": "[a-z]+",
    },
    "round-release": {
        "unit": _KEY,
        "half": "[0-9]{4}-[12]",
        "edition": ".+",
        "instrument": ".+@.+",
    },
    "pool-validation": {"pools": _KEYS, "pairwise": "yes|no"},
    "edition-verdict": {"instrument": ".+@.+", "editions": "[^ ]+( [^ ]+)+", "state": random_keys.FORM},
    "research-export": {
        "study": _KEY,
        "rows": "[a-z]+",
        "format": "[a-z]+",
        "language": "[a-z]+",
        "style": "[a-z]+",
        "first": "([0-9]{4}H[12])?",
        "last": "([0-9]{4}H[12])?",
        "instruments": "[^,]*",
        "editions": "[^,]*",
    },
    "slips": {"wave": _KEY, "count": "[1-9][0-9]*", "recipient": "[0-9a-f]{64}", "retiring": "yes"},
}
# what each part of a job is, likewise; other tasks need no more than their job says
_PART = {"wave": _KEY, "language": "[a-z]+"}
# tables whose keys, or whose workers', are drawn
_DRAWN = ("unit", "wave", "planned_round", "agreed_action", "job", "job_task", "pool", "study")
# as `units.lies_in` writes it
_LAY_IN = re.compile(f"({_KEYS})?/({_KEYS})?")
_MAY_BE_LEFT_OUT = frozenset({"retiring"})

_Row = Mapping[str, Any]
_Rows = Mapping[str, Sequence[_Row]]


def problems(database: Database) -> Iterator[Problem]:
    """Yield every value that has not the type of its column, or names what is not there.

    Tables and columns that are missing are passed over here: the schema's own check names them.
    """
    with database.reading() as connection:
        rows = {table.name: _rows(connection, table) for table in metadata.sorted_tables}
    for table in metadata.sorted_tables:
        for row in rows[table.name]:
            for name in row:
                yield from _column_problems(table, table.columns[name], row)
    yield from _drawn_problems(rows)
    yield from _unit_problems(rows["unit"])
    for row in rows["account"]:
        yield from _account_problems(row)
    for row in rows["wave"]:
        yield from _wave_problems(row)
    yield from _contradictions(rows)
    yield from _lay_in_problems(rows)
    yield from _action_problems(rows)
    known = {each.reference for each in _versions()}
    for row in rows["planned_round"]:
        if row.get("instrument") not in known:
            yield _unreadable("planned_round", row, f"There is no {row.get('instrument')!r}.")
    for row in rows["round_release"]:
        yield from _release_problems(row)
    yield from _job_problems(rows)


def _rows(connection: Connection, table: Table) -> Sequence[_Row]:
    """Return the table's rows as the database driver gives them, text of SQLite as its bytes."""
    found = inspect(connection)
    if not found.has_table(table.name):
        return []
    there = {each["name"] for each in found.get_columns(table.name)}
    columns = [each for each in table.columns if each.name in there]
    as_bytes = connection.dialect.name == "sqlite"  # whose text may be anything, and then ends the reading
    selected = ", ".join(
        f"CAST({each.name} AS BLOB)" if as_bytes and isinstance(each.type, String) else each.name
        for each in columns
    )
    read = connection.exec_driver_sql(f"SELECT {selected} FROM {table.name}")  # noqa: S608 - our own tables
    return [_decoded(dict(zip((each.name for each in columns), row, strict=True)), table) for row in read]


def _decoded(row: dict[str, Any], table: Table) -> _Row:
    """Return the row with its texts as text, where they are; what is not stays bytes, and is told as that."""
    for name, value in row.items():
        if isinstance(table.columns[name].type, String) and isinstance(value, bytes):
            try:
                row[name] = value.decode()
            except UnicodeDecodeError:
                continue
    return row


def _column_problems(table: Table, column: Column[Any], row: _Row) -> Iterator[Problem]:
    value = row[column.name]
    if value is None:
        if not column.nullable:
            yield _unreadable(table.name, row, f"{column.name} is empty.")
    elif not _is_of(column, value):
        yield _unreadable(table.name, row, f"{column.name} is no {_kind(column)}.")


def _is_of(column: Column[Any], value: object) -> bool:
    kind, length = column.type, getattr(column.type, "length", None)
    if isinstance(kind, LargeBinary):
        return isinstance(value, bytes) and length in {None, len(value)}
    if isinstance(kind, String):
        return isinstance(value, str) and value.isprintable() and len(value) <= (length or len(value))
    if isinstance(kind, Boolean):
        return value in {0, 1}
    if isinstance(kind, Date):
        return isinstance(value, date) or _is_date(value)
    return not isinstance(kind, Integer) or _is_count(value)


def _is_count(value: object) -> bool:
    # numbers of rows, people, tries and seconds: none is ever negative
    return isinstance(value, int) and value >= 0


def _is_date(value: object) -> bool:
    try:
        return date.fromisoformat(str(value)).isoformat() == value
    except ValueError:
        return False


def _kind(column: Column[Any]) -> str:
    length = getattr(column.type, "length", None)
    named = {
        LargeBinary: "row of bytes",
        String: "printable text",
        Boolean: "yes or no",
        Date: "date",
    }
    name = next((words for kind, words in named.items() if isinstance(column.type, kind)), "whole number")
    return f"{name} of {length}" if length and isinstance(column.type, LargeBinary) else name


def _contradictions(rows: _Rows) -> Iterator[Problem]:
    """Yield the rows whose values are each possible, and not together or beside the rows they name."""
    for row in rows["sign_in"]:
        began, seen = row.get("began_at"), row.get("seen_at")
        if isinstance(began, int) and isinstance(seen, int) and seen < began:
            yield _unreadable("sign_in", row, "It was seen before it began.")
    holding = {row.get("account_id") for row in rows["membership"] if row.get("ended_at") is None}
    for row in rows["account"]:
        if (row.get("id") in holding) != (row.get("roleless_since") is None):
            yield _unreadable("account", row, "It has a role and is without any, or neither.")
    editions = {row.get("id"): row.get("edition") for row in rows["unit"]}
    with_codes = {row.get("wave_id") for row in rows["access_code"]}
    closed = {row.get("id") for row in rows["unit"] if row.get("closed_on") is not None}
    for row in rows["wave"]:
        # a unit's edition never changes once it has a wave, and a plan takes it over
        if row.get("unit_id") in editions and row.get("edition") != editions[row["unit_id"]]:
            yield _unreadable("wave", row, f"Its unit has another edition than {row.get('edition')!r}.")
        if row.get("unit_id") in closed and row.get("state") in {"open", "closed"}:
            yield _unreadable("wave", row, "Nobody is asked in its unit, which was closed.")
        if row.get("open_link") and row.get("id") in with_codes:
            yield _unreadable("wave", row, "It is answered by one link for all, and has printed codes.")


def _lay_in_problems(rows: _Rows) -> Iterator[Problem]:
    found_in: dict[object, set[object]] = defaultdict(set)
    for row in rows["sealed_in"]:
        found_in[row.get("wave_id")].add(row.get("unit_key"))
    for row in rows["wave"]:
        lay_in = str(row.get("lay_in") or "")
        if row.get("lay_in") is not None and not _LAY_IN.fullmatch(lay_in):
            yield _unreadable("wave", row, "What its unit lay in is no list of keys.")
        elif found_in[row.get("id")] != set(units_in(lay_in)):
            yield _unreadable("wave", row, "It is not found in just those units that its unit lay in.")


def _drawn_problems(rows: _Rows) -> Iterator[Problem]:
    """Yield the rows whose key, or whose worker's, is none that this program draws."""
    for name in _DRAWN:
        for row in rows[name]:
            for column in ("key", "holder"):
                value = row.get(column)
                if value is not None and not random_keys.is_key(str(value)):
                    yield _unreadable(name, row, f"{column} is none that this program draws.")


def _unit_problems(rows: Sequence[_Row]) -> Iterator[Problem]:
    editions = {edition for each in _versions() for edition in each.editions}
    parents = {row.get("id"): row.get("parent_id") for row in rows}
    for row in rows:
        if row.get("edition") is not None and row["edition"] not in editions:
            fault = f"No questionnaire has its edition {row['edition']!r}."
            yield Problem(_place("unit", row), "edition-lost", fault, "Restore it, or the questionnaire.")
        if row.get("language") is not None and row["language"] not in LOCALES:
            yield _unreadable("unit", row, f"There is no language {row['language']!r}.")
        number = row.get("organisation_number")
        if number is not None and not organisation_numbers.is_sound(str(number)):
            yield _unreadable("unit", row, "Its organisation number has a wrong check digit.")
        seen, above = {row.get("id")}, row.get("parent_id")
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above is not None:
            yield _unreadable("unit", row, "It lies in itself.")


def _versions() -> Iterator[Version]:
    for reference in library.available():
        try:
            yield library.get(reference)
        except (Refused, Damaged):
            continue  # the program's own check names it


def _account_problems(row: _Row) -> Iterator[Problem]:
    if row.get("language") not in LOCALES:
        yield _unreadable("account", row, f"There is no language {row.get('language')!r}.")
    if (row.get("links") == 0) != (row.get("linked_at") is None):
        yield _unreadable("account", row, "It has links without a time, or a time without a link.")
    if row.get("password_hash") and not passwords.is_whole(str(row["password_hash"])):
        remedy = "Restore the database, or give the account a new link: kjennetegn account link."
        yield Problem(_place("account", row), "password-unreadable", "Its password cannot be read.", remedy)


def _wave_problems(row: _Row) -> Iterator[Problem]:
    place = _place("wave", row)
    try:
        version = library.get(str(row.get("instrument")))
        if row.get("background") is not None:
            background.get(str(row["background"]))
    except (Refused, Damaged) as error:
        yield from (
            Problem(place, each.code, each.fault, each.remedy, each.values) for each in error.problems
        )
        return
    if version.content_hash != row.get("content_hash"):
        fault = f"It was asked with another content of {version.reference} than the one here."
        remedy = "Install the release of Kjennetegn that holds it unaltered, or restore the database."
        yield Problem(place, "instrument-altered", fault, remedy)
    if row.get("language") not in version.editions.get(str(row.get("edition")), ()):
        fault = f"{version.reference} has no edition {row.get('edition')!r} in {row.get('language')!r}."
        yield Problem(place, "value-unreadable", fault, _RESTORE)


def _release_problems(row: _Row) -> Iterator[Problem]:
    if not re.fullmatch("[0-9]{4}-[12]", str(row.get("half"))):
        yield _unreadable("round_release", row, f"There is no half-year {row.get('half')!r}.")
    asked = [each for each in _versions() if each.reference == row.get("instrument")]
    if not any(row.get("edition") in each.editions for each in asked):
        fault = f"There is no {row.get('instrument')!r} in the edition {row.get('edition')!r}."
        yield _unreadable("round_release", row, fault)


def _action_problems(rows: _Rows) -> Iterator[Problem]:
    asked = {row.get("id"): str(row.get("instrument")) for row in rows["wave"]}
    dimensions = {reference: _dimensions(reference) for reference in set(asked.values())}
    for table in ("agreed_action", "expectation"):
        for row in rows[table]:
            if row.get("dimension") not in dimensions.get(asked.get(row.get("wave_id"), ""), ()):
                yield _unreadable(table, row, f"Its wave has no dimension {row.get('dimension')!r}.")


def _dimensions(reference: str) -> set[str]:
    try:
        return {dimension.id for dimension in library.get(reference)}
    except (Refused, Damaged):
        return set()  # the wave's own check names it


def _job_problems(rows: _Rows) -> Iterator[Problem]:
    known = {name: {row.get("key") for row in rows[name]} for name in ("unit", "wave")}
    for row in rows["job"]:
        if not _is_actor(row.get("ordered_by")):
            yield _unreadable("job", row, "Whoever ordered it is nobody who can.")
        asked = _payload(row)
        if asked is None:
            yield _unreadable("job", row, "What it is asked for cannot be read.")
            continue
        for name in known.keys() & asked.keys():
            if asked[name] not in known[name]:
                yield _unreadable("job", row, f"There is no {name} {asked[name]}.")
    for row in rows["job_task"]:
        if _fitting(row, _PART if row.get("step") == "part" else {}) is None:
            yield _unreadable("job_task", row, "What it is of its job cannot be read.")


def _is_actor(name: object) -> bool:
    return name in {log.WORKER, log.COMMAND_LINE} or bool(re.match(ADDRESS, str(name)))


def _payload(row: _Row) -> Mapping[str, str] | None:
    """Return what a job is asked for; None where that is not what a job of its kind can be asked for."""
    return _fitting(row, _PAYLOADS.get(str(row.get("kind")), {}))


def _fitting(row: _Row, parts: Mapping[str, str]) -> Mapping[str, str] | None:
    try:
        asked = json.loads(row.get("payload") or "")
        required = parts.keys() - _MAY_BE_LEFT_OUT
        whole = required <= asked.keys() <= parts.keys()
        fits = whole and all(re.fullmatch(parts[name], asked[name]) for name in asked)
    except (ValueError, TypeError, AttributeError):
        return None
    return asked if fits else None


def _unreadable(table: str, row: _Row, fault: str) -> Problem:
    return Problem(_place(table, row), "value-unreadable", fault, _RESTORE)


def _place(table: str, row: _Row) -> str:
    """Return which row it is: by its key, or by what else names it without saying anything of people."""
    key = next((row[name] for name in ("key", "id", "wave_id") if row.get(name) is not None), "")
    return f"{table} {key}".strip()
