"""What owners are shown of units and of totals, kept since the release so that no page computes it.

A row is of one group of the ledger, and goes when anything of the group does. What was computed by other
rules than today's is not shown: a worker computes it anew.
"""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, update

from instruments.model import Version
from reports.disclosure import (
    Audience,
    DifferencingCheck,
    Policy,
    Released,
    ReleasedMean,
    SealedWave,
    Suppressed,
    WaveIdentity,
    release,
    release_means,
    released_text,
)
from survey.store.database import Database
from survey.store.ledger_tables import ledger_cell, ledger_group, released_figures
from survey.store.repositories.ledger_groups import conditions
from survey.store.repositories.released_outside import policy_mark

# as `_mark` writes it
_MARK: Final = re.compile("[0-9a-f]{12}/[0-9]+")


def shown(sealed: SealedWave, policy: Policy, ledger: DifferencingCheck) -> str:
    """Return as text what owners are shown: of a unit its means, of a total everything that is released."""
    if sealed.parts:
        return released_text.total_text(release(sealed, Audience.OWNER, policy, ledger))
    return released_text.means_text(release_means(sealed, Audience.OWNER, policy, ledger))


def add(connection: Connection, texts: Mapping[int, str], policy: Policy) -> None:
    """Store what `shown` returned of groups, by the numbers of their rows, in the caller's transaction."""
    rows = [{"group_id": number, **_columns(text, policy)} for number, text in texts.items()]
    if rows:
        connection.execute(insert(released_figures), rows)


def renew(database: Database, texts: Mapping[int, str], policy: Policy) -> None:
    """Store what `shown` returned of groups in place of what there is; where nothing is, it was removed."""
    changing = update(released_figures).where(released_figures.c.group_id == bindparam("group"))
    rows = [{"group": group, **_columns(text, policy)} for group, text in texts.items()]
    if rows:
        with database.writing() as connection:
            connection.execute(changing, rows)


def remove(connection: Connection, groups: Collection[int]) -> None:
    """Remove what is shown of groups of which something is gone, in the caller's transaction."""
    connection.execute(delete(released_figures).where(released_figures.c.group_id.in_(groups)))


def means_of_waves(
    database: Database, wave_keys: Collection[str], policy: Policy
) -> Mapping[str, Mapping[str, ReleasedMean] | Suppressed]:
    """Return the means of units by the keys of their waves, of those that were computed by these rules.

    Raises Damaged.
    """
    c, cell, group = released_figures.c, ledger_cell.c, ledger_group.c
    asked = (
        select(cell.wave_key, c.computed_by, c.content, c.digest)
        .join(ledger_group, group.id == cell.group_id)
        .join(released_figures, c.group_id == group.id)
        .where(group.waves == 1)
    )
    # the mark is compared here: SQLite would look by it at every group, and in each for every wave
    mark = _mark(policy)
    found: dict[str, Mapping[str, ReleasedMean] | Suppressed] = {}
    with database.reading() as connection:
        for among in conditions(connection, cell.wave_key, wave_keys):
            for wave_key, computed_by, content, written in connection.execute(asked.where(among)).all():
                if computed_by != mark:
                    continue
                found[wave_key] = released_text.means_of(_unaltered(content, written))
    return found


def total_of_group(
    database: Database, group: int, policy: Policy, identity: WaveIdentity, version: Version
) -> Released | Suppressed | None:
    """Return what is shown of a total; None where it was not computed by these rules. Raises Damaged."""
    c = released_figures.c
    asked = select(c.content, c.digest).where(c.group_id == group, c.computed_by == _mark(policy))
    with database.reading() as connection:
        row = connection.execute(asked).one_or_none()
    if row is None:
        return None
    return released_text.total_of(_unaltered(row.content, row.digest), identity, version)


def outdated(database: Database, policy: Policy) -> Sequence[tuple[int, int]]:
    """Return the groups of which something is stored that was computed by other rules.

    Each by its number and of how many waves it is.
    """
    c, group = released_figures.c, ledger_group.c
    asked = _by_other_rules(select(c.group_id, group.waves).join(ledger_group), policy)
    with database.reading() as connection:
        return [(number, waves) for number, waves in connection.execute(asked.order_by(c.group_id))]


def count_outdated(database: Database, policy: Policy) -> int:
    """Return how many they are."""
    asked = _by_other_rules(select(func.count()).select_from(released_figures), policy)
    with database.reading() as connection:
        return int(connection.execute(asked).scalar_one())


def unsound(database: Database) -> Sequence[int]:
    """Return the numbers of the groups of which what is shown was altered, or is not to be shown any more."""
    c, group = released_figures.c, ledger_group.c
    asked = select(released_figures, group.decided, group.withdrawn).join(ledger_group).order_by(c.group_id)
    with database.reading() as connection:
        rows = connection.execute(asked).all()
    return [
        row.group_id
        for row in rows
        if digest(row.content) != row.digest
        or not _MARK.fullmatch(row.computed_by)
        or not row.decided
        or row.withdrawn
    ]


def digest(text: str) -> bytes:
    """Return the digest that is stored beside a text."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _by_other_rules(asked: Select[Any], policy: Policy) -> Select[Any]:
    mark, c = _mark(policy), released_figures.c
    # two ranges of an index: a worker asks every minute
    return asked.where((c.computed_by < mark) | (c.computed_by > mark))


def _unaltered(content: str, written: bytes) -> str:
    if digest(content) != written:
        raise released_text.unreadable()
    return content


def _columns(text: str, policy: Policy) -> dict[str, object]:
    return {"computed_by": _mark(policy), "content": text, "digest": digest(text)}


def _mark(policy: Policy) -> str:
    return f"{policy_mark(policy)}/{released_text.FORMAT}"
