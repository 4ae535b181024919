"""Which rounds were released, when, and with how many of their units: told for good on their pages."""

from collections.abc import Sequence
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


def every(database: Database) -> Sequence[RoundRelease]:
    """Return the first releases of all rounds, oldest first."""
    c = round_release.c
    rows = (
        select(unit.c.key, c.half, c.edition, c.instrument, c.released_on, c.sealed, c.missing)
        .join(unit)
        .order_by(c.released_on, c.id)
    )
    with database.reading() as connection:
        return [RoundRelease(*row) for row in connection.execute(rows)]
