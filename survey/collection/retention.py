"""Surveys whose time is over: what was kept of them is removed, a number of years after their last day.

How many was settled when a survey was opened, so that whoever answered was told it (docs/decisions/0122).
"""

from collections.abc import Sequence
from datetime import date

from survey.collection import removal
from survey.collection.keys import KeyDirectory
from survey.operations import log
from survey.store.database import Database, Transaction
from survey.store.repositories import access_history, wave_lists, waves
from survey.store.repositories.waves import Wave


def over(database: Database, today: date) -> Sequence[Wave]:
    """Return the waves that were kept as long as they may be; an open one is closed first."""
    with database.reading() as connection:
        # asked before every page with results: one look at the oldest, not at all there are
        if not wave_lists.any_over(connection, today):
            return ()
    return [wave for wave in waves.every(database) if not wave.is_open and wave.kept_until < today]


def end_over(database: Database, keys: KeyDirectory, today: date) -> Sequence[Wave]:
    """Remove the waves whose time is over and return what they were.

    A worker does it every minute, and before results are shown it is done by whoever asks for them, so that
    nothing is shown after its time where no worker runs. Raises Damaged("database-busy") where traces are
    left for the worker; the waves are gone then too.
    """
    ended = over(database, today)
    for each in ended:
        end(database, keys, each)
    return ended


def end(database: Database, keys: KeyDirectory, wave: Wave) -> None:
    """Remove one wave whose time is over; the history of its unit says so."""

    def noted(connection: Transaction) -> None:
        access_history.record(connection, "wave-removed", [wave.unit_id], about=wave.title, by=log.WORKER)

    removal.remove_waves(database, keys, [wave], noted)
