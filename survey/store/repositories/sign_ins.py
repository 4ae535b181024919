"""Who is signed in, by the hash of what their cookie holds; times are seconds since 1970."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import delete, or_, select, update

from survey.store.database import Database
from survey.store.tables import sign_in


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in of an account."""

    account_id: int
    began_at: int
    seen_at: int


def begin(database: Database, token: bytes, account_id: int, now: int) -> None:
    """Remember a sign-in by its token."""
    row = {"token_hash": _hash(token), "account_id": account_id, "began_at": now, "seen_at": now}
    with database.writing() as connection:
        connection.execute(sign_in.insert().values(row))


def of_token(database: Database, token: bytes) -> SignIn | None:
    """The sign-in of a token, if there is one."""
    selected = select(sign_in.c.account_id, sign_in.c.began_at, sign_in.c.seen_at)
    with database.reading() as connection:
        row = connection.execute(selected.where(sign_in.c.token_hash == _hash(token))).one_or_none()
    return None if row is None else SignIn(*row)


def see(database: Database, token: bytes, now: int) -> None:
    """Remember that it was used just now."""
    with database.writing() as connection:
        seen = update(sign_in).where(sign_in.c.token_hash == _hash(token))
        connection.execute(seen.values(seen_at=now))


def end(database: Database, token: bytes) -> None:
    """End one sign-in."""
    with database.writing() as connection:
        connection.execute(delete(sign_in).where(sign_in.c.token_hash == _hash(token)))


def end_all(database: Database, account_id: int) -> None:
    """End every sign-in of an account."""
    with database.writing() as connection:
        connection.execute(delete(sign_in).where(sign_in.c.account_id == account_id))


def end_stale(database: Database, *, seen_before: int, began_before: int) -> None:
    """End the sign-ins that idled or lasted too long."""
    stale = or_(sign_in.c.seen_at < seen_before, sign_in.c.began_at < began_before)
    with database.writing() as connection:
        connection.execute(delete(sign_in).where(stale))


def _hash(token: bytes) -> bytes:
    return hashlib.blake2b(token, digest_size=32, person=b"kjennetegn login").digest()
