"""Units: the teams and workplaces that answer, and the municipalities or counties they belong to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from instruments.problems import Refused, refuse
from reports.pdf import letters
from survey.store import random_keys
from survey.store.database import Database, searchable
from survey.store.repositories import access_history
from survey.store.repositories.unit_rows import BY_KEY, KEYS_BELOW, LINE, SUBTREE, every_row
from survey.store.tables import ANSWERING_KINDS, unit

LONGEST_NAME: Final = 200
_AT_ONCE: Final = 5000  # keys in one statement, far from what any database takes
# column → the act that changing it is
_CHANGED: Final[Mapping[str, str]] = {
    "name": "unit-renamed",
    "organisation_number": "number-changed",
    "language": "language-changed",
    "invited": "invited-changed",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the hierarchy; `edition` is None for what only holds others, such as a municipality.

    `language` and `invited` are what a draft of a wave begins with, where somebody said them. Nobody is
    asked in a unit from the day it was `closed_on`; `merged_on` is when others were last merged into it, and
    `placed_on` when it was added, or moved, to where it lies.
    `kept_years` is how long results of surveys there and below are kept; None: as what it lies in says.
    """

    id: int
    key: str
    name: str
    kind: str
    parent_id: int | None
    edition: str | None
    organisation_number: str | None = None
    language: str | None = None
    invited: int | None = None
    closed_on: date | None = None
    merged_into_id: int | None = None
    merged_on: date | None = None
    placed_on: date | None = None
    kept_years: int | None = None


def add(
    database: Database,
    name: str,
    kind: str,
    edition: str | None,
    parent_key: str | None,
    *,
    organisation_number: str | None = None,
    language: str | None = None,
    invited: int | None = None,
    placed_on: date | None = None,
) -> Unit:
    """Store a new unit.

    Raises Refused where the parent is unknown, one that answers lacks an edition, and as `require_name` and
    `require_edition` do: `unit-known` where another has the organisation number.
    """
    require_edition(name, kind, edition)
    parent = by_key(database, parent_key) if parent_key else None
    if parent is not None:
        require_open(parent)
    values: dict[str, object] = {"kind": kind, "edition": edition, "language": language, "invited": invited}
    with database.writing() as connection:
        require_number(connection, organisation_number)
        values |= {"organisation_number": organisation_number, "placed_on": placed_on}
        return add_below(connection, name, parent.id if parent else None, **values)


def add_below(connection: Connection, name: str, parent_id: int | None, **values: object) -> Unit:
    """Store a new unit of that name with these other columns, and return it as the transaction sees it.

    Raises Refused as `require_name` does.
    """
    key = random_keys.draw()
    require_name(connection, name, parent_id)
    connection.execute(insert(unit).values(key=key, name=name, parent_id=parent_id, **values))
    access_history.record_all(connection, [("unit-added", key, name)])
    return _value(connection.execute(every_row().where(unit.c.key == key)).one())


def correct(
    database: Database,
    key: str,
    name: str,
    *,
    organisation_number: str | None,
    language: str | None,
    invited: int | None,
    by: str,
    now: int,
) -> Unit:
    """Return the unit with all of this as it is given, in one act; its leaders see what changed.

    Raises Refused: `unit-unknown`, `unit-known` where another has the number, and as `require_name` does.
    """
    found = by_key(database, key)
    said = {"organisation_number": organisation_number, "language": language, "invited": invited}
    with database.writing() as connection:
        require_number(connection, organisation_number, found.id)
        require_name(connection, name, found.parent_id, found.id, place=key)
        change(connection, found.id, name=name, **said)
        access_history.record_all(connection, changes(found, {"name": name, **said}), by=by, now=now)
    return by_key(database, key)


def changes(before: Unit, after: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """Return what giving a unit these columns changes, as `access_history.record_all` takes it."""
    return [
        (_CHANGED[column], before.key, f"{getattr(before, column) or '–'} → {value or '–'}")
        for column, value in after.items()
        if value != getattr(before, column)
    ]


def rename(database: Database, key: str, name: str, *, by: str, now: int) -> Unit:
    """Return the unit under another name; its leaders see the old one.

    Raises Refused: `unit-unknown`, and as `require_name` does.
    """
    found = by_key(database, key)
    with database.writing() as connection:
        require_name(connection, name, found.parent_id, found.id, place=key)
        change(connection, found.id, name=name)
        access_history.record(
            connection, "unit-renamed", [found.id], about=f"{found.name} → {name}", by=by, now=now
        )
    return by_key(database, key)


def require_edition(name: str, kind: str, edition: str | None) -> None:
    """Raise Refused("edition-missing") for a unit in which people answer and that has no edition."""
    if kind in ANSWERING_KINDS and edition is None:
        raise refuse(
            "edition-missing",
            "“%(unit)s” is a unit in which people answer, and no edition was given for it.",
            "Name the edition: it says for whom the questionnaire is worded.",
            unit=name,
        )


def require_name_form(name: str, place: str = "") -> None:
    """Raise Refused for a name that cannot be printed or stored: `letter-unprintable`, `unit-name-length`."""
    letters.require_printable(name, place)
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise refuse(
            "unit-name-length",
            "The name of a unit has %(given)s characters. It may not be empty, and has %(longest)s at most.",
            "Give it a name by which its staff know it.",
            place=place,
            given=len(name.strip()),
            longest=LONGEST_NAME,
        )


def require_name(
    connection: Connection, name: str, parent_id: int | None, own_id: int | None = None, place: str = ""
) -> None:
    """Raise Refused unless a unit may have that name below that parent, None for below none.

    As `require_name_form` does, and `unit-name-taken` where another one has it, in whatever case.
    """
    require_name_form(name, place)
    beside = select(unit.c.id, unit.c.name).where(unit.c.parent_id.is_not_distinct_from(parent_id))
    # no database of ours finds æ and Æ alike
    taken = {each.name.casefold(): each.id for each in connection.execute(beside)}
    if taken.get(name.casefold(), own_id) != own_id:
        raise name_taken(name, place)


def name_taken(name: str, place: str = "") -> Refused:
    """Return the refusal of a name that another unit has in the same place."""
    return refuse(
        "unit-name-taken",
        "There is a unit called “%(name)s” there already.",
        "Give it another name, so that nobody takes the one for the other.",
        place=place,
        name=name,
    )


def require_number(
    connection: Connection, organisation_number: str | None, own_id: int | None = None
) -> None:
    """Raise Refused("unit-known") where another unit has the organisation number."""
    if organisation_number is None:
        return
    holder = select(unit.c.id, unit.c.name).where(unit.c.organisation_number == organisation_number)
    found = connection.execute(holder).one_or_none()
    if found is not None and found.id != own_id:
        raise number_taken(found.name, organisation_number)


def number_taken(holder: str, organisation_number: str) -> Refused:
    """Return the refusal of an organisation number that the unit of that name has."""
    return refuse(
        "unit-known",
        "“%(unit)s” has the organisation number %(number)s already.",
        "Correct the number, or change that unit instead of adding another.",
        number=organisation_number,
        unit=holder,
    )


def by_key(database: Database, key: str) -> Unit:
    """Return the unit of that key. Raises Refused where there is none."""
    with database.reading() as connection:
        row = connection.execute(BY_KEY, {"wanted": searchable(key)}).one_or_none()
    if row is None:
        raise refuse(
            "unit-unknown",
            "There is no unit with the key “%(key)s”.",
            "Look it up on your pages, or with `kjennetegn unit list`.",
            place=key,
            key=key[:40],
        )
    return _value(row)


def by_id(connection: Connection, unit_id: int) -> Unit:
    """Return the unit of that id, which the database itself gave, as the transaction sees it."""
    return _value(connection.execute(every_row().where(unit.c.id == unit_id)).one())


def inside(connection: Connection, unit_id: int) -> Sequence[Unit]:
    """Return the units that lie directly in that one, as the transaction sees them."""
    return [_value(row) for row in connection.execute(every_row().where(unit.c.parent_id == unit_id))]


def require_open(found: Unit) -> None:
    """Raise Refused("unit-closed") where the unit has been closed."""
    if found.closed_on is not None:
        raise refuse(
            "unit-closed",
            "%(unit)s was closed on %(day)s, and nobody is asked there any more.",
            "Choose another unit, or ask those who run the service to open it again.",
            place=found.key,
            unit=found.name,
            day=found.closed_on,
        )


def change(connection: Connection, unit_id: int, **columns: object) -> None:
    """Give a unit other columns, in the caller's transaction, which has it locked."""
    connection.execute(update(unit).where(unit.c.id == unit_id).values(**columns))


def lies_in(connection: Connection, found: Unit) -> str:
    """Return what a unit lies in, as a wave keeps it when it is sealed: keys, from the nearest to the top.

    Those in whose totals it counts come first, then a slash and the others: who answers in a team answers in
    the workplace around it too, and is counted there.
    """
    counted: list[str] = []
    others: list[str] = []
    while found.parent_id is not None:
        found = by_id(connection, found.parent_id)
        (others if others or found.edition is not None else counted).append(found.key)
    return f"{' '.join(counted)}/{' '.join(others)}"


def names(database: Database, keys: Iterable[str | None]) -> dict[str, str]:
    """Return the names of the units of these keys, by key."""
    asked = sorted({searchable(key) for key in keys if key is not None})
    parts = [asked[place : place + _AT_ONCE] for place in range(0, len(asked), _AT_ONCE)]
    with database.reading() as connection:
        found = (connection.execute(select(unit.c.key, unit.c.name).where(unit.c.key.in_(p))) for p in parts)
        return {row.key: row.name for rows in found for row in rows}


def names_upwards(database: Database, found: Unit) -> list[str]:
    """Return the names of what a unit lies in, from the nearest to the top."""
    names = []
    with database.reading() as connection:
        while found.parent_id is not None:
            found = by_id(connection, found.parent_id)
            names.append(found.name)
    return names


def of_connection(connection: Connection) -> list[Unit]:
    """Return all units by name, in the caller's transaction."""
    return [_value(row) for row in connection.execute(every_row().order_by(unit.c.name))]


def every(database: Database) -> tuple[Unit, ...]:
    """Return all units, parents before children, then by name."""
    with database.reading() as connection:
        found = of_connection(connection)
    return tuple(_ordered(found, None))


def upwards(database: Database, key: str) -> list[str]:
    """Return the keys of a unit and of what it lies in, from the nearest to the top."""
    return [each.key for each in line(database, key)]


def line(database: Database, key: str) -> list[Unit]:
    """Return a unit and what it lies in, from the nearest to the top. Raises Refused("unit-unknown")."""
    with database.reading() as connection:
        found = [_value(row) for row in connection.execute(LINE, {"wanted": searchable(key)})]
    return found or [by_key(database, key)]


def years_kept(database: Database, key: str, most: int) -> int:
    """Return for how many years results of a survey opened in the unit are kept, `most` where nobody said."""
    return years_among({each.id: each for each in every(database)}, by_key(database, key), most)


def years_among(by_id: Mapping[int, Unit], found: Unit | None, most: int) -> int:
    """Return the same of a unit among all units by their ids."""
    while found is not None and found.kept_years is None:
        found = by_id.get(found.parent_id or 0)
    # a policy may have come to allow fewer since
    return most if found is None else min(found.kept_years or most, most)


def lock(connection: Connection, keys: Collection[str]) -> None:
    """Let nobody else lock any of these units until the transaction ends, where it is one that writes."""
    if connection.get_execution_options().get("writing"):
        # always in the same order, so that two who lock several never wait for each other
        locked = select(unit.c.id).where(unit.c.key.in_(keys)).order_by(unit.c.id)
        connection.execute(locked.with_for_update()).all()


def keys_below(database: Database, key: str) -> frozenset[str]:
    """Return the keys of the unit of that key and of everything below it; none where there is none."""
    with database.reading() as connection:
        found = connection.execute(KEYS_BELOW, {"wanted": searchable(key)})
        return frozenset(found.scalars())


def subtree(database: Database, key: str) -> tuple[Unit, ...]:
    """Return the unit of that key and everything below it, parents before children."""
    with database.reading() as connection:
        found = [_value(row) for row in connection.execute(SUBTREE, {"wanted": searchable(key)}).all()]
    tops = [each for each in found if each.key == key]
    # a key that is none is refused
    top = tops[0] if tops else by_key(database, key)
    return top, *_ordered(found, top.id)


def _ordered(found: Sequence[Unit], top_id: int | None) -> list[Unit]:
    """Return the units below that one, or all: parents before children, otherwise as they are given."""
    below: dict[int | None, list[Unit]] = {}
    for each in found:
        below.setdefault(each.parent_id, []).append(each)
    ordered: list[Unit] = []

    def add_children(parent_id: int | None) -> None:
        # taken out, so that a unit that lies in itself is added once
        for each in below.pop(parent_id, ()):
            ordered.append(each)
            add_children(each.id)

    add_children(top_id)
    return ordered


def _value(row: Row[tuple[object, ...]]) -> Unit:
    # by place and not by name: a country's page reads thousands
    values: list[Any] = list(row)
    return Unit(*values)
