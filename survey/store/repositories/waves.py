"""Waves: one unit's round of answering, from draft to sealed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from instruments import parts
from instruments.problems import Refused, refuse
from reports.disclosure import Audience
from survey.store.database import Database, searchable
from survey.store.repositories import access_history, wave_links
from survey.store.tables import WaveState, access_code, unit, wave

_LEAP_DAY = (2, 29)


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave as everything above the store sees it.

    `instrument` is the version's reference, `invited` how many may answer, `leaders_answer` whether the
    leader is one of them, `background` the reference of the background question, if one is asked.
    `split_key` says that the private key is on three printed sheets and nowhere else. `public_key` is there
    while the wave is open or closed, and in a draft once its sheets are printed. `planned_invited` and
    `planned_closes_on` are what it was opened with. `reopens_to` is the last day of a wave that was closed
    before it, while it waits to be sealed, and `reopened` how often such a wave was opened again.
    `kept_years` is how long after its last day it is kept. `lay_in` is what the unit lay in when it was
    sealed, as `units.lies_in` writes it, and `compared_from` the first day of the waves that it was
    compared with, where its unit had been merged. `sealed_on` is the day it was
    sealed, and `shown_on` the day from which its leader showed the result to those who answered.
    """

    id: int
    key: str
    unit_id: int
    unit_key: str
    unit_name: str
    title: str
    instrument: str
    content_hash: str
    edition: str
    language: str
    invited: int
    opens_on: date
    closes_on: date
    planned_invited: int
    planned_closes_on: date
    reopens_to: date | None
    reopened: int
    kept_years: int
    open_link: bool
    leaders_answer: bool
    background: str | None
    split_key: bool
    state: WaveState
    public_key: bytes | None
    urn_check: bytes | None = None
    planned_round_id: int | None = None
    lay_in: str | None = None
    compared_from: date | None = None
    sealed_on: date | None = None
    shown_on: date | None = None

    @property
    def audience(self) -> Audience:
        """Return what its leader is to it: a reader who may have answered, or one who did not."""
        return leaders_audience(leaders_answer=self.leaders_answer)

    @property
    def places(self) -> tuple[str, ...]:
        """Return the keys of its unit and of what that lay in when it was sealed, from the nearest on."""
        return self.unit_key, *units_in(self.lay_in or "")

    @property
    def kept_until(self) -> date:
        """Return the last day on which anything of it is kept and shown."""
        return years_after(self.closes_on, self.kept_years)

    @property
    def counted_in(self) -> tuple[str, ...]:
        """Return the keys of those of them in whose totals it counts, from the nearest on."""
        return tuple((self.lay_in or "").partition("/")[0].split())

    def is_compared_with(self, earlier: "Wave") -> bool:
        """Return whether an earlier wave of its unit was of the same unit: of after it was last merged."""
        return self.compared_from is None or earlier.opens_on >= self.compared_from

    @property
    def is_part(self) -> bool:
        """Return whether it asks a part of a questionnaire, which follows up a wave on the whole."""
        return parts.is_part(self.instrument)

    @property
    def is_draft(self) -> bool:
        """Return whether it was not opened yet."""
        return self.state is WaveState.DRAFT

    @property
    def is_open(self) -> bool:
        """Return whether it is open, on its last day or before."""
        return self.state is WaveState.OPEN

    @property
    def is_closed(self) -> bool:
        """Return whether it waits to be sealed."""
        return self.state is WaveState.CLOSED

    @property
    def is_sealed(self) -> bool:
        """Return whether its statistics are there and its answers are not."""
        return self.state is WaveState.SEALED

    @property
    def is_abandoned(self) -> bool:
        """Return whether it was given up, because nobody could read its answers."""
        return self.state is WaveState.ABANDONED

    @property
    def days_longer(self) -> int:
        """Return how many days later its last day is than was first planned."""
        return max((self.closes_on - self.planned_closes_on).days, 0)

    @property
    def has_urn(self) -> bool:
        """Return whether answers lie in its urn, encrypted: from opening until it is sealed or given up."""
        return self.state in {WaveState.OPEN, WaveState.CLOSED}


_FIELDS = tuple(Wave.__dataclass_fields__)
_STATE = _FIELDS.index("state")


def units_in(lay_in: str) -> Sequence[str]:
    """Return the keys of all units that a wave's unit lay in, as `units.lies_in` wrote them, in order."""
    return lay_in.replace("/", " ").split()


def leaders_audience(*, leaders_answer: bool) -> Audience:
    """Return what its leader is to a wave: a reader who may have answered, or one who did not."""
    return Audience.LEADER_AMONG_RESPONDENTS if leaders_answer else Audience.LEADER


def add(database: Database, links: Collection[bytes], **columns: object) -> bool:
    """Store a new wave in draft and return True, or return False where a wave has its key already.

    `links` are the keyed hashes of those that lead to a draft, `columns` the table's without its state.
    """
    try:
        with database.writing() as connection:
            draft = insert(wave).values(state=WaveState.DRAFT.value, **columns).returning(wave.c.id)
            wave_links.add(connection, connection.execute(draft).scalar_one(), links)
            record_act(connection, "wave-drafted", columns["unit_id"], columns["title"])
    except IntegrityError:
        # whatever else the database refuses is no second wave of that key
        with database.reading() as connection:
            if connection.execute(_BY_KEY, {"wanted": columns["key"]}).one_or_none() is None:
                raise
        return False
    return True


def record_act(
    connection: Connection, kind: str, unit_id: object, title: object, *, by: str | None = None
) -> None:
    """Record what was done to a wave of that title, last in the caller's transaction."""
    access_history.record(connection, kind, [int(str(unit_id))], about=str(title), by=by)


def add_planned(
    connection: Connection, hashes: Mapping[str, Collection[bytes]], rows: Sequence[Mapping[str, object]]
) -> None:
    """Store new waves in draft in the caller's transaction; `hashes` are as `links` of `add`, by wave key."""
    for row in rows:
        draft = insert(wave).values(state=WaveState.DRAFT.value, **row).returning(wave.c.id)
        wave_links.add(connection, connection.execute(draft).scalar_one(), hashes[str(row["key"])])


def of_planned_round(database: Database, round_id: int) -> Sequence[Wave]:
    """Return the waves that were planned with a round, by the names of their units."""
    found = selected().where(wave.c.planned_round_id == round_id).order_by(unit.c.name, wave.c.id)
    with database.reading() as connection:
        return tuple(of_row(row) for row in connection.execute(found))


def in_transaction(connection: Connection) -> Sequence[Wave]:
    """Return all waves as the caller's transaction sees them, by the day they open."""
    return tuple(of_row(row) for row in connection.execute(selected().order_by(wave.c.opens_on, wave.c.id)))


def change_draft(connection: Connection, wave_id: int, **columns: object) -> bool:
    """Give a draft other columns; return whether it is one."""
    changed = connection.execute(update(wave).where(_is_draft(wave_id)).values(**columns))
    return bool(changed.rowcount)


def remove_draft(connection: Connection, wave_id: int) -> bool:
    """Remove a draft with its codes and links; return whether it was one."""
    if not lock_draft(connection, wave_id):
        return False
    connection.execute(delete(access_code).where(access_code.c.wave_id == wave_id))
    wave_links.remove(connection, wave_id)
    connection.execute(delete(wave).where(wave.c.id == wave_id))
    return True


def lock_draft(connection: Connection, wave_id: int) -> bool:
    """Return whether the wave is a draft, which nobody opens until this transaction ends."""
    found = connection.execute(select(wave.c.id).where(_is_draft(wave_id)).with_for_update())
    return found.one_or_none() is not None


def _is_draft(wave_id: int) -> ColumnElement[bool]:
    return and_(wave.c.id == wave_id, wave.c.state == WaveState.DRAFT.value)


def change_state(
    connection: Connection, wave_id: int, to: WaveState, since: Collection[WaveState], **changes: object
) -> bool:
    """Move the wave to a state, with other changes, if it is in one of `since`; return whether it was."""
    before = [state.value for state in since]
    moved = connection.execute(
        update(wave).where(wave.c.id == wave_id, wave.c.state.in_(before)).values(state=to.value, **changes)
    )
    return bool(moved.rowcount)


def locked(connection: Connection, wave_id: int) -> Wave:
    """Return the wave as it is now, which nobody else changes until this transaction ends."""
    # the wave alone is locked: on PostgreSQL its unit would be too
    found = connection.execute(selected().where(wave.c.id == wave_id).with_for_update(of=wave))
    return of_row(found.one())


def show(connection: Connection, wave_id: int, day: date) -> bool:
    """Note the day from which a sealed wave's result is shown to its staff; return whether it was new."""
    unseen = (wave.c.id == wave_id, wave.c.state == WaveState.SEALED.value, wave.c.shown_on.is_(None))
    changed = connection.execute(update(wave).where(*unseen).values(shown_on=day))
    return bool(changed.rowcount)


def amend(connection: Connection, wave_id: int, **columns: object) -> None:
    """Give a wave that the caller has locked other columns."""
    connection.execute(update(wave).where(wave.c.id == wave_id).values(**columns))


def set_public_key(connection: Connection, wave_id: int, public_key: bytes) -> bool:
    """Give a draft whose key is split its public key, in place of an earlier one; return whether it is."""
    changed = connection.execute(
        update(wave)
        .where(wave.c.id == wave_id, wave.c.state == WaveState.DRAFT.value, wave.c.split_key)
        .values(public_key=public_key)
    )
    return bool(changed.rowcount)


def by_key(database: Database, key: str) -> Wave:
    """Return the wave of that key. Raises Refused("wave-unknown")."""
    with database.reading() as connection:
        row = connection.execute(_BY_KEY, {"wanted": searchable(key)}).one_or_none()
    if row is None:
        raise unknown(key)
    return of_row(row)


def unknown(key: str) -> Refused:
    """Return the refusal of a key that no wave has."""
    return refuse(
        "wave-unknown",
        "There is no survey with the key “%(key)s”.",
        "Look it up among your surveys.",
        place=key,
        key=key[:40],
    )


def cached(database: Database, key: str) -> Wave:
    """Return the wave of that key as it was a second ago or less. Raises Refused("wave-unknown").

    For pages and for what never changes in an open wave; taking answers asks the database for its state.
    """
    return database.cache.get(key, lambda: by_key(database, key))


def by_id(database: Database, wave_id: int) -> Wave:
    """Return the wave of that id, which the database itself gave."""
    with database.reading() as connection:
        return of_row(connection.execute(_BY_ID, {"wanted": wave_id}).one())


def of_unit(database: Database, unit_key: str) -> Sequence[Wave]:
    """Return the unit's waves, oldest first."""
    with database.reading() as connection:
        rows = connection.execute(
            selected().where(unit.c.key == unit_key).order_by(wave.c.closes_on, wave.c.id)
        )
        return tuple(of_row(row) for row in rows)


def begun(connection: Connection, unit_keys: Collection[str]) -> Sequence[Wave]:
    """Return the waves of these units that were opened and not abandoned, by the day they opened."""
    return tuple(of_row(row) for row in connection.execute(_BEGUN, {"keys": list(unit_keys)}))


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later, and the last of February for its 29th."""
    is_leap_day = (day.month, day.day) == _LEAP_DAY
    return day.replace(year=day.year + years, day=28 if is_leap_day else day.day)


def are_in(connection: Connection, unit_id: int) -> bool:
    """Return whether the unit has any wave, if only a draft."""
    return connection.scalar(select(wave.c.id).where(wave.c.unit_id == unit_id).limit(1)) is not None


def note_decided(connection: Connection, keys: Collection[str]) -> None:
    """Note that the ledger has decided on the release of these waves, in the caller's transaction."""
    noting = update(wave).where(wave.c.key == bindparam("wanted")).values(decided=True)
    if keys:
        connection.execute(noting, [{"wanted": key} for key in sorted(keys)])


def every(database: Database) -> Sequence[Wave]:
    """Return all waves, oldest first."""
    with database.reading() as connection:
        return tuple(
            of_row(row) for row in connection.execute(selected().order_by(wave.c.closes_on, wave.c.id))
        )


def count_by_state(database: Database) -> Mapping[WaveState, int]:
    """Return how many waves are in each state; none is left out."""
    counted = select(wave.c.state, func.count()).group_by(wave.c.state)
    with database.reading() as connection:
        found = {str(state): number for state, number in connection.execute(counted)}
    return {state: found.get(state.value, 0) for state in WaveState}


def with_urn(database: Database) -> frozenset[tuple[str, bool]]:
    """Return the open and closed waves: the key of each, and whether its own key is split."""
    held = wave.c.state.in_([WaveState.OPEN.value, WaveState.CLOSED.value])
    with database.reading() as connection:
        rows = connection.execute(select(wave.c.key, wave.c.split_key).where(held))
        return frozenset((row.key, row.split_key) for row in rows)


def selected() -> Select[tuple[object, ...]]:
    """Return what reads waves as `of_row` takes them."""
    # every page names the unit beside the wave, so it comes along in the same query
    named = {"unit_key": unit.c.key.label("unit_key"), "unit_name": unit.c.name.label("unit_name")}
    return select(*(named[name] if name in named else wave.c[name] for name in _FIELDS)).join(unit)


def of_row(row: Row[tuple[object, ...]]) -> Wave:
    """Return the wave that `selected` read."""
    # by place and not by name: a country's page reads tens of thousands
    values: list[Any] = list(row)
    values[_STATE] = WaveState(values[_STATE])
    return Wave(*values)


# built once: every page and every answer begins with one of these
_BY_KEY = selected().where(wave.c.key == bindparam("wanted"))
_BY_ID = selected().where(wave.c.id == bindparam("wanted"))
_BEGUN = (
    selected()
    .where(
        unit.c.key.in_(bindparam("keys", expanding=True)),
        wave.c.state.in_([WaveState.OPEN.value, WaveState.CLOSED.value, WaveState.SEALED.value]),
    )
    .order_by(wave.c.opens_on, wave.c.id)
)
