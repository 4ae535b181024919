"""Identities elsewhere that are linked to accounts, by the issuer and a hash of its name for the person."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from instruments.problems import Refused, refuse
from survey.store.database import Database
from survey.store.identity_tables import account_identity
from survey.store.repositories import access_history, accounts, waiting_accounts
from survey.store.repositories.accounts import Account
from survey.store.tables import account


@dataclass(frozen=True, slots=True)
class LinkedIdentity:
    """An identity at the provider of that issuer, linked to an account at a moment in seconds since 1970."""

    issuer: str
    linked_at: int

    @property
    def host(self) -> str:
        """Return the host of the issuer, by which one that no setting names any more is shown."""
        return urlsplit(self.issuer).hostname or self.issuer


def of_account(database: Database, account_id: int) -> Sequence[LinkedIdentity]:
    """Return the identities linked to an account, by issuer."""
    c = account_identity.c
    rows = select(c.issuer, c.linked_at).where(c.account_id == account_id).order_by(c.issuer)
    with database.reading() as connection:
        return [LinkedIdentity(*row) for row in connection.execute(rows)]


def account_of(database: Database, issuer: str, subject: str) -> Account | None:
    """Return the account that this identity is linked to; None where it is linked to none."""
    c = account_identity.c
    row = select(c.account_id).where(c.issuer == issuer, c.subject_hash == _hash(issuer, subject))
    with database.reading() as connection:
        found = connection.execute(row).scalar_one_or_none()
    return None if found is None else accounts.of_id(database, found)


def link(database: Database, holder: Account, issuer: str, subject: str, *, by: str, now: int) -> None:
    """Link an identity to an account whose holder is signed in; the leaders of its units see it.

    Raises Refused: `identity-other` where another of that provider is linked to the account,
    `identity-taken` where this one is linked to another account.
    """
    with database.writing() as connection:
        _link(connection, holder, issuer, subject, by=by, now=now)


def link_by_address(database: Database, holder: Account, issuer: str, subject: str, *, now: int) -> None:
    """Link an identity to the account of its address, whose holder has proven nothing to us so far.

    Results are shown to the account from the next day. Raises Refused as `link` does.
    """
    with database.writing() as connection:
        shown_later = update(account).where(account.c.id == holder.id).values(linked_at=now)
        connection.execute(shown_later)
        _link(connection, holder, issuer, subject, by=holder.email, now=now)


def link_by_link(database: Database, invited: Account, issuer: str, subject: str, *, now: int) -> bool:
    """Link an identity instead of a password by the account's last link; return whether that was valid.

    Raises Refused as `link` does.
    """
    with database.writing() as connection:
        if not waiting_accounts.use_link(connection, invited):
            return False
        _link(connection, invited, issuer, subject, by=invited.email, now=now)
    return True


def remove(database: Database, holder: Account, issuer: str, *, by: str, now: int) -> bool:
    """End the link to the identity of that issuer and every sign-in of the account; return whether it was."""
    c = account_identity.c
    with database.writing() as connection:
        gone = delete(account_identity).where(c.account_id == holder.id, c.issuer == issuer)
        removed = connection.execute(gone).rowcount > 0
        if removed:
            accounts.end_sign_ins(connection, holder.id)
            _record(connection, "identity-removed", holder, issuer, by=by, now=now)
    return removed


def _link(connection: Connection, holder: Account, issuer: str, subject: str, *, by: str, now: int) -> None:
    values = {"issuer": issuer, "subject_hash": _hash(issuer, subject)}
    c = account_identity.c
    held = select(c.account_id, c.subject_hash).where(c.issuer == issuer)
    if connection.execute(held.where(c.account_id == holder.id)).first() is not None:
        raise _other(holder)
    try:
        with connection.begin_nested():
            row = insert(account_identity).values(account_id=holder.id, linked_at=now, **values)
            connection.execute(row)
    except IntegrityError:
        raise refuse(
            "identity-taken",
            "You signed in there as somebody who is linked to another account here.",
            "Sign in to that account, or remove the link there first.",
        ) from None
    _record(connection, "identity-linked", holder, issuer, by=by, now=now)


def _other(holder: Account) -> Refused:
    return refuse(
        "identity-other",
        "The account for %(email)s is linked to another person there: an address may have been given to "
        "somebody new.",
        "If it is yours, sign in here in another way and remove that link, or ask those who run the service.",
        email=holder.email,
    )


def _record(connection: Connection, kind: str, holder: Account, issuer: str, *, by: str, now: int) -> None:
    about = f"{holder.email} · {LinkedIdentity(issuer, now).host}"
    access_history.record_on_account(connection, kind, holder.id, about=about, by=by, now=now)


def _hash(issuer: str, subject: str) -> bytes:
    # who reads the database does not learn what a person is called there
    key = hashlib.blake2b(issuer.encode(), digest_size=32).digest()
    return hashlib.blake2b(subject.encode(), digest_size=32, key=key, person=b"account identity").digest()
