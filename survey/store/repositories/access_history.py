"""Who held which role for a unit and when, and what anybody did to it; nobody alters it.

A role that has ended stays as a row, also when its account is removed, and so does an act. Nothing removes
one but `forget_old`. Roles have times in seconds since 1970, acts have days: while a survey is open, the time
of what a leader does would stand beside what people answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, delete, extract, func, or_, select

from survey.store import act_chain
from survey.store.act_chain import Act
from survey.store.act_tables import unit_act
from survey.store.actor import day_of, present
from survey.store.database import Database
from survey.store.tables import LEADING_ROLES, RESULT_ROLES, membership, unit

ACTS_A_PAGE: Final = 50
_AT_ONCE = 500  # numbers of units in one question, well below what either engine takes


@dataclass(frozen=True, slots=True)
class RolePeriod:
    """A role that shows results of a unit: its holder's address when it was given, and from when to when.

    `ends_on` is its last day, where one was said, and `unit_name` is where it is held: the unit, what that
    lies in, or "" for everywhere. `ended_by` and `ended_at` are None while it is held.
    """

    role: str
    holder: str
    unit_name: str
    given_by: str
    given_at: int
    ends_on: date | None
    ended_by: str | None
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class UnitAct:
    """What somebody did to a unit, of the kind of `act_kinds.UNIT_ACTS`, and what it was about.

    `unit_name` is the unit's, "" where it is about all of them or the unit is not there any more;
    `digest` is the row's place in the chain.
    """

    kind: str
    about: str
    done_by: str
    done_on: date
    unit_name: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class ActPage:
    """One page of acts, newest first, how many pages there are, and the years in which anything was done."""

    acts: Sequence[UnitAct]
    number: int
    pages: int
    years: Sequence[int]


def record(
    connection: Connection,
    kind: str,
    unit_ids: Iterable[int | None],
    *,
    about: str,
    by: str | None = None,
    now: int | None = None,
) -> None:
    """Record an act on each of these units, None for all there are, in the caller's transaction.

    It is done by whoever acts (`survey.store.actor`) unless `by` says who; `now` counts only where nobody is
    bound. Comes last in a transaction: until that ends, nobody else records anything.
    """
    # an account may lead and own the same unit, and the act is one
    wanted = tuple(dict.fromkeys(unit_ids))
    numbers = [each for each in wanted if each is not None]
    keys: dict[int | None, str | None] = {None: None}
    for start in range(0, len(numbers), _AT_ONCE):
        named = select(unit.c.id, unit.c.key).where(unit.c.id.in_(numbers[start : start + _AT_ONCE]))
        keys |= {row.id: row.key for row in connection.execute(named)}
    record_all(connection, [(kind, keys[each], about) for each in wanted], by=by, now=now)


def record_all(
    connection: Connection,
    done: Iterable[tuple[str, str | None, str]],
    *,
    by: str | None = None,
    now: int | None = None,
) -> None:
    """Record acts, each as its kind, the unit's key or None, and what it was about; otherwise as `record`."""
    actor = present(now)
    acts = [Act(key, kind, about, by or actor.name, actor.day) for kind, key, about in done]
    act_chain.append(connection, acts)


def record_on(
    database: Database,
    kind: str,
    unit_key: str | None,
    *,
    about: str,
    by: str | None = None,
    now: int | None = None,
) -> None:
    """Record an act on the unit of that key, or on all units; in a transaction of its own."""
    with database.writing() as connection:
        record_all(connection, [(kind, unit_key, about)], by=by, now=now)


def record_once(database: Database, kind: str, unit_key: str | None, *, about: str) -> None:
    """Record it unless the same person did the same on this day already: of what is only fetched."""
    with database.writing() as connection:
        record_once_in(connection, kind, unit_key, about=about)


def record_once_in(connection: Connection, kind: str, unit_key: str | None, *, about: str) -> None:
    """Record it as `record_once` does, in the caller's transaction, in which it comes last."""
    actor, c = present(), unit_act.c
    same = select(c.id).where(
        c.unit_key.is_not_distinct_from(unit_key),
        c.kind == kind,
        c.about == about,
        c.done_by == actor.name,
        c.done_on == actor.day,
    )
    if connection.execute(same.limit(1)).one_or_none() is None:
        record_all(connection, [(kind, unit_key, about)])


def places_of_account(connection: Connection, account_id: int) -> Sequence[int | None]:
    """Return the units whose results the account is shown, None for all of them."""
    held = select(membership.c.unit_id).where(
        membership.c.account_id == account_id,
        membership.c.ended_at.is_(None),
        membership.c.role.in_(RESULT_ROLES),
    )
    return connection.execute(held).scalars().all()


def record_on_account(
    connection: Connection,
    kind: str,
    account_id: int,
    *,
    about: str,
    by: str | None = None,
    now: int | None = None,
) -> None:
    """Record an act on every unit whose results the account is shown, in the caller's transaction."""
    record(connection, kind, places_of_account(connection, account_id), about=about, by=by, now=now)


def roles_of_unit(database: Database, unit_keys: Sequence[str]) -> Sequence[RolePeriod]:
    """Return every role that shows or showed results of a unit, newest first.

    `unit_keys` are the unit's own key and then those of what it lies in.
    """
    # a leader sees one unit, an owner all below, and a role held everywhere sees every unit
    seen = or_(
        and_(membership.c.role.in_(LEADING_ROLES), unit.c.key == unit_keys[0]),
        and_(membership.c.role == "owner", unit.c.key.in_(unit_keys)),
        and_(membership.c.role.in_(RESULT_ROLES), membership.c.unit_id.is_(None)),
    )
    c = membership.c
    rows = (
        select(c.role, c.holder, unit.c.name, c.given_by, c.given_at, c.ends_on, c.ended_by, c.ended_at)
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
    with database.reading() as connection:
        return _acts(connection, _about(unit_keys))


def acts_of_year(
    database: Database, unit_keys: Sequence[str], *, year: int | None = None, page: int = 1
) -> ActPage:
    """Return one page of them, of one year or of all; a page that is not there is the last one.

    So is a year in which nothing was done all of them.
    """
    c = unit_act.c
    counted = extract("year", c.done_on)
    about = _about(unit_keys)
    with database.reading() as connection:
        per_year = connection.execute(select(counted, func.count()).where(about).group_by(counted)).all()
        found = {int(one): int(number) for one, number in per_year}
        year = year if year in found else None
        number = sum(found.values()) if year is None else found[year]
        pages = max(1, -(-number // ACTS_A_PAGE))
        shown = min(max(page, 1), pages)
        within = about if year is None else and_(about, counted == year)
        acts = _acts(connection, within, limit=ACTS_A_PAGE, offset=(shown - 1) * ACTS_A_PAGE)
    return ActPage(acts, shown, pages, sorted(found, reverse=True))


def forget_old(database: Database, before: int) -> None:
    """Remove the roles that ended, and what was done, before that moment."""
    with database.writing() as connection:
        # one that is still held has no end, and NULL is before nothing
        connection.execute(delete(membership).where(membership.c.ended_at < before))
        act_chain.prune(connection, day_of(before))


def _about(unit_keys: Sequence[str]) -> ColumnElement[bool]:
    return or_(unit_act.c.unit_key.is_(None), unit_act.c.unit_key.in_(unit_keys))


def _acts(
    connection: Connection, which: ColumnElement[bool], limit: int | None = None, offset: int = 0
) -> Sequence[UnitAct]:
    c = unit_act.c
    rows = (
        select(c.kind, c.about, c.done_by, c.done_on, func.coalesce(unit.c.name, ""), c.digest)
        .outerjoin(unit, unit.c.key == c.unit_key)
        .where(which)
        .order_by(c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [UnitAct(*row) for row in connection.execute(rows)]
