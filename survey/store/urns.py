"""Codes and urns as the database sees them: hashes and boxes, and nothing between the two.

Functions take the connection of the caller's transaction.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update

from survey.store.tables import access_code, sealed_category, sealed_wave, urn, wave

Boxes = Mapping[int, bytes]
_STATES_IN_ORDER = ("draft", "open", "closed", "sealed")
_BATCH = 500

# built once: putting the statement together takes longer than running it
_ALL = select(urn.c.shard, urn.c.box).where(urn.c.wave_id == bindparam("of")).order_by(urn.c.shard)
_HOLD_ALL = _ALL.with_for_update()
_HOLD_ONE = _HOLD_ALL.where(urn.c.shard == bindparam("at"))
_ONE = select(urn.c.box).where(urn.c.wave_id == bindparam("of"), urn.c.shard == bindparam("at"))
_IS_OPEN = exists().where(wave.c.id == bindparam("of"), wave.c.state == "open")
_OF_CODE = select(access_code.c.wave_id).where(access_code.c.keyed_hash == bindparam("keyed_hash"))
_PUT_BACK = (
    update(urn)
    .where(urn.c.wave_id == bindparam("of"), urn.c.shard == bindparam("at"), _IS_OPEN)
    .values(box=bindparam("content"))
)


def boxes(connection: Connection, wave_id: int) -> Boxes:
    """Shard → box as they are now; empty where the wave has no urn."""
    rows = connection.execute(_ALL, {"of": wave_id})
    return {shard: bytes(content) for shard, content in rows}


def lock_boxes(connection: Connection, wave_id: int, shard: int | None = None) -> Boxes:
    """One box (or all) that no one else changes until this transaction ends; empty where it is gone.

    Sealing takes the boxes away under the same lock: whoever holds one here is counted by it, and whoever
    comes later finds none. The wave's own row is not locked, so that people who answer at once wait for
    each other only where they share a box.
    """
    if shard is None:
        rows = connection.execute(_HOLD_ALL, {"of": wave_id})
    else:
        rows = connection.execute(_HOLD_ONE, {"of": wave_id, "at": shard})
    return {at: bytes(content) for at, content in rows}


def replace_box(connection: Connection, wave_id: int, shard: int, box: bytes) -> bool:
    """Replace one held box; nothing is changed where the wave is not open at this moment. Whether it was."""
    replaced = connection.execute(_PUT_BACK, {"of": wave_id, "at": shard, "content": box})
    return bool(replaced.rowcount)


def set_up(connection: Connection, wave_id: int, empty: Boxes) -> None:
    """Give the wave its empty boxes."""
    rows = [{"wave_id": wave_id, "shard": shard, "box": box} for shard, box in empty.items()]
    connection.execute(insert(urn), rows)


def advance(connection: Connection, wave_id: int, to: str, **changes: object) -> bool:
    """Move the wave one state on with other changes to it, if it is in the state before; whether it was."""
    before = _STATES_IN_ORDER[_STATES_IN_ORDER.index(to) - 1]
    moved = connection.execute(
        update(wave).where(wave.c.id == wave_id, wave.c.state == before).values(state=to, **changes)
    )
    return bool(moved.rowcount)


def replace_by_statistics(
    connection: Connection,
    wave_id: int,
    n: int | None,
    moments: bytes | None,
    categories: Sequence[Mapping[str, object]] = (),
) -> None:
    """Store what may ever be known, None where there were too few, and delete the boxes.

    `categories` are rows of `sealed_category` without their wave, in an order that is nobody's.
    """
    connection.execute(insert(sealed_wave).values(wave_id=wave_id, n=n, moments=moments))
    if categories:
        connection.execute(insert(sealed_category), [{"wave_id": wave_id, **row} for row in categories])
    connection.execute(delete(urn).where(urn.c.wave_id == wave_id))


def add_codes(connection: Connection, wave_id: int, hashes: Iterable[bytes]) -> None:
    """Store codes by their hashes, in the hashes' own order, which is not that of the slips."""
    rows = [{"keyed_hash": keyed_hash, "wave_id": wave_id} for keyed_hash in sorted(hashes)]
    for start in range(0, len(rows), _BATCH):
        connection.execute(insert(access_code), rows[start : start + _BATCH])


def count_codes(connection: Connection, wave_id: int) -> int:
    """How many codes the wave has, used or not."""
    counted = select(func.count()).select_from(access_code).where(access_code.c.wave_id == wave_id)
    return int(connection.scalar(counted) or 0)


def retire_codes(connection: Connection, wave_id: int) -> None:
    """Delete every code of the wave."""
    connection.execute(delete(access_code).where(access_code.c.wave_id == wave_id))


def wave_of_code(connection: Connection, keyed_hash: bytes) -> int | None:
    """The wave a code belongs to, or None for a code that was never issued or is retired."""
    found = connection.execute(_OF_CODE, {"keyed_hash": keyed_hash}).scalar_one_or_none()
    return None if found is None else int(found)


def box(connection: Connection, wave_id: int, shard: int) -> bytes:
    """One box as it is now; empty where the wave has no urn."""
    return bytes(connection.scalar(_ONE, {"of": wave_id, "at": shard}) or b"")
