"""Units that are removed with all their waves; what stays is the ledger's keys and counts, and an entry."""

from datetime import date

from survey.collection import removal
from survey.collection.lifecycle import Step, go_on
from survey.operations.installation import Installation
from survey.organisation import standstill
from survey.store.database import Transaction
from survey.store.repositories import access_history, releases, unit_contents, units, waves
from survey.store.repositories.units import Unit


def remove(home: Installation, key: str, *, by: str, now: int, today: date, step: Step = go_on) -> Unit:
    """Remove a unit with its waves, statistics, agreements, links, codes, keys and files; return what it was.

    What it lay in keeps an entry that says so. May be interrupted anywhere, as `removal.remove_waves` may.
    Raises Refused: `unit-unknown`, `unit-holds-units`, and as `standstill.require_long_over` does.
    """
    from survey.background import jobs  # noqa: PLC0415 - it knows all that prints, which other acts do not need

    found, ended = units.by_key(home.database, key), waves.of_unit(home.database, key)
    places = {place for wave in ended for place in wave.places}

    def require(connection: Transaction) -> None:
        standstill.require_long_over(connection, home.policy, [found], today)
        inside = units.inside(connection, found.id)
        if inside:
            raise standstill.holding(found, inside)

    def along(connection: Transaction) -> None:
        unit_contents.remove_unit(connection, found.id, now)
        access_history.record(connection, "unit-removed", [found.parent_id], about=found.name, by=by, now=now)

    # refused before any file is touched
    with home.database.reading() as connection:
        require(connection)
    concerned = {*places, *units.upwards(home.database, key), *(wave.key for wave in ended)}
    jobs.remove_about(home, concerned, now)
    removal.remove_waves(home.database, home.keys, ended, along, require=require, step=step)
    return found


def withdrawn_totals(home: Installation, key: str) -> int:
    """Return how many totals are withdrawn where the unit of that key is removed."""
    cells = {(wave.unit_key, wave.key) for wave in waves.of_unit(home.database, key)}
    return len(releases.decisions(home.database, cells).totals)
