"""Accounts whose holder cannot sign in yet, and the links by which they choose how to."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, exists, select, update

from survey.store.database import Database
from survey.store.identity_tables import account_identity
from survey.store.repositories import access_history
from survey.store.repositories.accounts import Account
from survey.store.tables import account, membership, unit


@dataclass(frozen=True, slots=True)
class WaitingAccount:
    """An account that nobody can sign in to, the names of the units where it has a role, and its last link.

    `linked_at` is None where no link was made yet.
    """

    id: int
    email: str
    links: int
    linked_at: int | None
    units: tuple[str, ...]


def every(database: Database) -> Sequence[WaitingAccount]:
    """Return all accounts without a password and without an identity elsewhere, by address."""
    linked = exists().where(account_identity.c.account_id == account.c.id)
    is_waiting = and_(account.c.password_hash == "", ~linked)
    waiting = select(account).where(is_waiting).order_by(account.c.email)
    places = (
        select(membership.c.account_id, unit.c.name)
        .join(unit, unit.c.id == membership.c.unit_id)
        .join(account, account.c.id == membership.c.account_id)
        .where(membership.c.ended_at.is_(None), is_waiting)
        .order_by(unit.c.name)
    )
    names: dict[int, list[str]] = {}
    with database.reading() as connection:
        for row in connection.execute(places):
            names.setdefault(row.account_id, []).append(row.name)
        return [
            WaitingAccount(row.id, row.email, row.links, row.linked_at, tuple(names.get(row.id, ())))
            for row in connection.execute(waiting)
        ]


def renew_links(
    database: Database, holders: Sequence[WaitingAccount], *, by: str, now: int
) -> Sequence[WaitingAccount]:
    """Return those who still wait, each with one more link, which ends the ones before.

    Who has chosen a password or was given a link since they were looked up is left out. The leaders of the
    units whose results the accounts are shown see it.
    """
    renewed = []
    with database.writing() as connection:
        for each in holders:
            still = (account.c.id == each.id, account.c.password_hash == "", account.c.links == each.links)
            changed = update(account).where(*still).values(links=each.links + 1, linked_at=now)
            if connection.execute(changed).rowcount == 1:
                access_history.record_on_account(
                    connection, "link-made", each.id, about=each.email, by=by, now=now
                )
                renewed.append(WaitingAccount(each.id, each.email, each.links + 1, now, each.units))
    return renewed


def use_link(connection: Connection, invited: Account) -> bool:
    """Use up the account's last link in the caller's transaction; return whether it was valid."""
    waiting = (account.c.id == invited.id, account.c.password_hash == "", account.c.links == invited.links)
    used = update(account).where(*waiting).values(links=account.c.links + 1)
    return connection.execute(used).rowcount == 1
