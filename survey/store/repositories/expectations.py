"""Expectations: what a leader wrote of a draft, before anybody was asked."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, insert, select

from instruments import library
from reports.results.expectations import Expectation, Expected
from survey.store.database import Database
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave
from survey.store.tables import expectation


def of_wave(database: Database, wave: Wave) -> tuple[Expectation, ...]:
    """Return what was expected of the wave, in the order of the questionnaire's dimensions."""
    rows = select(expectation.c.dimension, expectation.c.expected).where(expectation.c.wave_id == wave.id)
    with database.reading() as connection:
        found = {name: Expectation(name, Expected(word)) for name, word in connection.execute(rows)}
    return tuple(found[each.id] for each in library.get(wave.instrument) if each.id in found)


def replace(database: Database, wave: Wave, expected: Sequence[Expectation]) -> bool:
    """Store what is expected of a draft in place of what was; return whether it still is a draft."""
    with database.writing() as connection:
        if not waves.lock_draft(connection, wave.id):
            return False
        connection.execute(delete(expectation).where(expectation.c.wave_id == wave.id))
        rows = [
            {"wave_id": wave.id, "dimension": each.dimension, "expected": each.expected.value}
            for each in expected
        ]
        if rows:
            connection.execute(insert(expectation), rows)
        waves.record_act(connection, "expectations-written", wave.unit_id, wave.title)
    return True


def forget_others(connection: Connection, wave_id: int, dimensions: Collection[str]) -> None:
    """Remove what was expected of any other dimension than these, in the caller's transaction."""
    others = expectation.c.dimension.not_in(list(dimensions))
    connection.execute(delete(expectation).where(expectation.c.wave_id == wave_id, others))
