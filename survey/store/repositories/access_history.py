"""Who held which role for a unit and when, and what others than its leaders did to it; nobody alters it.

A role that has ended stays as a row, also when its account is removed. Nothing removes one but `forget_old`.
Times are seconds since 1970.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, insert, or_, select

from survey.store.database import Database
from survey.store.tables import RESULT_ROLES, membership, unit, unit_act


@dataclass(frozen=True, slots=True)
class RolePeriod:
    """A role that shows results of a unit: its holder's address when it was given, and from when to when.

    `unit_name` is where it is held: the unit, what that lies in, or "" for everywhere. `ended_by` and
    `ended_at` are None while it is held.
    """

    role: str
    holder: str
    unit_name: str
    given_by: str
    given_at: int
    ended_by: str | None
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class UnitAct:
    """What somebody did to a unit, of the kind of `tables.UNIT_ACTS`, and what it was about."""

    kind: str
    about: str
    done_by: str
    done_at: int


def record(
    connection: Connection, kind: str, unit_ids: Iterable[int | None], *, about: str, by: str, now: int
) -> None:
    """Record an act on each of these units, None for all there are, in the caller's transaction."""
    # an account may lead and own the same unit, and the act is one
    for unit_id in dict.fromkeys(unit_ids):
        row = {"unit_id": unit_id, "kind": kind, "about": about, "done_by": by, "done_at": now}
        connection.execute(insert(unit_act).values(**row))


def record_on(database: Database, kind: str, unit_key: str | None, *, about: str, by: str, now: int) -> None:
    """Record an act on the unit of that key, or on all units; in a transaction of its own."""
    with database.writing() as connection:
        found = None
        if unit_key is not None:
            found = connection.execute(select(unit.c.id).where(unit.c.key == unit_key)).scalar_one()
        record(connection, kind, [found], about=about, by=by, now=now)


def record_on_account(
    connection: Connection, kind: str, account_id: int, *, about: str, by: str, now: int
) -> None:
    """Record an act on every unit whose results the account is shown, in the caller's transaction."""
    held = select(membership.c.unit_id).where(
        membership.c.account_id == account_id,
        membership.c.ended_at.is_(None),
        membership.c.role.in_(RESULT_ROLES),
    )
    places = connection.execute(held).scalars().all()
    record(connection, kind, places, about=about, by=by, now=now)


def roles_of_unit(database: Database, unit_keys: Sequence[str]) -> Sequence[RolePeriod]:
    """Return every role that shows or showed results of a unit, newest first.

    `unit_keys` are the unit's own key and then those of what it lies in.
    """
    # a leader sees one unit, an owner all below, and a role held everywhere sees every unit
    seen = or_(
        and_(membership.c.role == "leader", unit.c.key == unit_keys[0]),
        and_(membership.c.role == "owner", unit.c.key.in_(unit_keys)),
        and_(membership.c.role.in_(RESULT_ROLES), membership.c.unit_id.is_(None)),
    )
    c = membership.c
    rows = (
        select(c.role, c.holder, unit.c.name, c.given_by, c.given_at, c.ended_by, c.ended_at)
        # an outer join, because a role held everywhere has no unit
        .outerjoin(unit, unit.c.id == membership.c.unit_id)
        .where(seen)
        .order_by(c.given_at.desc(), c.id.desc())
    )
    with database.reading() as connection:
        return [
            RolePeriod(role, holder, name or "", *period)
            for role, holder, name, *period in connection.execute(rows)
        ]


def acts_on_unit(database: Database, unit_keys: Sequence[str]) -> Sequence[UnitAct]:
    """Return what was done to a unit, to what it lies in and to all units, newest first."""
    c = unit_act.c
    rows = (
        select(c.kind, c.about, c.done_by, c.done_at)
        .outerjoin(unit, unit.c.id == unit_act.c.unit_id)
        .where(or_(c.unit_id.is_(None), unit.c.key.in_(unit_keys)))
        .order_by(c.done_at.desc(), c.id.desc())
    )
    with database.reading() as connection:
        return [UnitAct(*row) for row in connection.execute(rows)]


def forget_old(database: Database, before: int) -> None:
    """Remove the roles that ended, and what was done, before that moment."""
    with database.writing() as connection:
        # one that is still held has no end, and NULL is before nothing
        connection.execute(delete(membership).where(membership.c.ended_at < before))
        connection.execute(delete(unit_act).where(unit_act.c.done_at < before))
