"""Accounts of those who sign in, and the roles they hold; never of those who answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from instruments.problems import refuse
from survey.store.database import Database, searchable
from survey.store.tables import account, membership, sign_in, unit


@dataclass(frozen=True, slots=True)
class Membership:
    """A role, and the unit it is held in; None for roles that are held everywhere."""

    role: str
    unit_key: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """One person who signs in; of the `links` by which to choose a password, only the last may be good."""

    id: int
    email: str
    password_hash: str
    links: int
    language: str
    memberships: tuple[Membership, ...]

    def holds(self, role: str, unit_key: str | None = None) -> bool:
        """Whether the account holds that role, there."""
        return Membership(role, unit_key) in self.memberships


def add(database: Database, email: str, password_hash: str, language: str) -> Account:
    """The new account, without roles. Raises Refused where the address has one already."""
    values = {"email": email.strip().lower(), "password_hash": password_hash, "language": language}
    try:
        with database.writing() as connection:
            connection.execute(insert(account).values(**values))
    except IntegrityError as error:
        raise refuse(
            "account-exists",
            "There is an account for %(email)s already.",
            "Use that one, or give another address.",
            place=email,
            email=values["email"],
        ) from error
    found = by_email(database, email)
    if found is None:
        raise RuntimeError("an account that was just added is not there")
    return found


def grant_role(database: Database, holder: Account, role: str, unit_key: str | None) -> Account:
    """The account with one more role, held in that unit. Asking twice gives it once."""
    with database.writing() as connection:
        place = select(unit.c.id).where(unit.c.key == unit_key).scalar_subquery()
        held = holder.holds(role, unit_key)
        if not held:
            connection.execute(
                insert(membership).values(
                    account_id=holder.id, role=role, unit_id=place if unit_key else None
                )
            )
    return by_id(database, holder.id)


def reset_password(database: Database, holder: Account) -> Account:
    """The account without its password and its sign-ins, for a new link to choose a password by.

    No link made before is good from then on.
    """
    emptied = update(account).where(account.c.id == holder.id)
    with database.writing() as connection:
        connection.execute(emptied.values(password_hash="", links=account.c.links + 1))
        connection.execute(delete(sign_in).where(sign_in.c.account_id == holder.id))
    return by_id(database, holder.id)


def choose_password(database: Database, invited: Account, password_hash: str) -> bool:
    """Store the hash of the password chosen by the account's last link; whether that was still good."""
    waiting = (account.c.id == invited.id, account.c.password_hash == "", account.c.links == invited.links)
    with database.writing() as connection:
        chosen = update(account).where(*waiting).values(password_hash=password_hash)
        return connection.execute(chosen).rowcount == 1


def revoke_role(database: Database, holder: Account, role: str, unit_key: str | None) -> None:
    """Take that role there from the account; nothing, where it does not hold it."""
    place = select(unit.c.id).where(unit.c.key == unit_key).scalar_subquery()
    where = membership.c.unit_id == place if unit_key else membership.c.unit_id.is_(None)
    held = delete(membership).where(membership.c.account_id == holder.id, membership.c.role == role, where)
    with database.writing() as connection:
        connection.execute(held)


def set_password(database: Database, holder: Account, password_hash: str) -> Account | None:
    """The account with a new password's hash; None where the one it had was changed or taken meanwhile."""
    known = (account.c.id == holder.id, account.c.password_hash == holder.password_hash)
    with database.writing() as connection:
        changed = update(account).where(*known).values(password_hash=password_hash)
        if connection.execute(changed).rowcount == 0:
            return None
    return by_id(database, holder.id)


def every(database: Database) -> Sequence[Account]:
    """All accounts, by address."""
    return sorted(_found(database, account.c.id.is_not(None)), key=lambda each: each.email)


def by_email(database: Database, email: str) -> Account | None:
    """The account of that address, in any case; None where there is none."""
    found = _found(database, account.c.email == searchable(email.strip().lower()))
    return found[0] if found else None


def by_id(database: Database, account_id: int) -> Account:
    """The account of that id, which the database itself gave."""
    return _found(database, account.c.id == account_id)[0]


def with_access_to(database: Database, place_keys: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Who may be told of a place, as (role, address): its leaders, and the owners of it and what it lies in.

    `place_keys` are the place's own key and then those of what it lies in.
    """
    return [
        (held.role, each.email)
        for each in every(database)
        for held in each.memberships
        if (held.role == "leader" and held.unit_key == place_keys[0])
        or (held.role == "owner" and held.unit_key in place_keys)
    ]


def _found(database: Database, condition: object) -> Sequence[Account]:
    with database.reading() as connection:
        rows = connection.execute(select(account).where(condition)).all()  # type: ignore[arg-type]
        roles = (
            select(membership.c.account_id, membership.c.role, unit.c.key)
            .outerjoin(unit, unit.c.id == membership.c.unit_id)
            .where(membership.c.account_id.in_([row.id for row in rows]))
            .order_by(membership.c.id)
        )
        held = [(row.account_id, Membership(row.role, row.key)) for row in connection.execute(roles)]
    return [
        Account(
            row.id,
            row.email,
            row.password_hash,
            row.links,
            row.language,
            tuple(m for owner, m in held if owner == row.id),
        )
        for row in rows
    ]
