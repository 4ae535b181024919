"""Ways in for those who have lost every second factor: asked for by one operator, agreed to by another."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from instruments.problems import Refused, refuse
from survey.store.database import Database
from survey.store.factor_tables import lost_factor
from survey.store.repositories import access_history, second_factors
from survey.store.repositories.accounts import Account


@dataclass(frozen=True, slots=True)
class LostFactor:
    """What was asked for an account, why and by whom, and who agreed; times are seconds since 1970.

    As long as there is a `link_hash`, nobody signs in to the account by its password alone: the link it is
    of comes beside, once that was agreed to.
    """

    account_id: int
    reason: str
    asked_by: str
    asked_at: int
    agreed_by: str | None
    agreed_at: int | None
    link_hash: bytes | None

    def may_be_agreed_to(self, after: int) -> bool:
        """Return whether it was asked after a moment, and nobody has agreed yet."""
        return self.agreed_at is None and self.asked_at >= after

    @property
    def awaits_link(self) -> bool:
        """Return whether nobody signs in to the account without a link."""
        return self.link_hash is not None

    @property
    def is_done(self) -> bool:
        """Return whether the link was used, which the account's holder is shown once."""
        return self.agreed_at is not None and self.link_hash is None

    def is_opened_by(self, token: str, after: int) -> bool:
        """Return whether that is the token of its link, and the link was agreed to after a moment."""
        return self.agreed_at is not None and self.agreed_at >= after and self.link_hash == _hash_of(token)


def _hash_of(token: str) -> bytes:
    """Return by what a link's token is known."""
    return hashlib.blake2b(token.encode(), digest_size=32, person=b"way in").digest()


def of_account(database: Database, account_id: int) -> LostFactor | None:
    """Return what was asked for an account; None where nothing was."""
    with database.reading() as connection:
        row = connection.execute(
            select(lost_factor).where(lost_factor.c.account_id == account_id)
        ).one_or_none()
    return LostFactor(*row) if row else None


def by_token(database: Database, token: str) -> LostFactor | None:
    """Return that of a link's token; None where the link is none, or no longer one."""
    with database.reading() as connection:
        found = select(lost_factor).where(lost_factor.c.link_hash == _hash_of(token))
        row = connection.execute(found).one_or_none()
    return LostFactor(*row) if row else None


def ask(database: Database, holder: Account, reason: str, *, by: str, now: int) -> None:
    """Note that an operator asks for a way in for somebody else, in place of what was asked before."""
    of_holder = lost_factor.c.account_id == holder.id
    asked = {"reason": reason, "asked_by": by, "asked_at": now, "agreed_by": None, "agreed_at": None}
    with database.writing() as connection:
        # what was closed stays so: a link that was not used ends, and no password opens in its place
        again = update(lost_factor).where(of_holder).values(**asked)
        if connection.execute(again).rowcount == 0:
            connection.execute(insert(lost_factor).values(account_id=holder.id, **asked))
        access_history.record_on_account(
            connection, "factor-asked", holder.id, about=holder.email, by=by, now=now
        )


def agree(database: Database, holder: Account, asked: LostFactor, token: str, *, by: str, now: int) -> None:
    """Note that a second one agrees: every factor and sign-in of the account ends, and the link opens it.

    Raises Refused("lost-over") where what was agreed to is not what is asked now.
    """
    c = lost_factor.c
    same = (c.account_id == holder.id, c.asked_at == asked.asked_at, c.asked_by == asked.asked_by)
    agreed = {"agreed_by": by, "agreed_at": now, "link_hash": _hash_of(token)}
    with database.writing() as connection:
        noted = update(lost_factor).where(*same, c.agreed_at.is_(None)).values(**agreed)
        if connection.execute(noted).rowcount == 0:
            raise over()
        second_factors.end_all(connection, holder.id)
        access_history.record_on_account(
            connection,
            "factor-replaced",
            holder.id,
            about=f"{holder.email} ({asked.asked_by})",
            by=by,
            now=now,
        )


def finish(database: Database, account_id: int) -> None:
    """Note that the link was used: new factors are there, and the password is no longer alone."""
    with database.writing() as connection:
        done = update(lost_factor).where(lost_factor.c.account_id == account_id)
        connection.execute(done.where(lost_factor.c.agreed_at.is_not(None)).values(link_hash=None))


def drop(database: Database, account_id: int) -> bool:
    """Drop what nobody has agreed to yet, or what is done, and return whether there was anything."""
    with database.writing() as connection:
        own = (lost_factor.c.account_id == account_id, lost_factor.c.link_hash.is_(None))
        return connection.execute(delete(lost_factor).where(*own)).rowcount == 1


def forget_old(database: Database, before: int) -> None:
    """Drop what was asked before that moment and nobody agreed to."""
    with database.writing() as connection:
        waiting = (lost_factor.c.agreed_at.is_(None), lost_factor.c.link_hash.is_(None))
        connection.execute(delete(lost_factor).where(*waiting, lost_factor.c.asked_at < before))


def over() -> Refused:
    """Return the refusal of what is agreed to already, too old, or was never asked."""
    return refuse(
        "lost-over",
        "There is nothing to agree to: it was agreed to already, is too old, or was asked anew.",
        "Look at the account again, and ask once more if it is still needed.",
    )
