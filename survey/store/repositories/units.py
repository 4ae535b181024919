"""Units: the teams and workplaces that answer, and the municipalities or counties they belong to."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, Row, Select, insert, select, update

from instruments.problems import refuse
from survey.store.database import Database, searchable
from survey.store.repositories import access_history
from survey.store.tables import unit


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the hierarchy; `edition` is None for what only holds others, such as a municipality."""

    id: int
    key: str
    name: str
    kind: str
    parent_id: int | None
    edition: str | None


def add(database: Database, name: str, kind: str, edition: str | None, parent_key: str | None) -> Unit:
    """Store a new unit. Raises Refused where the parent is unknown, or one that answers lacks an edition."""
    if kind in {"team", "workplace"} and edition is None:
        raise refuse(
            "edition-missing",
            "“%(unit)s” is a unit in which people answer, and no edition was given for it.",
            "Name the edition: it says for whom the questionnaire is worded.",
            unit=name,
        )
    parent = by_key(database, parent_key) if parent_key else None
    # random, because keys stand in addresses: a running number would say how many units there are
    key = secrets.token_hex(4)
    values = {"key": key, "name": name, "kind": kind, "edition": edition}
    with database.writing() as connection:
        connection.execute(insert(unit).values(parent_id=parent.id if parent else None, **values))
    return by_key(database, key)


def rename(database: Database, key: str, name: str, *, by: str, now: int) -> Unit:
    """Return the unit under another name; its leaders see the old one. Raises Refused("unit-unknown")."""
    found = by_key(database, key)
    with database.writing() as connection:
        connection.execute(update(unit).where(unit.c.id == found.id).values(name=name))
        access_history.record(
            connection, "unit-renamed", [found.id], about=f"{found.name} → {name}", by=by, now=now
        )
    return by_key(database, key)


def by_key(database: Database, key: str) -> Unit:
    """Return the unit of that key. Raises Refused where there is none."""
    with database.reading() as connection:
        row = connection.execute(_all().where(unit.c.key == searchable(key))).one_or_none()
    if row is None:
        raise refuse(
            "unit-unknown",
            "There is no unit of the key “%(key)s”.",
            "Look it up on your pages, or with `kjennetegn unit list`.",
            place=key,
            key=key[:40],
        )
    return _value(row)


def every(database: Database) -> tuple[Unit, ...]:
    """Return all units, parents before children, then by name."""
    with database.reading() as connection:
        found = [_value(row) for row in connection.execute(_all().order_by(unit.c.name))]
    ordered: list[Unit] = []

    # quadratic, which is nothing for the some hundred units of an installation
    def add_children(parent_id: int | None) -> None:
        for each in found:
            if each.parent_id == parent_id:
                ordered.append(each)
                add_children(each.id)

    add_children(None)
    return tuple(ordered)


def upwards(database: Database, key: str) -> list[str]:
    """Return the keys of a unit and of what it lies in, from the nearest to the top."""
    by_id = {each.id: each for each in every(database)}
    found = [by_key(database, key)]
    while found[-1].parent_id is not None:
        found.append(by_id[found[-1].parent_id])
    return [each.key for each in found]


def lock(connection: Connection, keys: Collection[str]) -> None:
    """Let nobody else lock any of these units until the transaction ends, where it is one that writes."""
    if connection.get_execution_options().get("writing"):
        # always in the same order, so that two who lock several never wait for each other
        locked = select(unit.c.id).where(unit.c.key.in_(keys)).order_by(unit.c.id)
        connection.execute(locked.with_for_update()).all()


def subtree(database: Database, key: str) -> tuple[Unit, ...]:
    """Return the unit of that key and everything below it, parents before children."""
    top = by_key(database, key)
    within = {top.id}
    # parents come before children in `every`, so one pass finds all levels
    below = []
    for each in every(database):
        if each.id in within or each.parent_id in within:
            within.add(each.id)
            below.append(each)
    return tuple(below)


def _all() -> Select[tuple[object, ...]]:
    c = unit.c
    return select(c.id, c.key, c.name, c.kind, c.parent_id, c.edition)


def _value(row: Row[tuple[object, ...]]) -> Unit:
    return Unit(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
