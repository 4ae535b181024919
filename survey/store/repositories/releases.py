"""Store the ledger of what was released to the outside, beside the waves it is about."""

from collections.abc import Sequence

from sqlalchemy import select, update

from reports.disclosure import Policy, SealedWave
from reports.disclosure.differencing import ledger as ledgers
from reports.disclosure.differencing.ledger import Ledger
from survey.store.database import Database
from survey.store.tables import ledger


def present(database: Database) -> Ledger:
    """Return the ledger of all decisions so far. Raises Damaged where it is unreadable or not there."""
    with database.reading() as connection:
        return Ledger.from_json(connection.execute(select(ledger.c.entries)).scalar_one_or_none() or "")


def decide(database: Database, sealeds: Sequence[SealedWave], policy: Policy) -> Ledger:
    """Decide on releasing `sealeds` to the outside together; store and return the ledger.

    What was decided stays as it was. One at a time: two releases never decide without knowing each other.
    """
    with database.writing() as connection:
        # on PostgreSQL the row is held until the transaction ends; SQLite writes one at a time anyway
        kept = connection.execute(select(ledger.c.entries).with_for_update()).scalar_one_or_none() or ""
        before = Ledger.from_json(kept)
        after = ledgers.decide(before, sealeds, policy)
        if after != before:
            connection.execute(update(ledger).values(entries=after.to_json()))
    return after
