"""Sign-ins of accounts, by the hash of the token in the cookie; times are seconds since 1970."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import bindparam, case, delete, literal, or_, select, update

from survey.store.database import Database
from survey.store.repositories import accounts
from survey.store.repositories.accounts import Account
from survey.store.tables import account, sign_in

# built once: every page of staff begins with it
_OF_TOKEN = select(
    sign_in.c.account_id, sign_in.c.began_at, sign_in.c.seen_at, sign_in.c.factors, sign_in.c.proved_at
).where(sign_in.c.token_hash == bindparam("wanted"))


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in of an account, by one factor or two; `proved_at` is when one was last shown in it."""

    account_id: int
    began_at: int
    seen_at: int
    factors: int
    proved_at: int


def begin(database: Database, token: bytes, holder: Account, now: int, *, factors: int = 1) -> None:
    """Store a sign-in by its token, unless the account's password has changed since it was checked."""
    c = sign_in.c
    values = {
        c.token_hash: _hash(token),
        c.began_at: now,
        c.seen_at: now,
        c.factors: factors,
        c.proved_at: now,
    }
    row = select(account.c.id, *map(literal, values.values())).where(
        account.c.id == holder.id, account.c.password_hash == holder.password_hash
    )
    columns = [c.account_id, *values]
    with database.writing() as connection:
        # on PostgreSQL a change that is being written now is waited for; SQLite writes one at a time anyway
        connection.execute(sign_in.insert().from_select(columns, row.with_for_update(read=True)))


def of_token(database: Database, token: bytes) -> SignIn | None:
    """Return the sign-in of a token, or None."""
    with database.reading() as connection:
        row = connection.execute(_OF_TOKEN, {"wanted": _hash(token)}).one_or_none()
    return None if row is None else SignIn(*row)


def see(database: Database, token: bytes, now: int) -> None:
    """Store that the sign-in was used just now, and began no later."""
    began = case((sign_in.c.began_at > now, now), else_=sign_in.c.began_at)
    with database.writing() as connection:
        seen = update(sign_in).where(sign_in.c.token_hash == _hash(token))
        connection.execute(seen.values(seen_at=now, began_at=began))


def prove(database: Database, token: bytes, now: int, **by: int) -> None:
    """Store that a factor was shown for the sign-in just now, and `factors`, by how many it now is."""
    with database.writing() as connection:
        proved = update(sign_in).where(sign_in.c.token_hash == _hash(token))
        connection.execute(proved.values(proved_at=now, **by))


def end_others(database: Database, account_id: int, token: bytes) -> None:
    """End every sign-in of an account but one, and its tokens for programs."""
    with database.writing() as connection:
        accounts.end_sign_ins(connection, account_id, but=_hash(token))


def end(database: Database, token: bytes) -> None:
    """End one sign-in."""
    with database.writing() as connection:
        connection.execute(delete(sign_in).where(sign_in.c.token_hash == _hash(token)))


def end_all(database: Database, account_id: int) -> None:
    """End every sign-in of an account, and its tokens for programs."""
    with database.writing() as connection:
        accounts.end_sign_ins(connection, account_id)


def end_stale(database: Database, *, seen_before: int, began_before: int) -> None:
    """End the sign-ins that idled or lasted too long."""
    stale = or_(sign_in.c.seen_at < seen_before, sign_in.c.began_at < began_before)
    with database.writing() as connection:
        connection.execute(delete(sign_in).where(stale))


def _hash(token: bytes) -> bytes:
    # who reads the database cannot sign in with what stands there
    return hashlib.blake2b(token, digest_size=32, person=b"kjennetegn login").digest()
