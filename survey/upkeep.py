"""Whether an installation is sound, and a copy of its database."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from instruments.problems import Problem, Refused, refuse
from survey.keys import KeyDirectory
from survey.settings import Settings
from survey.store import instruments_in_use, urns
from survey.store.database import Database, connect
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave
from survey.urn import Urn


def problems(settings: Settings) -> list[Problem]:
    """Everything that is wrong, at once: the key directory, the database, instruments, each wave's keys."""
    found: list[Problem] = []
    keys = None
    try:
        keys = KeyDirectory(settings.keys)
    except Refused as refused:
        found.extend(refused.problems)
    database = connect(settings.database)
    try:
        database.check()
        with database.reading() as connection:
            found.extend(instruments_in_use.problems(connection))
        if keys is not None:
            found.extend(_key_problems(database, keys))
    except Refused as refused:
        found.extend(refused.problems)
    finally:
        database.close()
    return found


def back_up(database: Database, target: Path) -> None:
    """Copy an SQLite database whole to a new file. Raises Refused: `backup-elsewhere`, `backup-exists`."""
    if not database.is_sqlite:
        raise refuse(
            "backup-elsewhere",
            "PostgreSQL makes its own backups.",
            "Use pg_dump, and keep the key directory apart from what it writes.",
            place=database.place,
        )
    if target.exists():
        raise refuse("backup-exists", "There is such a file.", "Name a new one.", place=str(target))
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        fault = f"It cannot be written: {error.strerror}."
        raise refuse("backup-unwritable", fault, "Name another place.", place=str(target)) from error
    with database.reading() as connection, closing(sqlite3.connect(target)) as copy:
        source = connection.connection.driver_connection
        if not isinstance(source, sqlite3.Connection):
            raise TypeError("SQLite is not spoken to through sqlite3")
        source.backup(copy)


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
    except Refused as refused:
        yield from (Problem(wave.key, each.code, each.fault, each.remedy) for each in refused.problems)
