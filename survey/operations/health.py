"""Whether an installation is sound."""

from collections.abc import Iterator

from instruments.problems import Damaged, Problem, Refused
from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy
from survey.collection import stored_urn
from survey.collection.keys import KeyDirectory
from survey.settings import Settings
from survey.store import instrument_integrity, schema
from survey.store.database import Database, connect
from survey.store.repositories import codes, waves


def problems(settings: Settings) -> list[Problem]:
    """Everything that is wrong, at once: policy, key directory, database, instruments, waves' keys."""
    found: list[Problem] = []
    keys = KeyDirectory(settings.keys)
    try:
        read_policy(settings.policy or DEFAULT_POLICY)
    except Refused as refused:
        found.extend(refused.problems)
    try:
        keys.check()
    except (Refused, Damaged) as refused:
        found.extend(refused.problems)
    database = connect(settings.database, read_only=True)
    try:
        database.require_tables()
        with database.reading() as connection:
            schema.require_present(schema.revision(connection), database.place)
            found.extend(instrument_integrity.problems(connection))
        found.extend(_key_problems(database, keys))
    except (Refused, Damaged) as refused:
        found.extend(refused.problems)
    finally:
        database.close()
    return found


def _key_problems(database: Database, keys: KeyDirectory) -> Iterator[Problem]:
    has_codes = False
    for wave in waves.every(database):
        with database.reading() as connection:
            has_codes = has_codes or codes.count(connection, wave.id) > 0
        if wave.has_urn:
            yield from stored_urn.obstacles(database, keys, wave)
        elif (wave.is_sealed or wave.is_abandoned) and keys.remaining(wave.key):
            fault = f"The wave is {wave.state}, but its keys were not destroyed: something interrupted it."
            remedy = "Start the worker, which finishes it within minutes."
            yield Problem(wave.key, "keys-left", fault, remedy)
    if has_codes and not keys.holds_codes():
        fault = "The key of the access codes is lost: no printed code is known any more."
        yield Problem(str(keys.path), "keys-missing", fault, "Bring the key directory back.")
