"""Find accounts and units by what is typed, for pages of so many at a time.

What is typed is looked for here and not by the database: no database of ours finds æ and Æ alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, TypeVar

from sqlalchemy import select

from survey.store.database import Database
from survey.store.tables import account, membership, unit

PAGE_SIZE: Final = 50
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Found(Generic[_Row]):
    """One page of what was found: its rows, how many there are on all pages, and which page of how many."""

    rows: Sequence[_Row]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class ListedRole:
    """A role, the key and name of the unit it is held in, or None for everywhere, and its last day if any."""

    role: str
    unit_key: str | None
    unit_name: str | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account as a list shows it."""

    id: int
    email: str
    has_password: bool
    roles: tuple[ListedRole, ...]


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A unit as a list shows it, with the name of what it lies in."""

    key: str
    name: str
    kind: str
    organisation_number: str | None
    parent_name: str | None


def accounts(database: Database, typed: str, page: int) -> Found[ListedAccount]:
    """Return a page of the accounts with that in their address or in the name of a unit, by address."""
    held = (
        select(membership.c.account_id, membership.c.role, unit.c.key, unit.c.name, membership.c.ends_on)
        .outerjoin(unit, unit.c.id == membership.c.unit_id)
        .where(membership.c.ended_at.is_(None))
        .order_by(membership.c.id)
    )
    roles: dict[int, list[ListedRole]] = {}
    with database.reading() as connection:
        for row in connection.execute(held):
            roles.setdefault(row.account_id, []).append(ListedRole(row.role, row.key, row.name, row.ends_on))
        columns = (account.c.id, account.c.email, account.c.password_hash != "")
        every = [
            ListedAccount(number, email, has_password, tuple(roles.get(number, ())))
            for number, email, has_password in connection.execute(select(*columns).order_by(account.c.email))
        ]
    return _found(
        every, typed, page, lambda each: [each.email, *(held.unit_name or "" for held in each.roles)]
    )


def units(database: Database, typed: str, page: int) -> Found[ListedUnit]:
    """Return a page of the units with that in their name, their parent's or their number."""
    above = unit.alias()
    rows = select(
        unit.c.key, unit.c.name, unit.c.kind, unit.c.organisation_number, above.c.name.label("parent")
    ).outerjoin(above, above.c.id == unit.c.parent_id)
    with database.reading() as connection:
        every = [ListedUnit(*row) for row in connection.execute(rows)]
    every.sort(key=lambda each: (each.name.casefold(), each.key))
    return _found(
        every,
        typed,
        page,
        lambda each: [each.name, each.parent_name or "", each.organisation_number or ""],
    )


def _found(
    every: Sequence[_Row], typed: str, page: int, texts: Callable[[_Row], Sequence[str]]
) -> Found[_Row]:
    """Return a page of the rows that hold every word that is typed: the last page where there is no such."""
    words = typed.casefold().split()

    def matches(row: _Row) -> bool:
        # no text holds a line break, so that no word is found across two of them
        held = "\n".join(texts(row)).casefold()
        return all(word in held for word in words)

    matching = [row for row in every if matches(row)] if words else every
    pages = max(1, -(-len(matching) // PAGE_SIZE))
    shown = min(max(1, page), pages)
    return Found(matching[(shown - 1) * PAGE_SIZE : shown * PAGE_SIZE], len(matching), shown, pages)
