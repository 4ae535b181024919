"""Whether the keys are there that waves need, are the right ones, and are gone where they have to be."""

from collections.abc import Iterator, Sequence

from instruments.problems import Damaged, Problem
from survey.collection import pooling, removal, sheet_sealing, stored_urn
from survey.collection.keys import KeyDirectory
from survey.store.database import Database
from survey.store.repositories import pools, urns, waves
from survey.store.repositories.waves import Wave


def problems(database: Database, keys: KeyDirectory) -> Iterator[Problem]:
    """Yield what keeps waves from being answered and sealed one day, while something can be done about it."""
    for wave in waves.every(database):
        found = list(_wave_problems(database, keys, wave))
        # a wave that was opened or sealed in the meantime is as it should be, only not as it was
        if found and waves.by_id(database, wave.id).state == wave.state:
            yield from found
    for key in removal.interrupted(database, keys):
        fault = "The wave was removed, but its keys were not destroyed: something interrupted it."
        yield Problem(key, "keys-left", fault, "Start the worker, which finishes it within minutes.")


def unknown(database: Database, keys: KeyDirectory) -> Sequence[str]:
    """Return the names of keys that belong to no wave and to no batch of a pool that is stored."""
    there = keys.names() - keys.marked()
    with database.reading() as connection:
        batches = {
            pooling.key_name(pool, batch)
            for pool in pools.every(connection)
            for batch in (*pool.ending, pool.batch)
        }
    return sorted(there - batches - {wave.key for wave in waves.every(database)})


def unknown_problems(database: Database, keys: KeyDirectory) -> Iterator[Problem]:
    """Yield the keys that belong to nothing that is stored: of what an older database does not know."""
    for name in unknown(database, keys):
        fault = "There is a key of a wave or a pool that the database does not know."
        remedy = "If a backup was restored, restore a newer one; if there is none, delete the file."
        yield Problem(name, "keys-unknown", fault, remedy)


def codes_problems(keys: KeyDirectory) -> Iterator[Problem]:
    """Yield what is wrong with the key of the access codes: gone, damaged, or another installation's."""
    try:
        keys.hashing_key()
    except Damaged as error:
        yield from error.problems


def _wave_problems(database: Database, keys: KeyDirectory, wave: Wave) -> Iterator[Problem]:
    if wave.split_key and keys.has_private(wave.key):
        fault = "The wave's key is on three printed sheets, and a private key lies in the key directory."
        remedy = "Find out who put it there: this program never does. Then delete the file."
        yield Problem(wave.key, "keys-extra", fault, remedy)
    obstacles = stored_urn.obstacles(database, keys, wave)
    yield from obstacles
    if not obstacles and sheet_sealing.holds_unusable(database, keys, wave):
        fault = "A key sheet of the wave is held, and cannot be read."
        yield Problem(wave.key, "sheet-unreadable", fault, "Nothing is lost: give that sheet once more.")
    if wave.has_urn:
        return
    with database.reading() as connection:
        boxes = urns.boxes(connection, wave.id)
    if boxes:
        fault = f"The wave is {wave.state}, and answers lie in its urn."
        yield Problem(wave.key, "urn-left", fault, "Restore the database from a backup.")
    if (wave.is_sealed or wave.is_abandoned) and keys.remaining(wave.key):
        fault = f"The wave is {wave.state}, but its keys were not destroyed: something interrupted it."
        yield Problem(wave.key, "keys-left", fault, "Start the worker, which finishes it within minutes.")
