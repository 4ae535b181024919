"""Whether an installation is sound."""

from collections.abc import Iterator
from dataclasses import replace

from instruments.problems import Damaged, Problem, Refused
from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy
from survey.collection.keys import KeyDirectory
from survey.collection.urn import Urn
from survey.settings import Settings
from survey.store import instrument_integrity, schema, urns
from survey.store.database import Database, connect
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave


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
            has_codes = has_codes or urns.count_codes(connection, wave.id) > 0
        if wave.state in {"open", "closed"}:
            yield from _unfit(database, keys, wave)
        elif wave.state == "sealed" and keys.remaining(wave.key):
            fault = "The wave is sealed, but its keys were not destroyed: something interrupted it."
            remedy = f"Run `kjennetegn wave seal {wave.key}` again."
            yield Problem(wave.key, "keys-left", fault, remedy)
    if has_codes and not keys.holds_codes():
        fault = "The key of the access codes is lost: no printed code is known any more."
        yield Problem(str(keys.path), "keys-missing", fault, "Bring the key directory back.")


def _unfit(database: Database, keys: KeyDirectory, wave: Wave) -> Iterator[Problem]:
    """What keeps a wave from being sealed one day; told now, while something can be done."""
    try:
        if bytes(keys.private(wave.key).public_key) != wave.public_key:
            fault = "The wave's private key is another one than its answers are sealed to."
            yield Problem(wave.key, "keys-wrong", fault, "Bring the right key directory back.")
        urn = Urn(wave.key, keys.urn(wave.key))
        with database.reading() as connection:
            for shard, box in urns.boxes(connection, wave.id).items():
                urn.entries(shard, box)
    except (Refused, Damaged) as refused:
        yield from (replace(each, place=wave.key) for each in refused.problems)
