"""Key directories for tests: that of the databases which tests are given, and of new ones."""

from survey.collection import keys
from survey.collection.keys import KeyDirectory
from survey.operations.set_up import set_up
from survey.store.repositories import installation_values

# of all databases with our tables that tests are given: they are copied from one
KEY = bytes(range(32))


def note(connection):
    """The database knows the key directories of tests as its own."""
    installation_values.add(connection, installation_values.CODES_KEY, keys._codes_check(KEY))


def key_directory(path):
    """The key directory of a database that tests are given, made where it is missing."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory = KeyDirectory(path, keys._codes_check(KEY))
    directory._write(path / keys._CODES, keys._with_checksum(KEY))
    return directory


def make_installation(settings):
    """A new installation, as an operator sets it up: its settings."""
    set_up(settings)
    return settings
