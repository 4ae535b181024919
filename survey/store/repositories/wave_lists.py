"""Lists of waves of many units: those below one, and those that a worker may have something to do with.

What a worker asks for every minute is found by an index, however many waves were sealed before.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    insert,
    select,
    text,
    true,
    union,
)

from reports.results import half_year as half_years
from survey.store.database import Database, searchable
from survey.store.installation_tables import release_hold
from survey.store.ledger_tables import UNDECIDED
from survey.store.repositories import waves
from survey.store.repositories.ledger_groups import conditions
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState, sealed_in, unit, wave

_AT_ONCE = 5000  # keys in one statement, far from what any database takes


def of_units(database: Database, unit_ids: Collection[int]) -> Sequence[Wave]:
    """Return the waves of these units, oldest first."""
    with database.reading() as connection:
        return _in_order(_where(connection, waves.selected(), wave.c.unit_id, unit_ids))


def around(
    database: Database, top_key: str, unit_ids: Collection[int], half: str | None = None
) -> Sequence[Wave]:
    """Return the waves of these units, which lie below that one, and those sealed in it, oldest first.

    With a `half` those whose last day was planned in that half-year.
    """
    planned = true() if half is None else wave.c.planned_closes_on.between(*half_years.days(half))
    sealed = select(wave.c.id).join(sealed_in).where(sealed_in.c.unit_key == searchable(top_key), planned)
    asked = waves.selected().where(planned)
    with database.reading() as connection:
        own = _where(connection, asked, wave.c.unit_id, unit_ids)
        elsewhere = set(connection.execute(sealed).scalars()) - {each.id for each in own}
        return _in_order([*own, *_where(connection, asked, wave.c.id, elsewhere)])


def sealed_below(database: Database, top_key: str) -> Sequence[Wave]:
    """Return the waves that were sealed in the unit of that key or below it, oldest first."""
    return _found(database, waves.selected().where(_sealed_below(top_key)))


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
    asked = select(*same, func.sum(waits)).where(_sealed_below(top_key)).group_by(*same)
    with database.reading() as connection:
        return [SealedCount(*row) for row in connection.execute(asked)]


def add_sealed(connection: Connection, lay_in: Mapping[int, str]) -> None:
    """Have sealed waves found in the units that they lay in, as `units.lies_in` writes it, by their ids."""
    rows = [
        {"unit_key": unit_key, "wave_id": wave_id}
        for wave_id, written in lay_in.items()
        for unit_key in waves.units_in(written)
    ]
    if rows:
        connection.execute(insert(sealed_in), rows)


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


def _sealed_below(top_key: str) -> ColumnElement[bool]:
    key = searchable(top_key)
    # the state is asked of the unit's own alone: an index by it would be a look at every sealed wave
    own = select(wave.c.id).join(unit).where(unit.c.key == key, wave.c.state == WaveState.SEALED.value)
    return wave.c.id.in_(union(own, select(sealed_in.c.wave_id).where(sealed_in.c.unit_key == key)))


def _where(
    connection: Connection, asked: Select[tuple[object, ...]], column: Column[int], values: Collection[int]
) -> list[Wave]:
    found = (connection.execute(asked.where(among)) for among in conditions(connection, column, values))
    return [waves.of_row(row) for rows in found for row in rows]


def _in_order(found: Iterable[Wave]) -> Sequence[Wave]:
    return tuple(sorted(found, key=lambda each: (each.closes_on, each.id)))


def _found(database: Database, asked: Select[tuple[object, ...]]) -> Sequence[Wave]:
    with database.reading() as connection:
        rows = connection.execute(asked.order_by(wave.c.closes_on, wave.c.id)).all()
        return tuple(map(waves.of_row, rows))
