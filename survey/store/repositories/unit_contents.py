"""What hangs on a unit and on its waves in all tables: counted, and removed with them.

Functions take the connection of the caller's transaction.
"""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, Table, delete, func, select, update

from survey.store.repositories import role_endings
from survey.store.tables import agreed_action, membership, metadata, unit, wave


def roles(connection: Connection, unit_id: int) -> Counter[str]:
    """Return how many hold each role in the unit."""
    held = select(membership.c.role, func.count()).where(
        membership.c.unit_id == unit_id, membership.c.ended_at.is_(None)
    )
    return Counter(dict(iter(connection.execute(held.group_by(membership.c.role)))))


def agreed_actions(connection: Connection, unit_id: int) -> int:
    """Return how many actions were agreed after the unit's waves."""
    agreed = select(func.count()).select_from(agreed_action).join(wave, wave.c.id == agreed_action.c.wave_id)
    return int(connection.scalar(agreed.where(wave.c.unit_id == unit_id)) or 0)


def remove_wave(connection: Connection, wave_id: int) -> None:
    """Delete a wave with everything that is stored of it, and nothing of the ledger."""
    for table, column in _referring(wave):
        connection.execute(delete(table).where(table.c[column] == wave_id))
    connection.execute(delete(wave).where(wave.c.id == wave_id))


def remove_unit(connection: Connection, unit_id: int, now: int) -> None:
    """Delete a unit that has no wave, with the roles held in it; what was merged into it is only closed.

    An account that is left without a role is kept for some weeks from `now`, in seconds since 1970.
    """
    held = select(membership.c.account_id).where(
        membership.c.unit_id == unit_id, membership.c.account_id.is_not(None)
    )
    holders = sorted(set(connection.execute(held).scalars()))
    connection.execute(update(unit).where(unit.c.merged_into_id == unit_id).values(merged_into_id=None))
    for table, column in _referring(unit):
        if table is not unit:
            connection.execute(delete(table).where(table.c[column] == unit_id))
    connection.execute(delete(unit).where(unit.c.id == unit_id))
    role_endings.note_roleless(connection, holders, now)


def _referring(to: Table) -> Sequence[tuple[Table, str]]:
    """Return the tables and columns that refer to a table, so that a new one is never forgotten."""
    return [
        (table, key.parent.name)
        for table in reversed(metadata.sorted_tables)
        for key in table.foreign_keys
        if key.column.table is to
    ]
