"""Studies: researchers who take research data out under the same names of units, until a last day.

A study ends with its last day or when an operator ends it, and nothing of it is kept then. A token is known
by its hash only: whoever reads the database cannot use one.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row, Select, delete, insert, select, update

from instruments.problems import Refused, refuse
from reports.pdf import letters
from survey.store import random_keys
from survey.store.database import Database, searchable
from survey.store.repositories.accounts import Account
from survey.store.study_tables import study, study_member
from survey.store.tables import account

LONGEST_NAME: Final = 100  # characters
LONGEST: Final = timedelta(days=5 * 366)
_PREFIX: Final = "kjs_"  # by which those who scan for secrets that were published know a token
_TOKEN_BYTES: Final = 32
_LONGEST_TOKEN: Final = 100  # characters


@dataclass(frozen=True, slots=True)
class StudyMember:
    """A researcher in a study, and whether there is a token of theirs."""

    account_id: int
    email: str
    has_token: bool


@dataclass(frozen=True, slots=True)
class Study:
    """A family of exports: its name, its last day, and who takes part."""

    key: str
    name: str
    ends_on: date
    members: tuple[StudyMember, ...]

    def member(self, account_id: int) -> StudyMember | None:
        """Return the member with that account, if it is one."""
        return next((each for each in self.members if each.account_id == account_id), None)


def add(database: Database, name: str, ends_on: date, today: date) -> str:
    """Add a study without members and return its key.

    Raises Refused: `study-name`, `study-end` for a last day that is past or years away.
    """
    plain = letters.printable_line(name, "")
    if not 0 < len(plain) <= LONGEST_NAME:
        raise refuse(
            "study-name",
            "A study has a name of at most %(most)s characters.",
            "Write a short name, as those who take part call it.",
            most=LONGEST_NAME,
        )
    if not today <= ends_on <= today + LONGEST:
        raise refuse(
            "study-end",
            "A study ends on %(last)s at the latest, and not before today.",
            "Choose another last day.",
            last=today + LONGEST,
        )
    # the names of units follow from it
    key = random_keys.draw()
    with database.writing() as connection:
        connection.execute(insert(study).values(key=key, name=plain, ends_on=ends_on))
    return key


def every(database: Database, today: date) -> Sequence[Study]:
    """Return the studies that go on, by their names."""
    return _found(database, _all().where(study.c.ends_on >= today))


def of_account(database: Database, account_id: int, today: date) -> Sequence[Study]:
    """Return the studies that go on and that an account takes part in."""
    return [each for each in every(database, today) if each.member(account_id)]


def by_key(database: Database, key: str, today: date) -> Study:
    """Return the study of that key. Raises Refused("study-unknown") where there is none that goes on."""
    found = _found(database, _all().where(study.c.key == searchable(key), study.c.ends_on >= today))
    if not found:
        raise _unknown()
    return found[0]


def join(database: Database, key: str, holder: Account) -> None:
    """Let a researcher take part. Raises Refused("study-researcher") where the account is none."""
    if not holder.holds("researcher"):
        raise refuse(
            "study-researcher",
            "%(address)s is no researcher.",
            "Give the account that role first: the leaders of all units see who has it.",
            address=holder.email,
        )
    with database.writing() as connection:
        number = connection.execute(
            select(study.c.id).where(study.c.key == searchable(key))
        ).scalar_one_or_none()
        if number is None:
            raise _unknown()
        pair = {"study_id": number, "account_id": holder.id}
        if connection.execute(select(study_member.c.study_id).filter_by(**pair)).first() is None:
            connection.execute(insert(study_member).values(**pair))


def leave(database: Database, key: str, account_id: int) -> None:
    """Let an account take part no more; its token ends with that."""
    with database.writing() as connection:
        connection.execute(delete(study_member).where(*_pair(key, account_id)))


def end(database: Database, key: str) -> None:
    """End a study: nothing of it is kept, and no token of it is good any more."""
    with database.writing() as connection:
        connection.execute(delete(study).where(study.c.key == searchable(key)))


def end_over(database: Database, today: date) -> None:
    """Remove the studies whose last day is past."""
    with database.writing() as connection:
        connection.execute(delete(study).where(study.c.ends_on < today))


def make_token(database: Database, key: str, account_id: int) -> str:
    """Return a new token of a member, who is the only one to see it; the one before ends.

    Raises Refused("study-unknown") where the account does not take part.
    """
    token = _PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
    with database.writing() as connection:
        made = update(study_member).where(*_pair(key, account_id)).values(token_hash=_hash(token))
        if connection.execute(made.returning(study_member.c.study_id)).first() is None:
            raise _unknown()
    return token


def end_token(database: Database, key: str, account_id: int) -> None:
    """End the token of a member, if there is one."""
    with database.writing() as connection:
        connection.execute(update(study_member).where(*_pair(key, account_id)).values(token_hash=None))


def of_token(database: Database, token: str, today: date) -> tuple[Study, int] | None:
    """Return the study that a token is good for and the account it was made by; None for any other text."""
    if not token.startswith(_PREFIX) or len(token) > _LONGEST_TOKEN:
        return None
    chosen = select(study.c.key, study_member.c.account_id).join_from(study, study_member)
    with database.reading() as connection:
        row = connection.execute(
            chosen.where(study_member.c.token_hash == _hash(token), study.c.ends_on >= today)
        ).one_or_none()
    return None if row is None else (by_key(database, row.key, today), row.account_id)


def _all() -> Select[Any]:
    return (
        select(
            study.c.key,
            study.c.name,
            study.c.ends_on,
            account.c.id,
            account.c.email,
            study_member.c.token_hash,
        )
        .select_from(study.outerjoin(study_member).outerjoin(account))
        .order_by(study.c.name, study.c.key, account.c.email)
    )


def _found(database: Database, wanted: Select[Any]) -> list[Study]:
    with database.reading() as connection:
        rows = connection.execute(wanted).all()
    grouped = groupby(rows, key=lambda row: (row.key, row.name, row.ends_on))
    return [Study(*own, tuple(map(_member, filter(lambda row: row.id, group)))) for own, group in grouped]


def _member(row: Row[Any]) -> StudyMember:
    return StudyMember(row.id, row.email, row.token_hash is not None)


def _pair(key: str, account_id: int) -> tuple[Any, Any]:
    of_key = select(study.c.id).where(study.c.key == searchable(key)).scalar_subquery()
    return study_member.c.study_id == of_key, study_member.c.account_id == account_id


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _unknown() -> Refused:
    return refuse(
        "study-unknown",
        "There is no such study, or it has ended.",
        "Ask those who run the service which studies you take part in.",
    )
