"""What may be put right in a wave that was opened: its last day later, its title, more who are invited.

Nothing of it is ever made less. What was first planned is kept beside, and told (docs/decisions/0112).
"""

from datetime import date

from instruments.problems import refuse
from survey.collection import lifecycle, planning, spacing
from survey.store.database import Database
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState


def prolong(database: Database, wave_key: str, closes_on: date, today: date) -> Wave:
    """Move the last day of an open wave and return it.

    Codes, links and what people have begun follow. Raises Refused: `wave-state`, `last-day-past`,
    `last-day-earlier`, and as `spacing.require_alone` does.
    """
    found = waves.by_key(database, wave_key)
    lifecycle.require_state(found, WaveState.OPEN)
    period = spacing.Period(spacing.line(database, found.unit_key), found.opens_on, closes_on, found.id)
    with database.writing() as connection:
        spacing.require_alone(connection, period)
        wave = waves.locked(connection, found.id)
        lifecycle.require_state(wave, WaveState.OPEN)
        planning.require_later(wave, closes_on, wave.closes_on, today)
        waves.amend(connection, wave.id, closes_on=closes_on)
        waves.record_act(connection, "wave-prolonged", wave.unit_id, wave.title)
    return lifecycle.fresh(database, found)


def correct(database: Database, wave_key: str, *, title: str, invited: int) -> Wave:
    """Give a wave that is open or closed another title and more who are invited, and return it.

    Raises Refused: `wave-state`, `invited-fewer`, and as `planning.require_title` does.
    """
    found = waves.by_key(database, wave_key)
    planning.require_title(title, found.key)
    with database.writing() as connection:
        wave = waves.locked(connection, found.id)
        lifecycle.require_state(wave, WaveState.OPEN, WaveState.CLOSED)
        if invited < wave.invited:
            raise refuse(
                "invited-fewer",
                "%(before)s people were invited, and the number can only be corrected upwards, to no "
                "fewer than that: not to %(invited)s.",
                "Give the same number or a larger one.",
                place=wave.key,
                before=wave.invited,
                invited=invited,
            )
        waves.amend(connection, wave.id, title=title, invited=invited)
        waves.record_act(connection, "wave-corrected", wave.unit_id, title)
    return lifecycle.fresh(database, found)
