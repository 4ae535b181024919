"""Accounts of those who sign in, and the roles they hold; never of those who answer."""

import time
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from instruments.problems import Refused, refuse
from survey.store.database import Database, searchable
from survey.store.email_addresses import normal_address, require_address
from survey.store.identity_tables import account_identity
from survey.store.repositories import access_history, jobs, role_endings, units
from survey.store.study_tables import study_member
from survey.store.tables import LEADING_ROLES, PLACED_ROLES, RESULT_ROLES, account, membership, sign_in, unit

MOST_DEPUTIES: Final = 2  # of the leaders of one unit


@dataclass(frozen=True, slots=True)
class Membership:
    """A role, and the unit it is held in; None for roles that are held everywhere.

    `given_at`, in seconds since 1970, and the last day make no difference to whether two are the same.
    """

    role: str
    unit_key: str | None
    # else `holds` would ask for a role and the second it was given in
    given_at: int = field(default=0, compare=False)
    ends_on: date | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Account:
    """One person who signs in; of the `links` by which to choose a password, only the last may be good.

    `linked_at` is when that was made, in seconds since 1970; None where there was none. `roleless_since` is
    since when it has no role.
    """

    id: int
    email: str
    password_hash: str
    links: int
    linked_at: int | None
    language: str
    memberships: tuple[Membership, ...]
    roleless_since: int | None = None

    def as_of(self, today: date) -> "Account":
        """Return the account without the roles whose last day is past, whether that was noted or not."""
        held = tuple(each for each in self.memberships if each.ends_on is None or today <= each.ends_on)
        return self if held == self.memberships else replace(self, memberships=held)

    def holds(self, role: str, unit_key: str | None = None) -> bool:
        """Return whether the account holds that role in that unit."""
        return Membership(role, unit_key) in self.memberships


def add(
    database: Database, email: str, password_hash: str, language: str, *, now: int | None = None
) -> Account:
    """Add an account without roles, at that moment or at once, and return it.

    Raises Refused where the address has one already, and as `require_address` does.
    """
    values: dict[str, object] = {"email": require_address(email), "password_hash": password_hash}
    values |= {"language": language, "roleless_since": int(time.time()) if now is None else now}
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

    Raises Refused: `roles-apart` where a researcher would have a role in a unit, `deputies-number` for one
    deputy too many, `deputy-leads` for a deputy who leads the unit.
    """
    with database.writing() as connection:
        if unit_key is not None:
            # two deputies may be appointed at the same moment
            units.lock(connection, [unit_key])
        # two roles that exclude each other may be given at the same moment
        connection.execute(select(account.c.id).where(account.c.id == holder.id).with_for_update())
        place = _unit_id(connection, unit_key)
        # one that was to end is not gone on with: it would show results at once
        same = (membership.c.role == role, membership.c.unit_id.is_not_distinct_from(place))
        role_endings.end_roles(connection, holder.id, by, now, *same, membership.c.ends_on.is_not(None))
        held = connection.execute(_held_by(holder)).all()
        _require_together(holder, {each.role for each in held} | {role})
        if (role, place) not in {(each.role, each.unit_id) for each in held}:
            if role == "deputy":
                _require_deputy(connection, holder, place, [(each.role, each.unit_id) for each in held])
            given = {"holder": holder.email, "role": role, "unit_id": place}
            connection.execute(
                insert(membership).values(account_id=holder.id, given_by=by, given_at=now, **given)
            )
            connection.execute(update(account).where(account.c.id == holder.id).values(roleless_since=None))
            if role in RESULT_ROLES:
                about = f"{role} {holder.email}"
                access_history.record(connection, "role-given", [place], about=about, by=by, now=now)
    return by_id(database, holder.id)


def revoke_role(
    database: Database, holder: Account, role: str, unit_key: str | None, *, by: str, now: int
) -> bool:
    """End that role of the account, and return whether it held it. That it held it stays recorded.

    Raises Refused("operator-last") where nobody else is an operator.
    """
    with database.writing() as connection:
        role_endings.require_operator_left(connection, holder.id, role)
        place = _unit_id(connection, unit_key)
        where = membership.c.unit_id.is_not_distinct_from(place)
        ended = role_endings.end_roles(connection, holder.id, by, now, membership.c.role == role, where) > 0
        if ended and role in RESULT_ROLES:
            about = f"{role} {holder.email}"
            access_history.record(connection, "role-ended", [place], about=about, by=by, now=now)
    return ended


def reset_password(database: Database, holder: Account, *, by: str, now: int) -> Account:
    """Return the account without its password and its sign-ins, for a new link to choose a password by.

    No link made before is good from then on, and no identity elsewhere is linked to it. The leaders of the
    units whose results it is shown see it.
    """
    emptied = update(account).where(account.c.id == holder.id)
    with database.writing() as connection:
        # an empty hash is none of any password's: nobody signs in until one is chosen
        connection.execute(emptied.values(password_hash="", links=account.c.links + 1, linked_at=now))
        connection.execute(delete(account_identity).where(account_identity.c.account_id == holder.id))
        end_sign_ins(connection, holder.id)
        access_history.record_on_account(
            connection, "link-made", holder.id, about=holder.email, by=by, now=now
        )
    return by_id(database, holder.id)


def end_sign_ins(connection: Connection, account_id: int, *, but: bytes = b"") -> None:
    """End every sign-in of an account and its tokens for programs, in the caller's transaction.

    Whoever was signed in to it may have made themselves a token. The sign-in of the hash `but` goes on.
    """
    others = (sign_in.c.account_id == account_id, sign_in.c.token_hash != but)
    connection.execute(delete(sign_in).where(*others))
    tokens = update(study_member).where(study_member.c.account_id == account_id)
    connection.execute(tokens.values(token_hash=None))


def change_address(database: Database, holder: Account, email: str, *, by: str, now: int) -> Account:
    """Return the account with another e-mail address.

    Raises Refused: `account-exists`, and as `require_address` does.
    """
    address = require_address(email)
    try:
        with database.writing() as connection:
            connection.execute(update(account).where(account.c.id == holder.id).values(email=address))
            jobs.rename_orderer(connection, holder.email, address)
            access_history.record_on_account(
                connection, "address-changed", holder.id, about=f"{holder.email} → {address}", by=by, now=now
            )
    except IntegrityError as error:
        raise _exists(email) from error
    return by_id(database, holder.id)


def remove(database: Database, holder: Account, *, by: str, now: int) -> None:
    """Remove the account and its sign-ins. Which roles it held, under which address, stays recorded.

    Raises Refused("operator-last") where nobody else is an operator.
    """
    with database.writing() as connection:
        role_endings.require_operator_left(
            connection, holder.id, "operator" if holder.holds("operator") else ""
        )
        places = access_history.places_of_account(connection, holder.id)
        role_endings.end_roles(connection, holder.id, by, now)
        connection.execute(delete(account).where(account.c.id == holder.id))
        access_history.record(connection, "account-removed", places, about=holder.email, by=by, now=now)


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
    found = _found(database, account.c.email == searchable(normal_address(email)))
    return found[0] if found else None


def of_id(database: Database, account_id: int) -> Account | None:
    """Return the account of that id; None where there is none."""
    found = _found(database, account.c.id == account_id)
    return found[0] if found else None


def by_id(database: Database, account_id: int) -> Account:
    """Return the account of that id, which the database itself gave."""
    # there is one: the database itself gave the id
    return _read(database, _BY_ID, wanted=account_id)[0]


def with_access_to(database: Database, unit_keys: Sequence[str], today: date) -> Sequence[tuple[str, str]]:
    """Return who may see a unit's results on a day, as (role, address).

    They are its leaders and their deputies, and owners at or above it. `unit_keys` are the unit's own key and
    then those of what it lies in.
    """
    # not everybody there is: every leader's first page and many a respondent's ask for it
    there = (
        select(membership.c.account_id)
        .join(unit, unit.c.id == membership.c.unit_id)
        .where(membership.c.ended_at.is_(None), unit.c.key.in_(unit_keys))
    )
    return [
        (held.role, each.email)
        for each in sorted(_found(database, account.c.id.in_(there)), key=lambda each: each.email)
        for held in each.as_of(today).memberships
        if (held.role in LEADING_ROLES and held.unit_key == unit_keys[0])
        or (held.role == "owner" and held.unit_key in unit_keys)
    ]


def leaders_by_unit(database: Database) -> dict[str, list[str]]:
    """Return the addresses of the leaders of each unit by its key, in order."""
    rows = (
        select(unit.c.key, account.c.email)
        .join(membership, membership.c.unit_id == unit.c.id)
        .join(account, account.c.id == membership.c.account_id)
        .where(membership.c.role == "leader", membership.c.ended_at.is_(None))
        .order_by(account.c.email)
    )
    found: dict[str, list[str]] = {}
    with database.reading() as connection:
        for row in connection.execute(rows):
            found.setdefault(row.key, []).append(row.email)
    return found


def _unit_id(connection: Connection, unit_key: str | None) -> int | None:
    if unit_key is None:
        return None
    return int(connection.execute(select(unit.c.id).where(unit.c.key == unit_key)).scalar_one())


def _held_by(holder: Account) -> Select[tuple[str, int | None]]:
    return select(membership.c.role, membership.c.unit_id).where(
        membership.c.account_id == holder.id, membership.c.ended_at.is_(None)
    )


def _require_together(holder: Account, roles: AbstractSet[str]) -> None:
    """Raise Refused unless one account may hold these roles."""
    if "researcher" in roles and roles & set(PLACED_ROLES):
        raise roles_apart(holder.email)


def roles_apart(email: str) -> Refused:
    """Return the refusal of roles that one account may not hold together."""
    return refuse(
        "roles-apart",
        "A researcher sees units without their names, and anyone who leads or owns units would "
        "know them by their figures: %(email)s cannot be both.",
        "Give one of the two roles to another person.",
        place=email,
        email=email,
    )


def _require_deputy(
    connection: Connection, holder: Account, place: int | None, held: Sequence[tuple[str, int | None]]
) -> None:
    """Raise Refused unless the account may become one more deputy in that unit."""
    if ("leader", place) in held:
        raise refuse(
            "deputy-leads",
            "%(email)s leads this unit, and a leader is nobody's deputy.",
            "Name somebody else.",
            place=holder.email,
            email=holder.email,
        )
    deputies = select(membership.c.id).where(
        membership.c.unit_id == place, membership.c.role == "deputy", membership.c.ended_at.is_(None)
    )
    require_room(len(connection.execute(deputies).all()), holder.email)


def require_room(deputies: int, email: str) -> None:
    """Raise Refused("deputies-number") where a unit with so many deputies may have no other."""
    if deputies >= MOST_DEPUTIES:
        raise refuse(
            "deputies-number",
            "The unit has %(most)s deputies already, and there is no room for more.",
            "Dismiss one first: the fewer see results, the more freely people answer.",
            place=email,
            most=MOST_DEPUTIES,
        )


def _exists(email: str) -> Refused:
    return refuse(
        "account-exists",
        "There is an account for %(email)s already.",
        "Use that one, or give another address.",
        place=email,
        email=normal_address(email),
    )


def _found(database: Database, condition: ColumnElement[bool]) -> Sequence[Account]:
    return _read(database, _held().where(condition))


def _read(database: Database, rows: Select[tuple[Any, ...]], **values: int) -> Sequence[Account]:
    with database.reading() as connection:
        found = connection.execute(rows, values).all()
    return [_value(list(same)) for _, same in groupby(found, key=lambda row: row.id)]


def _held() -> Select[tuple[Any, ...]]:
    # the roles come along, one row each: every page of staff begins with this
    roles = (membership.c.role, unit.c.key.label("unit_key"), membership.c.given_at, membership.c.ends_on)
    return (
        select(account, *roles)
        .outerjoin(membership, and_(membership.c.account_id == account.c.id, membership.c.ended_at.is_(None)))
        .outerjoin(unit, unit.c.id == membership.c.unit_id)
        .order_by(account.c.id, membership.c.id)
    )


# built once, which takes longer than to run it
_BY_ID = _held().where(account.c.id == bindparam("wanted"))


def _value(rows: Sequence[Row[Any]]) -> Account:
    """Return the account that these rows are of, one for each role that it holds, or one for none."""
    row = rows[0]
    return Account(
        row.id,
        row.email,
        row.password_hash,
        row.links,
        row.linked_at,
        row.language,
        tuple(
            Membership(each.role, each.unit_key, each.given_at, each.ends_on)
            for each in rows
            if each.role is not None
        ),
        row.roleless_since,
    )
