"""Urns: the encrypted boxes that hold a wave's answers until it is sealed.

Functions take the connection of the caller's transaction. What a box is, and why, is in docs/decisions/0030.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update

from survey.store.tables import WaveState, urn, wave

Boxes = Mapping[int, bytes]  # shard → box

# built once: putting the statement together takes longer than running it
_ALL = select(urn.c.shard, urn.c.box).where(urn.c.wave_id == bindparam("of")).order_by(urn.c.shard)
_HOLD_ALL = _ALL.with_for_update()
_HOLD_ONE = _HOLD_ALL.where(urn.c.shard == bindparam("at"))
_ONE = select(urn.c.box).where(urn.c.wave_id == bindparam("of"), urn.c.shard == bindparam("at"))
_IS_OPEN = exists().where(wave.c.id == bindparam("of"), wave.c.state == WaveState.OPEN.value)
_PUT_BACK = (
    update(urn)
    .where(urn.c.wave_id == bindparam("of"), urn.c.shard == bindparam("at"), _IS_OPEN)
    .values(box=bindparam("content"))
)


def add(connection: Connection, wave_id: int, empty: Boxes) -> None:
    """Give the wave its empty boxes."""
    rows = [{"wave_id": wave_id, "shard": shard, "box": box} for shard, box in empty.items()]
    connection.execute(insert(urn), rows)


def boxes(connection: Connection, wave_id: int) -> Boxes:
    """Return all boxes as they are now; none where the wave has no urn."""
    rows = connection.execute(_ALL, {"of": wave_id})
    return {shard: bytes(content) for shard, content in rows}


def boxes_of(connection: Connection, wave_ids: Collection[int]) -> Mapping[int, Boxes]:
    """Return all boxes of many waves at once."""
    found: dict[int, dict[int, bytes]] = {each: {} for each in wave_ids}
    rows = select(urn.c.wave_id, urn.c.shard, urn.c.box).where(urn.c.wave_id.in_(wave_ids))
    for wave_id, shard, content in connection.execute(rows):
        found[wave_id][shard] = bytes(content)
    return found


def box(connection: Connection, wave_id: int, shard: int) -> bytes:
    """Return one box as it is now; empty where the wave has no urn."""
    return bytes(connection.scalar(_ONE, {"of": wave_id, "at": shard}) or b"")


def lock_boxes(connection: Connection, wave_id: int, shard: int | None = None) -> Boxes:
    """Return one box (or all) that no one else changes until this transaction ends; none where it is gone.

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
    """Replace one held box, if the wave is open at this moment; return whether it was."""
    replaced = connection.execute(_PUT_BACK, {"of": wave_id, "at": shard, "content": box})
    return bool(replaced.rowcount)


def remove(connection: Connection, wave_id: int) -> None:
    """Delete the wave's boxes, and with them every answer that lies in them."""
    connection.execute(delete(urn).where(urn.c.wave_id == wave_id))
