"""Which rounds were released, when, and with how many of their units: told for good on their pages."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from survey.store.database import Database
from survey.store.round_tables import round_release
from survey.store.tables import unit


@dataclass(frozen=True, slots=True)
class RoundRelease:
    """The first release of a round: `sealed` units counted, and `missing` ones of the edition did not."""

    unit_key: str
    half: str
    edition: str
    instrument: str
    released_on: date
    sealed: int
    missing: int


def add(connection: Connection, unit_id: int, **columns: object) -> None:
    """Note that a round below a unit is released, in the caller's transaction; the first time stays."""
    insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert
    note = insert(round_release).values(unit_id=unit_id, **columns)
    connection.execute(note.on_conflict_do_nothing())


def first_of(
    database: Database, unit_keys: Collection[str], half: str, edition: str, instrument: str
) -> RoundRelease | None:
    """Return the first release of the round below any of these units; None where there was none."""
    c = round_release.c
    asked = (
        select(unit.c.key, c.half, c.edition, c.instrument, c.released_on, c.sealed, c.missing)
        .join(unit)
        .where(unit.c.key.in_(unit_keys), c.half == half, c.edition == edition, c.instrument == instrument)
        .order_by(c.released_on, c.id)
    )
    with database.reading() as connection:
        row = connection.execute(asked.limit(1)).one_or_none()
    return None if row is None else RoundRelease(*row)
