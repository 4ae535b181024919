"""The links to a wave without a code of one's own: to answer, set up a kiosk, type, read, see the result.

Each is sixty bits in the form of an access code, so that it can be typed. It follows from the installation's
key and the wave's own, and the database holds a keyed hash of it, as of a code: who reads the database
alone can neither come in nor tell which is which.
"""

from dataclasses import replace
from hashlib import blake2b

from instruments.problems import Refused, refuse
from survey.collection import access_codes
from survey.collection.code_issuing import keyed_hash
from survey.collection.keys import KeyDirectory
from survey.store.database import Database, Transaction
from survey.store.repositories import wave_links, waves
from survey.store.repositories.waves import Wave

_SPARE_BITS = 4  # of eight bytes, beside the sixty of a code


def store(connection: Transaction, keys: KeyDirectory, wave: Wave) -> None:
    """Let the links of a wave that is opened lead to it, from the end of the caller's transaction on."""
    links = [kiosk(keys, wave), paper(keys, wave), results(keys, wave)]
    links += [link(keys, wave)] if wave.open_link else []
    key = keys.hashing_key()
    wave_links.add(connection, wave.id, [keyed_hash(each, key) for each in links])


def draft_hashes(keys: KeyDirectory, wave_key: str) -> list[bytes]:
    """Return the keyed hashes of the links that lead to a wave from its draft on.

    Raises Damaged where the key that links follow from is gone or another installation's.
    """
    return [keyed_hash(reading(keys, wave_key), keys.hashing_key())]


def link(keys: KeyDirectory, wave: Wave) -> bytes:
    """Return the bits of the wave's open link, whether or not it has one."""
    return _derived(keys, "open link", wave)


def kiosk(keys: KeyDirectory, wave: Wave) -> bytes:
    """Return the bits of the address that puts a device into kiosk mode for the wave."""
    return _derived(keys, "kiosk", wave)


def paper(keys: KeyDirectory, wave: Wave) -> bytes:
    """Return the bits of the address where answers on paper are typed in."""
    return _derived(keys, "paper", wave)


def results(keys: KeyDirectory, wave: Wave) -> bytes:
    """Return the bits of the address where those who answered see the result, the same for all of them."""
    return _derived(keys, "results", wave)


def reading(keys: KeyDirectory, wave_key: str) -> bytes:
    """Return the bits of the address at which the wave's questionnaire is read, from its draft on."""
    return _derived_from(keys, "reading", wave_key)


def parse(given: str) -> bytes:
    """Return the bits of a link as people type it. Raises Refused("link-unknown"), saying what is wrong."""
    try:
        return access_codes.parse(given)
    except Refused as refused:
        nobodys = unknown().problems[0]
        fault = replace(refused.problems[0], code=nobodys.code, remedy=nobodys.remedy)
        raise Refused([fault]) from None


def unknown() -> Refused:
    """Return the refusal of a link that leads to no wave."""
    return refuse(
        "link-unknown", "No survey has this address.", "Scan the poster again, or ask for the right address."
    )


def find(database: Database, keys: KeyDirectory, bits: bytes) -> Wave | None:
    """Return the wave that one of whose links has these bits, in whatever state; None if there is none.

    Raises Damaged where the key that links follow from is gone or another installation's.
    """
    with database.reading() as connection:
        wave_id = wave_links.wave_id(connection, keyed_hash(bits, keys.hashing_key()))
    return None if wave_id is None else waves.by_id(database, wave_id)


def _derived(keys: KeyDirectory, purpose: str, wave: Wave) -> bytes:
    return _derived_from(keys, purpose, wave.key)


def _derived_from(keys: KeyDirectory, purpose: str, wave_key: str) -> bytes:
    # by the installation's key and not the wave's: that one is destroyed at sealing, and a poster that still
    # hangs there is to be told from nonsense
    name = f"{purpose} {wave_key}".encode()
    digest = blake2b(name, key=keys.hashing_key(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> _SPARE_BITS).to_bytes(8, "big")
