"""The first set-up of an installation: the only act that makes its key directory and its tables."""

from functools import partial

from sqlalchemy import Connection, inspect

from instruments.problems import Refused, refuse
from survey.collection.keys import KeyDirectory
from survey.settings import Settings
from survey.store.database import Database, connect
from survey.store.installation_tables import installation_value
from survey.store.repositories import installation_values


def set_up(settings: Settings) -> None:
    """Make the keys and the tables of a new installation; interrupted, it is gone on with when run again.

    Raises Refused: `database-there` and `keys-there`, where there is one already and nothing is changed; and
    Damaged where a place cannot be used.
    """
    database = connect(settings.database)
    try:
        # the key is on disk first, and counts last: what an interruption leaves is told from what is in use
        if database.exists():
            keys = _left_unused(settings, database)
        else:
            keys = KeyDirectory.of_new_installation(settings.keys)
            database.migrate(partial(_note, database, keys))
        keys.take_into_use()
    finally:
        database.close()


def _left_unused(settings: Settings, database: Database) -> KeyDirectory:
    """Return the keys of a set-up that was interrupted when its tables had been made. Raises Refused."""
    keys = KeyDirectory.of_interrupted_set_up(settings.keys)
    with database.reading() as connection:
        if keys is not None and _checks(connection) == keys.codes_check:
            return keys
    raise _there(database)


def _checks(connection: Connection) -> bytes | None:
    """Return what the database knows its key of codes by; None where it is none of ours."""
    tables = inspect(connection).has_table(installation_value.name)
    return installation_values.find(connection, installation_values.CODES_KEY) if tables else None


def _note(database: Database, keys: KeyDirectory, connection: Connection) -> None:
    """Note the keys as those of the database, unless somebody else was a moment faster."""
    if installation_values.find(connection, installation_values.CODES_KEY) is not None:
        raise _there(database)
    installation_values.add(connection, installation_values.CODES_KEY, keys.codes_check)


def _there(database: Database) -> Refused:
    return refuse(
        "database-there",
        "There is a database with tables in it, and a new installation needs one of its own.",
        "Name another in KJENNETEGN_DATABASE. One that is in use is brought to a newer version by "
        "`kjennetegn migrate`.",
        place=database.place,
    )
