"""Waves: one unit's round of answering, from draft to sealed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update

from instruments.problems import Refused, refuse
from reports.disclosure import Audience
from survey.store.database import Database, searchable
from survey.store.tables import WaveState, unit, wave


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave as everything above the store sees it.

    `instrument` is the version's reference, `invited` how many may answer, `leaders_answer` whether the
    leader is one of them, `background` the reference of the background question, if one is asked.
    `split_key` says that the private key is on three printed sheets and nowhere else. `public_key` is there
    while the wave is open or closed, and in a draft once its sheets are printed.
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
    open_link: bool
    leaders_answer: bool
    background: str | None
    split_key: bool
    state: WaveState
    public_key: bytes | None

    @property
    def audience(self) -> Audience:
        """Return what its leader is to it: a reader who may have answered, or one who did not."""
        return leaders_audience(leaders_answer=self.leaders_answer)

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
    def has_urn(self) -> bool:
        """Return whether answers lie in its urn, encrypted: from opening until it is sealed or given up."""
        return self.state in {WaveState.OPEN, WaveState.CLOSED}


def leaders_audience(*, leaders_answer: bool) -> Audience:
    """Return what its leader is to a wave: a reader who may have answered, or one who did not."""
    return Audience.LEADER_AMONG_RESPONDENTS if leaders_answer else Audience.LEADER


def add(database: Database, **columns: object) -> None:
    """Store a new wave in draft; `columns` are those of the table, without its state."""
    with database.writing() as connection:
        connection.execute(insert(wave).values(state=WaveState.DRAFT.value, **columns))


def change_state(
    connection: Connection, wave_id: int, to: WaveState, since: Collection[WaveState], **changes: object
) -> bool:
    """Move the wave to a state, with other changes, if it is in one of `since`; return whether it was."""
    before = [state.value for state in since]
    moved = connection.execute(
        update(wave).where(wave.c.id == wave_id, wave.c.state.in_(before)).values(state=to.value, **changes)
    )
    return bool(moved.rowcount)


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
    return _value(row)


def unknown(key: str) -> Refused:
    """Return the refusal of a key that no wave has."""
    return refuse(
        "wave-unknown",
        "There is no survey of the key “%(key)s”.",
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
        return _value(connection.execute(_BY_ID, {"wanted": wave_id}).one())


def of_unit(database: Database, unit_key: str) -> Sequence[Wave]:
    """Return the unit's waves, oldest first."""
    with database.reading() as connection:
        rows = connection.execute(_all().where(unit.c.key == unit_key).order_by(wave.c.closes_on, wave.c.id))
        return tuple(_value(row) for row in rows)


def begun(connection: Connection, unit_keys: Collection[str]) -> Sequence[Wave]:
    """Return the waves of these units that were opened and not abandoned, by the day they opened."""
    states = [each.value for each in (WaveState.OPEN, WaveState.CLOSED, WaveState.SEALED)]
    found = _all().where(unit.c.key.in_(unit_keys), wave.c.state.in_(states))
    return tuple(_value(row) for row in connection.execute(found.order_by(wave.c.opens_on, wave.c.id)))


def every(database: Database) -> Sequence[Wave]:
    """Return all waves, oldest first."""
    with database.reading() as connection:
        return tuple(_value(row) for row in connection.execute(_all().order_by(wave.c.closes_on, wave.c.id)))


def _all() -> Select[tuple[object, ...]]:
    # every page names the unit beside the wave, so it comes along in the same query
    named = [unit.c.key.label("unit_key"), unit.c.name.label("unit_name")]
    return select(*wave.c, *named).join(unit)


def _value(row: Row[tuple[object, ...]]) -> Wave:
    columns = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return Wave(**{**columns, "state": WaveState(columns["state"])})


# built once: every page and every answer begins with one of these
_BY_KEY = _all().where(wave.c.key == bindparam("wanted"))
_BY_ID = _all().where(wave.c.id == bindparam("wanted"))
