"""Units that become one. What was sealed stays with each part, to be read by those who led it."""

from collections.abc import Callable, Sequence
from datetime import date

from instruments.problems import refuse
from reports.disclosure import Policy
from survey.collection import planning
from survey.collection.keys import KeyDirectory
from survey.organisation import closure, standstill
from survey.store.database import Database, Transaction
from survey.store.repositories import access_history, units
from survey.store.repositories.units import Unit


def merge_into_new(
    database: Database,
    keys: KeyDirectory,
    policy: Policy,
    part_keys: Sequence[str],
    name: str,
    *,
    by: str,
    now: int,
    today: date,
) -> Unit:
    """Merge units into a new one of that name, which lies where the first of them does, and return that.

    Nobody has a role in it yet. Raises Refused as `merge` does, and as `units.add` does of the name.
    """
    parts = [units.by_key(database, key) for key in part_keys]
    _require_mergeable(database, policy, parts, None, today)
    first = parts[0]
    # refused before any draft is removed
    with database.reading() as connection:
        units.require_name(connection, name, first.parent_id)

    def made(connection: Transaction) -> Unit:
        like = {"kind": first.kind, "edition": first.edition}
        return units.add_below(connection, name, first.parent_id, **like, placed_on=today)

    return _merge(database, keys, policy, parts, made, by=by, now=now, today=today)


def merge(
    database: Database,
    keys: KeyDirectory,
    policy: Policy,
    part_keys: Sequence[str],
    into_key: str,
    *,
    by: str,
    now: int,
    today: date,
) -> Unit:
    """Merge units into another one and return that: the parts are closed, and their people asked there.

    The parts keep their waves, and those who have a role in them keep it; nobody is given one in the other.
    Raises Refused: `unit-unknown`, `merger-parts`, `merger-editions`, `unit-closed`, `unit-holds-units`,
    and as `standstill.require_long_over` does.
    """
    parts, into = [units.by_key(database, key) for key in part_keys], units.by_key(database, into_key)
    _require_mergeable(database, policy, parts, into, today)
    return _merge(database, keys, policy, parts, lambda _: into, by=by, now=now, today=today)


def _merge(
    database: Database,
    keys: KeyDirectory,
    policy: Policy,
    parts: Sequence[Unit],
    find: Callable[[Transaction], Unit],
    *,
    by: str,
    now: int,
    today: date,
) -> Unit:
    """Close the parts and let their people be asked in what `find` returns, in one transaction."""
    for part in parts:
        closure.remove_drafts(database, keys, part)
    with database.writing() as connection:
        into = find(connection)
        standstill.require_long_over(connection, policy, [*parts, into], today)
        for part in parts:
            closure.end(connection, part, today, merged_into_id=into.id)
        units.change(connection, into.id, merged_on=today)
        about = f"{', '.join(part.name for part in parts)} → {into.name}"
        ids = [into.id, *(part.id for part in parts)]
        access_history.record(connection, "unit-merged", ids, about=about[:512], by=by, now=now)
    return units.by_key(database, into.key)


def _require_mergeable(
    database: Database, policy: Policy, parts: Sequence[Unit], into: Unit | None, today: date
) -> None:
    together = [*parts, *([into] if into else [])]
    if len({each.id for each in together}) < max(len(together), 2):
        raise refuse(
            "merger-parts",
            "Two different units or more are merged, and these are not.",
            "Name each of them once.",
            place=", ".join(each.key for each in parts),
        )
    for each in together:
        planning.require_measured(each)
        units.require_open(each)
    if len({each.edition for each in together}) > 1:
        raise refuse(
            "merger-editions",
            "The units answer different editions: %(editions)s.",
            "Merge units of one edition, or add a new unit and close these.",
            place=parts[0].key,
            editions=", ".join(sorted({str(each.edition) for each in together})),
        )
    for part in parts:
        standstill.require_empty(database, part)
    with database.reading() as connection:
        standstill.require_long_over(connection, policy, together, today)
