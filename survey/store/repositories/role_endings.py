"""Roles that end, now or with their last day, and accounts that have had none for long.

What is given a connection is in the caller's transaction. Times are seconds since 1970.
"""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, case, delete, select, update

from instruments.problems import refuse
from survey.store.database import Database
from survey.store.repositories import access_history
from survey.store.tables import RESULT_ROLES, account, membership, unit

_MOST_YEARS: Final = 10
_FURTHEST: Final = timedelta(days=_MOST_YEARS * 366)  # from today to the last day of a role


def end_roles(connection: Connection, account_id: int, by: str, now: int, *which: ColumnElement[bool]) -> int:
    """End roles that the account holds, and return how many; without any left it is kept for some weeks."""
    held = update(membership).where(
        membership.c.account_id == account_id, membership.c.ended_at.is_(None), *which
    )
    # a clock that was set back ends no role before it began
    ended_at = case((membership.c.given_at > now, membership.c.given_at), else_=now)
    ended = connection.execute(held.values(ended_by=by, ended_at=ended_at)).rowcount
    note_roleless(connection, [account_id], now)
    return ended


def note_roleless(connection: Connection, account_ids: list[int], now: int) -> None:
    """Note of those of the accounts that hold no role that they have had none since then."""
    holding = select(membership.c.account_id).where(
        membership.c.account_id.in_(account_ids), membership.c.ended_at.is_(None)
    )
    roleless = update(account).where(
        account.c.id.in_(account_ids), account.c.id.not_in(holding), account.c.roleless_since.is_(None)
    )
    connection.execute(roleless.values(roleless_since=now))


def end_role_on(
    database: Database,
    account_id: int,
    role: str,
    unit_key: str | None,
    last_day: date | None,
    *,
    today: date,
    by: str,
    now: int,
) -> bool:
    """Let a role of the account end after that day, or None for no day; return whether it holds it.

    One whose last day is past is held no more, noted or not. Raises Refused: `role-day-past`, `role-day-far`,
    and `operator-last` where nobody else is an operator.
    """
    _require_day(last_day, today)
    c, place = membership.c, select(unit.c.id).where(unit.c.key == unit_key).scalar_subquery()
    where = c.unit_id.is_(None) if unit_key is None else c.unit_id == place
    held = (
        select(c.id, c.unit_id, c.ends_on, account.c.email)
        .join(account)
        .where(c.account_id == account_id, c.role == role, c.ended_at.is_(None), where)
        .with_for_update(of=membership)
    )
    with database.writing() as connection:
        found = connection.execute(held).one_or_none()
        if found is None or (found.ends_on is not None and found.ends_on < today):
            return False
        if last_day is not None:
            require_operator_left(connection, account_id, role)
        if found.ends_on != last_day:
            connection.execute(update(membership).where(c.id == found.id).values(ends_on=last_day))
            if role in RESULT_ROLES:
                about = f"{role} {found.email} → {last_day or '–'}"
                access_history.record(
                    connection, "role-day-changed", [found.unit_id], about=about, by=by, now=now
                )
    return True


def _require_day(last_day: date | None, today: date) -> None:
    if last_day is not None and last_day < today:
        raise refuse(
            "role-day-past",
            "The last day would be %(last)s, which is over.",
            "Choose a day from today on, or take the role away now.",
            last=last_day,
        )
    if last_day is not None and last_day > today + _FURTHEST:
        raise refuse(
            "role-day-far",
            "The last day would be %(last)s, which is more than %(years)s years from now.",
            "Choose an earlier day, or none: then the role goes on until somebody takes it away.",
            last=last_day,
            years=_MOST_YEARS,
        )


def end_due_roles(database: Database, today: date, *, by: str, now: int) -> None:
    """Note the end of every role whose last day is past."""
    c, is_due = membership.c, (membership.c.ends_on < today, membership.c.ended_at.is_(None))
    with database.writing() as connection:
        due = connection.execute(
            select(c.account_id, c.role, c.unit_id, account.c.email).join(account).where(*is_due)
        )
        found = due.all()
        for each in {row.account_id for row in found}:
            end_roles(connection, each, by, now, c.ends_on < today)
        for row in found:
            if row.role in RESULT_ROLES:
                about = f"{row.role} {row.email}"
                access_history.record(connection, "role-ended", [row.unit_id], about=about, by=by, now=now)


def forget_roleless(database: Database, before: int) -> None:
    """Remove the accounts that have had no role since before that moment, with their sign-ins."""
    with database.writing() as connection:
        connection.execute(delete(account).where(account.c.roleless_since < before))


def require_operator_left(connection: Connection, account_id: int, role: str) -> None:
    """Raise Refused("operator-last") where an operator's role ends and no other lasts."""
    others = select(membership.c.id).where(
        membership.c.role == "operator",
        membership.c.account_id != account_id,
        membership.c.ended_at.is_(None),
        membership.c.ends_on.is_(None),
    )
    if role == "operator" and not connection.execute(others.limit(1)).all():
        email = str(connection.scalar(select(account.c.email).where(account.c.id == account_id)))
        raise refuse(
            "operator-last",
            "%(email)s is the only operator, and nobody could give roles any more.",
            "Make somebody else an operator first.",
            place=email,
            email=email,
        )
