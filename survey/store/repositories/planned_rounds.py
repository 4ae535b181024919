"""Rounds that an owner planned for many units: what holds for all of their waves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from instruments.problems import refuse
from survey.store.database import Database, searchable
from survey.store.round_tables import planned_round
from survey.store.tables import unit, wave


@dataclass(frozen=True, slots=True)
class PlannedRound:
    """A round as it was planned below the unit of that key."""

    id: int
    key: str
    unit_key: str
    title: str
    instrument: str
    opens_on: date
    closes_on: date
    open_link: bool


def add(connection: Connection, key: str, unit_id: int, **columns: object) -> int:
    """Store a planned round in the caller's transaction and return its id."""
    added = insert(planned_round).values(key=key, unit_id=unit_id, **columns)
    return int(connection.execute(added.returning(planned_round.c.id)).scalar_one())


def change(connection: Connection, round_id: int, **columns: object) -> None:
    """Give a planned round other columns, in the caller's transaction."""
    connection.execute(update(planned_round).where(planned_round.c.id == round_id).values(**columns))


def remove(connection: Connection, round_id: int) -> None:
    """Remove a planned round that no wave is linked to, in the caller's transaction."""
    connection.execute(update(wave).where(wave.c.planned_round_id == round_id).values(planned_round_id=None))
    connection.execute(delete(planned_round).where(planned_round.c.id == round_id))


def of_unit(database: Database, unit_key: str) -> Sequence[PlannedRound]:
    """Return the rounds that were planned below a unit, newest first."""
    found = _all().where(unit.c.key == unit_key)
    with database.reading() as connection:
        rows = connection.execute(found.order_by(planned_round.c.opens_on.desc(), planned_round.c.id.desc()))
        return [_value(row) for row in rows]


def by_key(database: Database, unit_key: str, key: str) -> PlannedRound:
    """Return the round of that key below the unit. Raises Refused("round-unknown")."""
    wanted = _all().where(unit.c.key == unit_key, planned_round.c.key == searchable(key))
    with database.reading() as connection:
        row = connection.execute(wanted).one_or_none()
    if row is None:
        raise refuse(
            "round-unknown",
            "There is no planned round with the key “%(key)s”.",
            "Look it up among your units.",
            place=unit_key,
            key=key[:40],
        )
    return _value(row)


def _all() -> Select[tuple[object, ...]]:
    c = planned_round.c
    return select(
        c.id, c.key, unit.c.key.label("unit_key"), c.title, c.instrument, c.opens_on, c.closes_on, c.open_link
    ).join(unit)


def _value(row: Row[tuple[object, ...]]) -> PlannedRound:
    return PlannedRound(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
