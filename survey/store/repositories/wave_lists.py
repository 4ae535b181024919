"""Lists of waves of many units: those below one, and those that a worker may have something to do with.

What a worker asks for every minute is found by an index, however many waves were sealed before.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select, text

from reports.results import half_year as half_years
from survey.store.database import Database, searchable
from survey.store.installation_tables import release_hold
from survey.store.ledger_tables import UNDECIDED
from survey.store.repositories import unit_rows, waves
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState, unit, wave

_AT_ONCE = 5000  # keys in one statement, far from what any database takes


def around(database: Database, top_key: str, half: str | None = None) -> Sequence[Wave]:
    """Return the waves of the units below that one, its own, and those sealed in it, oldest first.

    With a `half` those whose last day was planned in that half-year.
    """
    asked = waves.selected().where(_around(top_key))
    if half is not None:
        asked = asked.where(wave.c.planned_closes_on.between(*half_years.days(half)))
    return _found(database, asked)


def sealed_below(database: Database, top_key: str) -> Sequence[Wave]:
    """Return the waves that were sealed in the unit of that key or below it, oldest first."""
    asked = waves.selected().where(wave.c.state == WaveState.SEALED.value, _around(top_key))
    # those of units that have moved here since were sealed elsewhere
    return tuple(each for each in _found(database, asked) if top_key in each.places)


@dataclass(frozen=True, slots=True)
class SealedCount:
    """How many sealed waves of one edition, planned to one last day, lay in the same units.

    On `undecided` of them nothing is decided, and a release may.
    """

    planned_closes_on: date
    edition: str
    instrument: str
    lay_in: str
    undecided: int


def sealed_counts(database: Database, top_key: str) -> Sequence[SealedCount]:
    """Return the numbers of the waves that were sealed in the unit of that key or below it."""
    c = wave.c
    held = select(release_hold.c.wave_id)
    waits = case((and_(c.decided.is_(False), c.id.not_in(held)), 1), else_=0)
    same = (c.planned_closes_on, c.edition, c.instrument, c.lay_in)
    asked = (
        select(*same, func.sum(waits), (unit.c.key == top_key).label("own"))
        .join(unit)
        .where(c.state == WaveState.SEALED.value, _around(top_key))
        .group_by(*same, "own")  # by its name: PostgreSQL takes the expression written twice for two
    )
    with database.reading() as connection:
        rows = connection.execute(asked).all()
    # those of units that have moved here since were sealed elsewhere
    return [
        SealedCount(*row[:-1]) for row in rows if row[-1] or top_key in row.lay_in.replace("/", " ").split()
    ]


def in_states(database: Database, *states: WaveState) -> Sequence[Wave]:
    """Return the waves in these states, oldest first."""
    return _found(database, waves.selected().where(wave.c.state.in_([each.value for each in states])))


def undecided(database: Database) -> Sequence[Wave]:
    """Return the sealed waves on whole questionnaires on whose release nothing is decided, oldest first."""
    return _found(database, waves.selected().where(text(UNDECIDED)))


def of_keys(database: Database, keys: Collection[str], *states: WaveState) -> Sequence[Wave]:
    """Return those of the waves of these keys that there are, or that are in one of the states."""
    asked, ordered = waves.selected(), sorted(keys)
    if states:
        asked = asked.where(wave.c.state.in_([each.value for each in states]))
    parts = [ordered[place : place + _AT_ONCE] for place in range(0, len(ordered), _AT_ONCE)]
    return [each for some in parts for each in _found(database, asked.where(wave.c.key.in_(some)))]


def any_over(connection: Connection, today: date) -> bool:
    """Return whether any wave that is not open was kept longer than it may be."""
    most = connection.execute(select(func.max(wave.c.kept_years))).scalar_one() or 0
    # the oldest for each number of years: one look into an index each, and not at every wave
    ended = select(wave.c.closes_on).where(wave.c.state != WaveState.OPEN.value).order_by(wave.c.closes_on)
    oldest = [
        ended.where(wave.c.kept_years == years).limit(1).scalar_subquery() for years in range(1, most + 1)
    ]
    found = connection.execute(select(*oldest)).one() if oldest else ()
    return any(
        closed is not None and waves.years_after(closed, years) < today
        for years, closed in enumerate(found, start=1)
    )


def _around(top_key: str) -> ColumnElement[bool]:
    below = unit.c.id.in_(unit_rows.ids_below(searchable(top_key)))
    return or_(below, wave.c.lay_in.contains(top_key, autoescape=True))


def _found(database: Database, asked: Select[tuple[object, ...]]) -> Sequence[Wave]:
    with database.reading() as connection:
        rows = connection.execute(asked.order_by(wave.c.closes_on, wave.c.id)).all()
        return tuple(map(waves.of_row, rows))
