"""Store the ledger of what was released to the outside, beside the waves it is about."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, delete, select, update

from reports.disclosure import DetailLevel, Policy, SealedWave
from reports.disclosure.differencing import ledger as ledgers
from reports.disclosure.differencing.atoms import Cells
from reports.disclosure.differencing.ledger import Ledger, cells_of
from survey.store.act_tables import unit_release
from survey.store.database import Database
from survey.store.repositories import access_history, released_outside
from survey.store.tables import ledger


def present(database: Database) -> Ledger:
    """Return the ledger of all decisions so far. Raises Damaged where it is unreadable or not there."""
    with database.reading() as connection:
        return Ledger.from_json(connection.execute(select(ledger.c.entries)).scalar_one_or_none() or "")


def decide(
    database: Database,
    sealeds: Sequence[SealedWave],
    policy: Policy,
    *,
    along: Callable[[Connection], None] = lambda _: None,
) -> Ledger:
    """Decide on releasing `sealeds` to the outside together; store and return the ledger.

    What was decided stays as it was. One at a time: two releases never decide without knowing each other.
    `along` is done in the same transaction.
    """
    with database.writing() as connection:
        # on PostgreSQL the row is held until the transaction ends; SQLite writes one at a time anyway
        kept = connection.execute(select(ledger.c.entries).with_for_update()).scalar_one_or_none() or ""
        before = Ledger.from_json(kept)
        after = ledgers.decide(before, sealeds, policy)
        if after != before:
            connection.execute(update(ledger).values(entries=after.to_json()))
            released = released_outside.newly_released(before, after)
            released_outside.note(connection, released, sealeds, policy)
            access_history.record_all(connection, _acts(released, sealeds))
        along(connection)
    return after


def withdraw(connection: Connection, gone: Iterable[tuple[str, str]]) -> None:
    """Note that nothing is kept any more of these waves, each as its unit's key and its own.

    In the caller's transaction. What was released of them stays in the ledger, and goes from what its staff
    was told, as there is nobody left to read it.
    """
    gone = list(gone)
    for _, wave_key in gone:
        connection.execute(delete(unit_release).where(unit_release.c.wave_key == wave_key))
    kept = connection.execute(select(ledger.c.entries).with_for_update()).scalar_one_or_none() or ""
    before = Ledger.from_json(kept)
    after = before.without(gone)
    if after != before:
        connection.execute(update(ledger).values(entries=after.to_json()))


def take_out(database: Database, content: str, policy: Policy) -> None:
    """Note that a data file with all that is released was taken out for research today, and by whom.

    Once a day: a program that reads page by page would fill the history of every unit, and hide the rest.
    """
    with database.writing() as connection:
        released_outside.note_export(connection, content, policy)
        access_history.record_once_in(connection, "export-made", None, about=content)


def _acts(
    released: Mapping[Cells, Mapping[str, DetailLevel]], sealeds: Sequence[SealedWave]
) -> Iterator[tuple[str, str, str]]:
    """Yield the acts of a release: one on the unit of each wave or total of which something was released."""
    for each in sealeds:
        if cells_of(each) in released:
            yield "round-released", each.identity.unit, each.identity.wave_title
