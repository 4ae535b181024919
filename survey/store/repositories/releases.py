"""Store the ledger of what was released to the outside, beside the waves it is about."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete

from reports.disclosure import DetailLevel, Policy, SealedWave
from reports.disclosure.differencing import ledger as ledgers
from reports.disclosure.differencing.groups import Cell, Cells
from reports.disclosure.differencing.ledger import Ledger, cells_of
from survey.store.act_tables import unit_release
from survey.store.database import Database
from survey.store.repositories import (
    access_history,
    ledger_groups,
    release_holds,
    released_figures,
    released_outside,
    waves,
)
from survey.store.repositories.ledger_groups import Decisions


def present(database: Database) -> Ledger:
    """Return the ledger of all decisions so far. Raises Damaged where it is unreadable or not there."""
    with database.reading() as connection:
        return ledger_groups.every(connection)


def require_whole(database: Database) -> None:
    """Raise Damaged unless the ledger is there as it was written."""
    with database.reading() as connection:
        ledger_groups.require_whole(connection)


def of_waves(database: Database, wave_keys: Collection[str]) -> Ledger:
    """Return the ledger of the groups all of whose waves are among these. Raises Damaged."""
    with database.reading() as connection:
        return ledger_groups.inside(connection, wave_keys)


def decisions(database: Database, cells: Collection[Cell]) -> Decisions:
    """Return what was decided on these waves, each as its unit's key and its own."""
    with database.reading() as connection:
        return ledger_groups.decisions(connection, cells)


def cells_of_groups(database: Database, groups: Collection[int]) -> Mapping[int, Cells]:
    """Return the waves that each of these groups is of, where there is one. Raises Damaged."""
    with database.reading() as connection:
        return ledger_groups.cells_of(connection, groups)


def decide(
    database: Database,
    sealeds: Sequence[SealedWave],
    policy: Policy,
    *,
    along: Callable[[Connection], None] = lambda _: None,
    step: Callable[[], None] = lambda: None,
) -> Ledger:
    """Decide on releasing `sealeds` to the outside together; store it, and return the ledger around them.

    Nothing more is decided on waves that are held since a backup was brought back. What was decided stays as
    it was. Two releases never decide without knowing each other: it is decided while nothing is locked, as
    that takes half a minute for a country, and anew where the ledger is another one when it is stored.
    `along` is done in the same transaction, and `step` called now and then before it.
    """
    wave_keys = {wave for each in sealeds for _, wave in cells_of(each)}
    while True:
        known = _known(database, wave_keys)
        free = [each for each in sealeds if known.held.isdisjoint(wave for _, wave in cells_of(each))]
        after = ledgers.decide(known.kept.ledger, free, policy, step)
        shown = _shown(free, known.kept.ledger, after, policy, step)
        with database.writing() as connection:
            ledger_groups.hold(connection)
            if known.state != ledger_groups.state(connection) or known.held != release_holds.keys(connection):
                continue
            if after != known.kept.ledger:
                numbers = _store(connection, known.kept, after, sealeds, policy)
                texts = {numbers[cells]: text for cells, text in shown.items()}
                released_figures.add(connection, texts, policy)
            along(connection)
        return after


@dataclass(frozen=True, slots=True)
class _Known:
    """What a release is decided by: the ledger around it, of which state of the whole, and what is held."""

    state: ledger_groups.State
    kept: ledger_groups.StoredLedger
    held: frozenset[str]


def _known(database: Database, wave_keys: Collection[str]) -> _Known:
    with database.reading() as connection:
        # the state first: what is stored after it is noticed
        state = ledger_groups.state(connection)
        held = release_holds.keys(connection)
        return _Known(state, ledger_groups.connected(connection, wave_keys), held)


def _store(
    connection: Connection,
    kept: ledger_groups.StoredLedger,
    after: Ledger,
    sealeds: Sequence[SealedWave],
    policy: Policy,
) -> Mapping[Cells, int]:
    """Store what was decided anew, note it for the units it is about, and return the rows of the groups."""
    numbers = ledger_groups.replace(connection, kept, after)
    released = released_outside.newly_released(kept.ledger, after)
    released_outside.note(connection, released, sealeds, policy)
    access_history.record_all(connection, _acts(released, sealeds))
    waves.note_decided(connection, _alone(after) - _alone(kept.ledger))
    return numbers


def _shown(
    sealeds: Iterable[SealedWave], before: Ledger, after: Ledger, policy: Policy, step: Callable[[], None]
) -> Mapping[Cells, str]:
    """Return what owners are shown, as text, of each group that was decided on anew."""
    new = after.decided - before.decided
    shown: dict[Cells, str] = {}
    for cells, each in {cells_of(each): each for each in sealeds}.items():
        if cells in new:
            step()
            shown[cells] = released_figures.shown(each, policy, after)
    return shown


def withdraw(connection: Connection, gone: Iterable[Cell]) -> None:
    """Note that nothing is kept any more of these waves, each as its unit's key and its own.

    In the caller's transaction. What was released of them stays in the ledger, and goes from what its staff
    was told, as there is nobody left to read it.
    """
    gone = list(gone)
    wave_keys = [wave_key for _, wave_key in gone]
    for unit_key, wave_key in gone:
        own = (unit_release.c.unit_key == unit_key, unit_release.c.wave_key == wave_key)
        connection.execute(delete(unit_release).where(*own))
    ledger_groups.hold(connection)
    before = ledger_groups.touching(connection, wave_keys)
    released_figures.remove(connection, [number for number, _ in before.rows.values()])
    ledger_groups.replace(connection, before, before.ledger.without(gone))


def take_out(database: Database, content: str, policy: Policy) -> None:
    """Note that a data file with all that is released was taken out for research today, and by whom.

    Once a day: a program that reads page by page would fill the history of every unit, and hide the rest.
    """
    with database.writing() as connection:
        released_outside.note_export(connection, content, policy)
        access_history.record_once_in(connection, "export-made", None, about=content)


def _alone(decided: Ledger) -> frozenset[str]:
    """Return the keys of the waves that were decided on by themselves."""
    return frozenset(wave_key for cells in decided.decided if len(cells) == 1 for _, wave_key in cells)


def _acts(
    released: Mapping[Cells, Mapping[str, DetailLevel]], sealeds: Sequence[SealedWave]
) -> Iterator[tuple[str, str, str]]:
    """Yield the acts of a release: one on the unit of each wave or total of which something was released."""
    for each in sealeds:
        if cells_of(each) in released:
            yield "round-released", each.identity.unit, each.identity.wave_title
