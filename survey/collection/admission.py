"""Admission: which codes and links let a person into an open wave.

Nothing is written when somebody is admitted: the right to answer lives in the respondent's own cookie.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from instruments.problems import Refused, refuse
from survey.collection import access_codes, lifecycle, stored_urn
from survey.collection.code_issuing import keyed_hash
from survey.collection.keys import KeyDirectory
from survey.settings import Settings
from survey.store.database import Database
from survey.store.repositories import codes, waves
from survey.store.repositories.waves import Wave

_LINK_LENGTH = 10
_KEY_LENGTH = 8  # of a wave, in its link


@dataclass(frozen=True, slots=True, repr=False)
class Admission:
    """Hold the right to put one entry into a wave's urn.

    `token` lives in the respondent's own encrypted cookie and is never stored here.
    """

    wave_key: str
    token: bytes


def admit(database: Database, keys: KeyDirectory, typed: str, today: date) -> Admission:
    """Admit the holder of a typed or scanned code, again and again until the answers are in.

    Raises Refused: `code-unknown`, `code-used`, and as `lifecycle.require_open` does. Raises Damaged where
    the wave's keys are gone.
    """
    bits = access_codes.parse(typed)
    with database.reading() as connection:
        wave_id = codes.wave_id(connection, keyed_hash(bits, keys.hashing_key()))
    if wave_id is None:
        raise access_codes.unknown("No survey takes this code.")
    wave = waves.by_id(database, wave_id)
    lifecycle.require_open(wave, today)
    if stored_urn.has_entry(database, stored_urn.open_urn(keys, wave), wave, bits):
        raise refuse(
            "code-used",
            "Answers were already handed in with this code, and they are counted.",
            "You are done. If it was not you, ask for a new slip.",
        )
    return Admission(wave.key, bits)


def admit_by_link(database: Database, keys: KeyDirectory, given: str, today: date) -> Admission:
    """Admit whoever holds the open link.

    Raises Refused: `link-unknown` for whatever is not a whole link of ours, `wave-full`, and as
    `lifecycle.require_open` does. Raises Damaged where the wave's keys are gone.
    """
    # before anything is said of the wave: the link's first part alone is known to others than those invited
    wave = _linked(database, keys, given.lower())
    lifecycle.require_open(wave, today)
    if stored_urn.count(database, stored_urn.open_urn(keys, wave), wave) >= cap(wave):
        raise full(wave)
    return Admission(wave.key, secrets.token_bytes(16))


def link(keys: KeyDirectory, wave: Wave) -> str:
    """Return the last part of the wave's open link.

    Raises Refused("link-unknown") where the wave has none, Damaged where the key directory is unusable.
    """
    if not wave.open_link:
        raise refuse(
            "link-unknown", "This wave has no open link.", "Hand out slips with codes.", place=wave.key
        )
    # by the installation's key and not the wave's: that one is destroyed at sealing, and a poster that still
    # hangs there is to be told from nonsense
    name = f"open link {wave.key}".encode()
    digest = blake2b(name, key=keys.hashing_key(), digest_size=_LINK_LENGTH).digest()
    return f"{wave.key}{base64.b32encode(digest).decode().lower()}"


def link_address(settings: Settings, keys: KeyDirectory, wave: Wave) -> str:
    """Return the address of the wave's open link, as it stands on the poster. Raises as `link` does."""
    return f"{settings.public_url}/open/{link(keys, wave)}"


def code_address(settings: Settings, code: str) -> str:
    """Return the address that the QR code of an access code leads to."""
    return f"{settings.public_url}/c/{code}"


def _linked(database: Database, keys: KeyDirectory, given: str) -> Wave:
    """Return the wave whose open link this is, in whatever state. Raises Refused("link-unknown")."""
    unknown = refuse("link-unknown", "No survey has this address.", "Scan the poster again.")
    try:
        wave = waves.by_key(database, given[:_KEY_LENGTH])
    except Refused:
        raise unknown from None
    if not wave.open_link or not secrets.compare_digest(link(keys, wave).encode(), given.encode()):
        raise unknown
    return wave


def cap(wave: Wave) -> int:
    """Return the most answers an open link takes: everyone invited, and a margin for miscounting."""
    return wave.invited + max(2, wave.invited // 20)


def full(wave: Wave) -> Refused:
    """Return the refusal of one more answer to a wave whose open link has as many as it takes."""
    return refuse(
        "wave-full",
        "%(invited)s people were invited, and the link takes %(cap)s answers at most: they have arrived.",
        "If you have not answered, tell the person who invited you.",
        place=wave.key,
        invited=wave.invited,
        cap=cap(wave),
    )
