"""Accounts of those who sign in, and the roles they hold; never of those who answer."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Select, case, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from instruments.problems import Refused, refuse
from survey.store.database import Database, searchable
from survey.store.repositories import access_history
from survey.store.tables import PLACED_ROLES, account, membership, sign_in, unit


@dataclass(frozen=True, slots=True)
class Membership:
    """A role, and the unit it is held in; None for roles that are held everywhere.

    `given_at`, in seconds since 1970, makes no difference to whether two are the same.
    """

    role: str
    unit_key: str | None
    # else `holds` would ask for a role and the second it was given in
    given_at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Account:
    """One person who signs in; of the `links` by which to choose a password, only the last may be good.

    `linked_at` is when that was made, in seconds since 1970; None where there was none.
    """

    id: int
    email: str
    password_hash: str
    links: int
    linked_at: int | None
    language: str
    memberships: tuple[Membership, ...]

    def holds(self, role: str, unit_key: str | None = None) -> bool:
        """Return whether the account holds that role in that unit."""
        return Membership(role, unit_key) in self.memberships


def add(database: Database, email: str, password_hash: str, language: str) -> Account:
    """Add an account without roles and return it. Raises Refused where the address has one already."""
    # one case only: the column is unique, and people type their address in either
    values = {"email": email.strip().lower(), "password_hash": password_hash, "language": language}
    try:
        with database.writing() as connection:
            connection.execute(insert(account).values(**values))
    except IntegrityError as error:
        raise _exists(email) from error
    found = by_email(database, email)
    if found is None:
        raise RuntimeError("an account that was just added is not there")
    return found


def grant_role(
    database: Database, holder: Account, role: str, unit_key: str | None, *, by: str, now: int
) -> Account:
    """Return the account with one more role, held in that unit from now on. Asking twice gives it once.

    Raises Refused("roles-apart") where a researcher would have a role in a unit.
    """
    with database.writing() as connection:
        # two roles that exclude each other may be given at the same moment
        connection.execute(select(account.c.id).where(account.c.id == holder.id).with_for_update())
        place = _unit_id(connection, unit_key)
        held = connection.execute(_held_by(holder)).all()
        _require_together(holder, {each.role for each in held} | {role})
        if (role, place) not in {(each.role, each.unit_id) for each in held}:
            given = {"holder": holder.email, "role": role, "unit_id": place}
            connection.execute(
                insert(membership).values(account_id=holder.id, given_by=by, given_at=now, **given)
            )
    return by_id(database, holder.id)


def revoke_role(
    database: Database, holder: Account, role: str, unit_key: str | None, *, by: str, now: int
) -> bool:
    """End that role of the account, and return whether it held it. That it held it stays recorded."""
    place = select(unit.c.id).where(unit.c.key == unit_key).scalar_subquery()
    where = membership.c.unit_id.is_(None) if unit_key is None else membership.c.unit_id == place
    with database.writing() as connection:
        return _end_roles(connection, holder, by, now, membership.c.role == role, where) > 0


def reset_password(database: Database, holder: Account, *, by: str, now: int) -> Account:
    """Return the account without its password and its sign-ins, for a new link to choose a password by.

    No link made before is good from then on. The leaders of the units whose results it is shown see it.
    """
    emptied = update(account).where(account.c.id == holder.id)
    with database.writing() as connection:
        # an empty hash is none of any password's: nobody signs in until one is chosen
        connection.execute(emptied.values(password_hash="", links=account.c.links + 1, linked_at=now))
        connection.execute(delete(sign_in).where(sign_in.c.account_id == holder.id))
        access_history.record_on_account(
            connection, "link-made", holder.id, about=holder.email, by=by, now=now
        )
    return by_id(database, holder.id)


def change_address(database: Database, holder: Account, email: str, *, by: str, now: int) -> Account:
    """Return the account with another e-mail address. Raises Refused("account-exists")."""
    address = email.strip().lower()
    try:
        with database.writing() as connection:
            connection.execute(update(account).where(account.c.id == holder.id).values(email=address))
            access_history.record_on_account(
                connection, "address-changed", holder.id, about=f"{holder.email} → {address}", by=by, now=now
            )
    except IntegrityError as error:
        raise _exists(email) from error
    return by_id(database, holder.id)


def remove(database: Database, holder: Account, *, by: str, now: int) -> None:
    """Remove the account and its sign-ins. Which roles it held, under which address, stays recorded."""
    with database.writing() as connection:
        access_history.record_on_account(
            connection, "account-removed", holder.id, about=holder.email, by=by, now=now
        )
        _end_roles(connection, holder, by, now)
        connection.execute(delete(account).where(account.c.id == holder.id))


def choose_password(database: Database, invited: Account, password_hash: str) -> bool:
    """Store the hash of the password chosen by the account's last link; return whether it was valid."""
    # two may open the same link at once: only the first of them finds it waiting
    waiting = (account.c.id == invited.id, account.c.password_hash == "", account.c.links == invited.links)
    with database.writing() as connection:
        chosen = update(account).where(*waiting).values(password_hash=password_hash)
        return connection.execute(chosen).rowcount == 1


def set_password(database: Database, holder: Account, password_hash: str) -> Account | None:
    """Return the account with a new password's hash; None where its old one was changed meanwhile."""
    # a link made since this page was opened has ended the old password, and wins
    known = (account.c.id == holder.id, account.c.password_hash == holder.password_hash)
    with database.writing() as connection:
        changed = update(account).where(*known).values(password_hash=password_hash)
        if connection.execute(changed).rowcount == 0:
            return None
    return by_id(database, holder.id)


def every(database: Database) -> Sequence[Account]:
    """Return all accounts, by address."""
    return sorted(_found(database, account.c.id.is_not(None)), key=lambda each: each.email)


def by_email(database: Database, email: str) -> Account | None:
    """Return the account of that address, in any case; None where there is none."""
    found = _found(database, account.c.email == searchable(email.strip().lower()))
    return found[0] if found else None


def by_id(database: Database, account_id: int) -> Account:
    """Return the account of that id, which the database itself gave."""
    # there is one: the database itself gave the id
    return _found(database, account.c.id == account_id)[0]


def with_access_to(database: Database, unit_keys: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Return who may see a unit's results, as (role, address): its leaders, and owners at or above it.

    `unit_keys` are the unit's own key and then those of what it lies in.
    """
    return [
        (held.role, each.email)
        for each in every(database)
        for held in each.memberships
        if (held.role == "leader" and held.unit_key == unit_keys[0])
        or (held.role == "owner" and held.unit_key in unit_keys)
    ]


def _unit_id(connection: Connection, unit_key: str | None) -> int | None:
    if unit_key is None:
        return None
    return int(connection.execute(select(unit.c.id).where(unit.c.key == unit_key)).scalar_one())


def _held_by(holder: Account) -> Select[tuple[str, int | None]]:
    return select(membership.c.role, membership.c.unit_id).where(
        membership.c.account_id == holder.id, membership.c.ended_at.is_(None)
    )


def _end_roles(
    connection: Connection, holder: Account, by: str, now: int, *which: ColumnElement[bool]
) -> int:
    """End roles that the account holds, and return how many."""
    held = update(membership).where(
        membership.c.account_id == holder.id, membership.c.ended_at.is_(None), *which
    )
    # a clock that was set back ends no role before it began
    ended_at = case((membership.c.given_at > now, membership.c.given_at), else_=now)
    return connection.execute(held.values(ended_by=by, ended_at=ended_at)).rowcount


def _require_together(holder: Account, roles: AbstractSet[str]) -> None:
    """Raise Refused unless one account may hold these roles."""
    placed = sorted(roles & set(PLACED_ROLES))
    if "researcher" in roles and placed:
        raise refuse(
            "roles-apart",
            "A researcher is told of units without their names, and whoever leads or owns units knows theirs "
            "by the figures: %(email)s cannot be both.",
            "Give one of the two roles to another person.",
            place=holder.email,
            email=holder.email,
        )


def _exists(email: str) -> Refused:
    return refuse(
        "account-exists",
        "There is an account for %(email)s already.",
        "Use that one, or give another address.",
        place=email,
        email=email.strip().lower(),
    )


def _found(database: Database, condition: object) -> Sequence[Account]:
    with database.reading() as connection:
        rows = connection.execute(select(account).where(condition)).all()  # type: ignore[arg-type]
        # one query for the roles of all accounts instead of one for each
        roles = (
            select(membership.c.account_id, membership.c.role, unit.c.key, membership.c.given_at)
            .outerjoin(unit, unit.c.id == membership.c.unit_id)
            .where(membership.c.account_id.in_([row.id for row in rows]), membership.c.ended_at.is_(None))
            .order_by(membership.c.id)
        )
        held = [
            (row.account_id, Membership(row.role, row.key, row.given_at)) for row in connection.execute(roles)
        ]
    return [
        Account(
            row.id,
            row.email,
            row.password_hash,
            row.links,
            row.linked_at,
            row.language,
            tuple(m for owner, m in held if owner == row.id),
        )
        for row in rows
    ]
