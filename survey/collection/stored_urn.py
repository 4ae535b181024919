"""A wave's urn as it lies in the database: looked into while the wave is open or closed, never read.

An entry's id tells whether it is there; what was answered stays encrypted until `sealing` opens it.
"""

from collections.abc import Iterator
from dataclasses import replace

from instruments.problems import Damaged, Problem, damage
from survey.collection.keys import KeyDirectory
from survey.collection.urn import Urn, damaged
from survey.store.database import Database
from survey.store.repositories import urns
from survey.store.repositories.urns import Boxes
from survey.store.repositories.waves import Wave
from survey.store.tables import SHARDS

_REMEDY = (
    "If the wave was sealed after this copy of the database was made, bring back a newer copy. If the key "
    "directory was lost, bring it back as it was on the same day. If neither can be done, give the wave up: "
    "kjennetegn wave abandon %(wave)s"
)


def open_urn(keys: KeyDirectory, wave: Wave) -> Urn:
    """Return what opens the wave's boxes.

    Raises Damaged where its answers could never be counted, so that none may be taken either:
    `keys-missing` where any key of the wave is gone, `keys-wrong` where its private key does not fit, or what
    opens its boxes is not what it was: with other ids of entries everybody could answer a second time.
    """
    # whether sheets fit a split key nobody can know before they are given
    if not wave.split_key and bytes(keys.private(wave.key).public_key) != wave.public_key:
        fault = "The wave's private key is another one than its answers are encrypted to."
        raise damage("keys-wrong", fault, _REMEDY, wave.key, wave=wave.key)
    urn_keys = keys.urn(wave.key)
    # of one that was sealed or abandoned a moment ago nothing is known any more, and its keys are going
    if wave.urn_check is not None and urn_keys.check != wave.urn_check:
        fault = "What opens the wave's boxes is another thing than when it was opened."
        raise damage("keys-wrong", fault, _REMEDY, wave.key, wave=wave.key)
    return Urn(wave.key, urn_keys)


def require_whole(database: Database, urn: Urn, wave: Wave) -> None:
    """Raise Damaged("urn-damaged") unless all boxes are there and open.

    One that does not keeps the wave from being sealed, whatever lies in the others.
    """
    with database.reading() as connection:
        boxes = urns.boxes(connection, wave.id)
    if len(boxes) != SHARDS:
        raise damaged(wave.key)
    count_in(urn, boxes)


def has_entry(database: Database, urn: Urn, wave: Wave, token: bytes) -> bool:
    """Return whether the answers of whoever holds this token are in the urn. Raises Damaged."""
    entry = urn.entry_id(token)
    with database.reading() as connection:
        box = urns.box(connection, wave.id, urn.shard(entry))
    return bool(box) and entry in urn.entries(urn.shard(entry), box)


def count(database: Database, urn: Urn, wave: Wave) -> int:
    """Return how many answers are in the urn. Raises Damaged."""
    with database.reading() as connection:
        return count_in(urn, urns.boxes(connection, wave.id))


def count_in(urn: Urn, boxes: Boxes) -> int:
    """Return how many answers are in these boxes. Raises Damaged("urn-damaged")."""
    return sum(len(urn.entries(shard, box)) for shard, box in boxes.items())


def obstacles(database: Database, keys: KeyDirectory, wave: Wave) -> tuple[Problem, ...]:
    """Return what would keep an open or closed wave from being sealed; of any other wave, nothing.

    `keys-missing`, `keys-wrong` or `urn-damaged`, each with the wave's key for its place. While there is one,
    no answer can be counted, and the wave can be abandoned.
    """
    if not wave.has_urn:
        return ()
    return tuple(
        replace(each, place=wave.key, remedy=_REMEDY, values={"wave": wave.key})
        for each in _obstacles(database, keys, wave)
    )


def _obstacles(database: Database, keys: KeyDirectory, wave: Wave) -> Iterator[Problem]:
    try:
        open_urn(keys, wave)
    except Damaged as error:
        yield from error.problems
        if error.problems[0].code == "keys-missing":
            return
    try:
        require_whole(database, Urn(wave.key, keys.urn(wave.key)), wave)
    except Damaged as error:
        yield from error.problems
