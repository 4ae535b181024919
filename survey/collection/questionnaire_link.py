"""The address at which a wave's questionnaire is read, before it is opened and after it is over.

It admits nobody: who has it can read what is asked, whose survey it is and when, and nothing else.
"""

from survey.collection import access_codes, wave_links
from survey.collection.keys import KeyDirectory
from survey.settings import Settings
from survey.store.database import Database
from survey.store.repositories.waves import Wave


def code(keys: KeyDirectory, wave: Wave) -> str:
    """Return the last part of the address, in the form of an access code."""
    return access_codes.formatted(wave_links.reading(keys, wave.key))


def address(settings: Settings, keys: KeyDirectory, wave: Wave) -> str:
    """Return the address at which the wave's questionnaire is read."""
    return f"{settings.public_url}/q/{code(keys, wave)}"


def wave_of(database: Database, keys: KeyDirectory, given: str) -> Wave:
    """Return the wave, in whatever state, whose questionnaire is read at this address.

    Raises Refused("link-unknown"). Raises Damaged where the key that links follow from is gone.
    """
    bits = wave_links.parse(given)
    found = wave_links.find(database, keys, bits)
    # the other links lead to the same wave, and are no address of this kind
    if found is None or bits != wave_links.reading(keys, found.key):
        raise wave_links.unknown()
    return found
