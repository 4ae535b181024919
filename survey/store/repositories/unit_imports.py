"""What an import of units compares itself with, and the one transaction in which it stores what is new."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from instruments.problems import Refused, refuse
from survey.store import actor
from survey.store.repositories import access_history, units
from survey.store.repositories.units import Unit
from survey.store.tables import account, membership, unit


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """An account and the roles it holds, each with the unit's id, or None for everywhere."""

    id: int
    email: str
    roles: frozenset[tuple[str, int | None]]


@dataclass(frozen=True, slots=True)
class Stored:
    """All units by their id, and the accounts of certain addresses by their address."""

    units: Mapping[int, Unit]
    accounts: Mapping[str, StoredAccount]


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be stored; `parent` is the place of its parent among the new ones, else `parent_id` is it."""

    values: Mapping[str, object]
    parent: int | None
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class LeaderRole:
    """A leader's role for an address, in a stored unit by its id or a new one by its place among those."""

    email: str
    unit_id: int | None
    new_unit: int | None


def stored(connection: Connection, emails: Collection[str]) -> Stored:
    """Return all units, and the accounts of these addresses.

    In a transaction that writes, these accounts are locked: two roles that exclude each other may be given at
    the same moment.
    """
    found = {each.id: each for each in units.of_connection(connection)}
    rows = select(account.c.id, account.c.email).where(account.c.email.in_(sorted(emails)))
    if connection.get_execution_options().get("writing"):
        rows = rows.order_by(account.c.id).with_for_update()
    holders = {row.id: row.email for row in connection.execute(rows)}
    held = select(membership.c.account_id, membership.c.role, membership.c.unit_id).where(
        membership.c.account_id.in_(holders), membership.c.ended_at.is_(None)
    )
    roles: dict[int, set[tuple[str, int | None]]] = {each: set() for each in holders}
    for row in connection.execute(held):
        roles[row.account_id].add((row.role, row.unit_id))
    return Stored(
        found,
        {email: StoredAccount(each, email, frozenset(roles[each])) for each, email in holders.items()},
    )


def store(
    connection: Connection,
    *,
    new: Sequence[NewUnit],
    changes: Mapping[int, Mapping[str, object]],
    languages: Mapping[str, str],
    appointments: Sequence[LeaderRole],
    by: str,
    now: int,
) -> None:
    """Store all of an import in the caller's transaction.

    `new` is in an order in which parents come first, `changes` has the columns to change by a unit's id, and
    `languages` the language of each account to be added by its address. Raises Refused("import-overtaken")
    where somebody stored a part of it meanwhile.
    """
    try:
        places = _add_units(connection, new, actor.day_of(now))
        done = [("unit-added", str(each.values["key"]), str(each.values["name"])) for each in new]
        before = {each.id: each for each in units.of_connection(connection)} if changes else {}
        for unit_id, values in changes.items():
            done += units.changes(before[unit_id], values)
            units.change(connection, unit_id, **values)
        if languages:
            added = [
                {"email": email, "password_hash": "", "language": language}
                for email, language in languages.items()
            ]
            connection.execute(insert(account), added)
        _appoint(connection, appointments, places, by, now)
        done += _roles_given(connection, appointments, new)
        access_history.record_all(connection, done, by=by, now=now)
    except IntegrityError as error:
        raise overtaken() from error


def overtaken() -> Refused:
    """Return the refusal of an import that is about units or accounts which were changed meanwhile."""
    return refuse(
        "import-overtaken",
        "Somebody has changed units or accounts since this was shown, and nothing has been stored.",
        "Look at what would be done now, and decide again.",
    )


def _add_units(connection: Connection, new: Sequence[NewUnit], today: date) -> list[int]:
    """Add the units, level by level, and return their ids in the same order."""
    ids: dict[int, int] = {}
    waiting = dict(enumerate(new))
    while waiting:
        ready = {place: each for place, each in waiting.items() if each.parent is None or each.parent in ids}
        rows = []
        for each in ready.values():
            parent_id = each.parent_id if each.parent is None else ids[each.parent]
            rows.append({**each.values, "parent_id": parent_id, "placed_on": today})
        connection.execute(insert(unit), rows)
        keys = [str(each.values["key"]) for each in ready.values()]
        found = connection.execute(select(unit.c.key, unit.c.id).where(unit.c.key.in_(keys)))
        by_key = {row.key: row.id for row in found}
        ids |= {place: by_key[str(each.values["key"])] for place, each in ready.items()}
        waiting = {place: each for place, each in waiting.items() if place not in ready}
    return [ids[place] for place in range(len(new))]


def _appoint(
    connection: Connection, appointments: Sequence[LeaderRole], places: Sequence[int], by: str, now: int
) -> None:
    emails = {each.email for each in appointments}
    rows = select(account.c.email, account.c.id).where(account.c.email.in_(sorted(emails)))
    ids = {row.email: row.id for row in connection.execute(rows)}
    given = [
        {
            "account_id": ids[each.email],
            "holder": each.email,
            "unit_id": each.unit_id if each.new_unit is None else places[each.new_unit],
            "role": "leader",
            "given_by": by,
            "given_at": now,
        }
        for each in appointments
    ]
    if given:
        has_role = update(account).where(account.c.id.in_(sorted({each["account_id"] for each in given})))
        connection.execute(has_role.values(roleless_since=None))
        connection.execute(insert(membership), given)


def _roles_given(
    connection: Connection, appointments: Sequence[LeaderRole], new: Sequence[NewUnit]
) -> list[tuple[str, str, str]]:
    """Return the acts of giving these roles, as `access_history.record_all` takes them."""
    stored = {row.id: row.key for row in connection.execute(select(unit.c.id, unit.c.key))}
    keys = [
        stored[each.unit_id] if each.unit_id is not None else str(new[each.new_unit or 0].values["key"])
        for each in appointments
    ]
    return [("role-given", key, f"leader {each.email}") for key, each in zip(keys, appointments, strict=True)]
