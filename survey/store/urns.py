"""The rows behind participation and sealing. Functions take the connection of the caller's transaction."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, insert, select, update

from survey.store.tables import access_code, sealed_wave, urn, wave


def hold_open(connection: Connection, wave_id: int) -> str:
    """The wave's state, which no one changes until this transaction ends; many may hold it at once."""
    query = select(wave.c.state).where(wave.c.id == wave_id).with_for_update(read=True)
    return str(connection.execute(query).scalar_one())


def hold_alone(connection: Connection, wave_id: int) -> str:
    """The wave's state, held so that no submission is under way and none begins."""
    query = select(wave.c.state).where(wave.c.id == wave_id).with_for_update()
    return str(connection.execute(query).scalar_one())


def move(connection: Connection, wave_id: int, state: str, public_key: bytes | None) -> None:
    """Bring the wave to a state, with the public key that belongs to it."""
    connection.execute(update(wave).where(wave.c.id == wave_id).values(state=state, public_key=public_key))


def set_up(connection: Connection, wave_id: int, boxes: Mapping[int, bytes]) -> None:
    """Put the wave's empty boxes in place."""
    rows = [{"wave_id": wave_id, "shard": shard, "box": box} for shard, box in boxes.items()]
    connection.execute(insert(urn), rows)


def take(connection: Connection, wave_id: int, shard: int) -> bytes:
    """One box, which no one else changes until this transaction ends."""
    query = select(urn.c.box).where(urn.c.wave_id == wave_id, urn.c.shard == shard).with_for_update()
    return bytes(connection.execute(query).scalar_one())


def peek(connection: Connection, wave_id: int, shard: int) -> bytes | None:
    """One box as it is now, or None where the wave is sealed; keeps nobody from changing it."""
    query = select(urn.c.box).where(urn.c.wave_id == wave_id, urn.c.shard == shard)
    return connection.execute(query).scalar_one_or_none()


def look(connection: Connection, wave_id: int) -> list[bytes]:
    """All boxes of the wave, as they are now."""
    return [bytes(box) for box in connection.scalars(select(urn.c.box).where(urn.c.wave_id == wave_id))]


def put_back(connection: Connection, wave_id: int, shard: int, box: bytes) -> None:
    """Replace one box."""
    target = (urn.c.wave_id == wave_id) & (urn.c.shard == shard)
    connection.execute(update(urn).where(target).values(box=box))


def replace_by_statistics(connection: Connection, wave_id: int, moments: bytes | None) -> None:
    """Store what may ever be known, None where there were too few, and delete the boxes."""
    connection.execute(insert(sealed_wave).values(wave_id=wave_id, moments=moments))
    connection.execute(delete(urn).where(urn.c.wave_id == wave_id))


def add_codes(connection: Connection, wave_id: int, hashes: Iterable[bytes]) -> None:
    """Store codes by their hashes, in the hashes' own order."""
    rows = [{"keyed_hash": keyed_hash, "wave_id": wave_id} for keyed_hash in sorted(hashes)]

    connection.execute(insert(access_code), rows)


def retire_codes(connection: Connection, wave_id: int) -> None:
    """Delete every code of the wave."""
    connection.execute(delete(access_code).where(access_code.c.wave_id == wave_id))


def wave_of_code(connection: Connection, keyed_hash: bytes) -> int | None:
    """The wave a code belongs to, or None for a code that was never issued or is retired."""
    query = select(access_code.c.wave_id).where(access_code.c.keyed_hash == keyed_hash)
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else int(found)
