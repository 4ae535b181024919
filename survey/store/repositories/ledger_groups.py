"""The ledger as it is stored: a row for each group, found by the waves that it is of.

A page reads the groups of its own waves; a release reads those that hang together with what is released, and
not all that was ever released. The row of `ledger` counts all groups and holds their checksum: whoever
changes any holds it until the transaction ends.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Column, ColumnElement, Connection, any_, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from reports.disclosure.differencing.groups import Cell, Cells
from reports.disclosure.differencing.ledger import Ledger
from reports.disclosure.differencing.ledger_text import digest, from_texts, to_texts, unreadable
from survey.store.ledger_tables import ledger, ledger_cell, ledger_group

State = tuple[int, bytes]
_AT_ONCE = 5000  # values in one statement, far from what any database takes

_Wanted = TypeVar("_Wanted")
_Given = TypeVar("_Given")


@dataclass(frozen=True, slots=True)
class DecidedTotal:
    """A total that was decided on: which of the waves asked for are in it.

    `group` is the number of its row, `is_whole` says that no others are in it, and `is_withdrawn` that
    nothing is kept any more of one of them.
    """

    group: int
    cells: Cells
    is_whole: bool
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided on some waves: each `alone` by itself, and the totals that any of them is in."""

    alone: Cells
    totals: frozenset[DecidedTotal]


@dataclass(frozen=True, slots=True)
class StoredLedger:
    """A part of the ledger and the rows that it is in, each as its id and its text."""

    ledger: Ledger
    rows: Mapping[Cells, tuple[int, str]]


def every(connection: Connection) -> Ledger:
    """Return the whole ledger. Raises Damaged where a group is altered, or not there."""
    require_whole(connection)
    rows = connection.execute(select(ledger_group).order_by(ledger_group.c.id)).all()
    held: dict[int, set[str]] = {row.id: set() for row in rows}
    for wave_key, group_id in connection.execute(select(ledger_cell.c.wave_key, ledger_cell.c.group_id)):
        held.setdefault(group_id, set()).add(wave_key)
    read = [from_texts([row.content]) for row in rows]
    for row, own in zip(rows, read, strict=True):
        [cells] = {entry.cells for entry in own.entries}
        said = {wave_key for _, wave_key in cells}, len(cells), bool(own.decided), bool(own.gone)
        if said != (held[row.id], row.waves, row.decided, row.withdrawn):
            raise unreadable()
    return _joined(read)


def require_whole(connection: Connection) -> None:
    """Raise Damaged unless every group is there as it was written; reads none of them."""
    texts = connection.execute(select(ledger_group.c.content)).scalars().all()
    kept = connection.execute(select(ledger.c.groups, ledger.c.checksum)).one_or_none()
    if kept is None or tuple(kept) != (len(texts), _checksum(bytes(16), texts)):
        raise unreadable()


def decisions(connection: Connection, cells: Collection[Cell]) -> Decisions:
    """Return what was decided on these waves; reads no figure, and of larger groups no other wave."""
    unit_of = {wave: unit for unit, wave in cells}
    c, group = ledger_cell.c, ledger_group.c
    # what a wave lies in is several groups: their waves come as one text each, and not as a row each
    keys = func.aggregate_strings(c.wave_key, " ")
    asked = select(group.waves, group.withdrawn, keys).join(ledger_group).where(group.decided)
    alone: list[Cell] = []
    totals: dict[int, tuple[list[Cell], int, bool]] = {}
    for among in conditions(connection, c.wave_key, unit_of):
        by_itself = asked.where(among, group.waves == 1).group_by(group.waves, group.withdrawn)
        for _, _, own in connection.execute(by_itself):
            alone += [(unit_of[key], key) for key in own.split()]
        several = asked.add_columns(group.id).where(among, group.waves > 1).group_by(group.id)
        for number, withdrawn, own, group_id in connection.execute(several):
            held = totals.setdefault(group_id, ([], number, withdrawn))[0]
            held += [(unit_of[key], key) for key in own.split()]
    found = (
        DecidedTotal(group_id, frozenset(own), len(own) == most, gone)
        for group_id, (own, most, gone) in totals.items()
    )
    return Decisions(frozenset(alone), frozenset(found))


def inside(connection: Connection, wave_keys: Collection[str]) -> Ledger:
    """Return the ledger of the groups all of whose waves are among these. Raises Damaged."""
    c, held = ledger_cell.c, dict[int, int]()
    for among in conditions(connection, c.wave_key, wave_keys):
        counted = select(c.group_id, func.count()).where(among).group_by(c.group_id)
        for group_id, number in connection.execute(counted):
            held[group_id] = held.get(group_id, 0) + number
    group, texts = ledger_group.c, list[str]()
    for among in conditions(connection, group.id, held):
        asked = select(group.id, group.waves, group.content).where(among).order_by(group.id)
        texts += [row.content for row in connection.execute(asked) if row.waves == held[row.id]]
    return from_texts(texts)


def touching(connection: Connection, wave_keys: Collection[str]) -> StoredLedger:
    """Return the groups that any of these waves is in. Raises Damaged."""
    return _stored(connection, _ids(connection, ledger_cell.c.group_id, ledger_cell.c.wave_key, wave_keys))


def connected(connection: Connection, wave_keys: Collection[str]) -> StoredLedger:
    """Return the groups that any of these waves is in, and all that hang together with them. Raises Damaged.

    Groups are nested or apart, so that what bears on a release is in the largest of them.
    """
    c, reached, known = ledger_cell.c, set(wave_keys), frozenset[int]()
    while True:
        found = frozenset(_ids(connection, c.group_id, c.wave_key, reached))
        if found == known:
            return _stored(connection, found)
        reached |= set(_ids(connection, c.wave_key, c.group_id, found - known))
        known = found


def cells_of(connection: Connection, groups: Collection[int]) -> Mapping[int, Cells]:
    """Return the waves that each of these groups is of, where there is one. Raises Damaged."""
    return {number: cells for cells, (number, _) in _stored(connection, groups).rows.items()}


def state(connection: Connection) -> State:
    """Return how many groups there are and their checksum: another one after each change of the ledger.

    Raises Damaged where there is none.
    """
    row = connection.execute(select(ledger.c.groups, ledger.c.checksum)).one_or_none()
    if row is None:
        raise unreadable()
    return row.groups, row.checksum


def hold(connection: Connection) -> None:
    """Let nobody else change the ledger until the transaction ends. Raises Damaged where there is none."""
    # on PostgreSQL the row is held; SQLite writes one at a time anyway
    if connection.execute(select(ledger.c.id).with_for_update()).one_or_none() is None:
        raise unreadable()


def replace(connection: Connection, before: StoredLedger, after: Ledger) -> Mapping[Cells, int]:
    """Store what `after` says otherwise than `before`; return the number of the row of each group in it.

    The caller's transaction holds the ledger.
    """
    written = to_texts(after)
    changed = {cells: text for cells, text in written.items() if before.rows.get(cells, (0, ""))[1] != text}
    decided = {entry.cells: entry.decided for entry in after.entries}
    rows = {
        cells: {
            "waves": len(cells),
            "decided": decided[cells],
            "withdrawn": bool(cells & after.gone),
            "content": text,
        }
        for cells, text in changed.items()
    }
    known = [cells for cells in changed if cells in before.rows]
    for cells in known:
        changing = update(ledger_group).where(ledger_group.c.id == before.rows[cells][0])
        connection.execute(changing.values(**rows[cells]))
    numbers = {cells: number for cells, (number, _) in before.rows.items()}
    new = [cells for cells in changed if cells not in before.rows]
    if new:
        # all at once: a round of thousands of units is one release
        adding = insert(ledger_group).returning(ledger_group.c.id, sort_by_parameter_order=True)
        ids = connection.execute(adding, [rows[cells] for cells in new]).scalars().all()
        numbers |= dict(zip(new, ids, strict=True))
        held = [
            {"wave_key": wave_key, "group_id": numbers[cells]}
            for cells in new
            for _, wave_key in sorted(cells)
        ]
        connection.execute(insert(ledger_cell), held)
    kept = connection.execute(select(ledger.c.groups, ledger.c.checksum)).one()
    checksum = _checksum(kept.checksum, [*(before.rows[cells][1] for cells in known), *changed.values()])
    connection.execute(update(ledger).values(groups=kept.groups + len(new), checksum=checksum))
    return numbers


def _stored(connection: Connection, ids: Iterable[int]) -> StoredLedger:
    c, found = ledger_group.c, list[tuple[int, str]]()
    for among in conditions(connection, c.id, sorted(ids)):
        asked = select(c.id, c.content).where(among).order_by(c.id)
        found += [(row.id, row.content) for row in connection.execute(asked)]
    # one by one, so that each text is known by what it is of
    read = [from_texts([text]) for _, text in found]
    rows = {part.entries[0].cells: row for part, row in zip(read, found, strict=True)}
    return StoredLedger(_joined(read), rows)


def _joined(parts: Sequence[Ledger]) -> Ledger:
    gone = (each.gone for each in parts)
    return Ledger(tuple(entry for each in parts for entry in each.entries), frozenset().union(*gone))


def _ids(
    connection: Connection, wanted: Column[_Wanted], given: Column[_Given], values: Collection[_Given]
) -> set[_Wanted]:
    """Return one of the columns of `ledger_cell` where the other has one of these values."""
    found: set[_Wanted] = set()
    for among in conditions(connection, given, values):
        found |= set(connection.execute(select(wanted).where(among)).scalars())
    return found


def conditions(
    connection: Connection, column: Column[_Given], values: Collection[_Given]
) -> Iterator[ColumnElement[bool]]:
    """Yield conditions one of which holds for each row in which the column has one of these values."""
    ordered = list(values)
    if connection.dialect.name == "postgresql" and ordered:
        # one parameter: to write out thousands takes longer than to find them
        yield column == any_(literal(ordered, ARRAY(column.type)))
        return
    for place in range(0, len(ordered), _AT_ONCE):
        yield column.in_(ordered[place : place + _AT_ONCE])


def _checksum(before: bytes, texts: Iterable[str]) -> bytes:
    """Return the checksum with these texts put in, or taken out: each is a digest, and they are XORed."""
    total = int.from_bytes(before)
    for text in texts:
        total ^= int.from_bytes(digest(text))
    return total.to_bytes(len(before))
