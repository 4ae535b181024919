"""Admission: which codes and links let a person into an open wave.

Nothing is written when somebody is admitted: the right to answer lives in the respondent's own cookie.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from instruments.problems import Damaged, Refused, refuse
from survey.collection import access_codes, lifecycle, stored_urn
from survey.collection.code_issuing import keyed_hash
from survey.collection.keys import KeyDirectory
from survey.collection.urn import Urn
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
    the codes' key is gone, or the wave's answers could never be counted.
    """
    bits = access_codes.parse(typed)
    with database.reading() as connection:
        # a new key would make every slip in the house one that nobody knows
        if not keys.holds_codes() and codes.are_there(connection):
            raise keys.codes_missing()
        wave_id = codes.wave_id(connection, keyed_hash(bits, keys.hashing_key()))
    if wave_id is None:
        raise access_codes.unknown()
    wave = waves.by_id(database, wave_id)
    lifecycle.require_open(wave, today)
    if stored_urn.has_entry(database, urn_for_answers(database, keys, wave), wave, bits):
        raise refuse(
            "code-used",
            "Answers were handed in with this code.",
            "If it was you who used it, your answers have arrived. If not, ask for a new slip.",
        )
    return Admission(wave.key, bits)


def admit_by_link(database: Database, keys: KeyDirectory, given: str, today: date) -> Admission:
    """Admit whoever holds the open link.

    Raises Refused: `link-unknown` for whatever is not a whole link of ours, `wave-full`, and as
    `lifecycle.require_open` does. Raises Damaged where the wave's answers could never be counted.
    """
    # before anything is said of the wave: the link's first part alone is known to others than those invited
    wave = _linked(database, keys, given.lower())
    lifecycle.require_open(wave, today)
    if stored_urn.count(database, urn_for_answers(database, keys, wave), wave) >= cap(wave):
        raise full(wave)
    return Admission(wave.key, secrets.token_bytes(16))


def urn_for_answers(database: Database, keys: KeyDirectory, wave: Wave) -> Urn:
    """Return what opens the wave's boxes.

    Raises Damaged where its answers could never be counted: `keys-missing`, `keys-wrong`, `urn-damaged`.
    Raises Refused where the wave was sealed or abandoned a moment ago.
    """
    try:
        urn = stored_urn.open_urn(keys, wave)
        # once a second for everybody: a submission opens the box it changes in any case
        database.cache.get(f"urn {wave.key}", lambda: stored_urn.require_whole(database, urn, wave))
    except Damaged:
        now = waves.by_key(database, wave.key)
        if now.has_urn:
            raise
        raise lifecycle.over(now) from None
    return urn


def link(keys: KeyDirectory, wave: Wave) -> str:
    """Return the last part of the wave's open link.

    Raises Refused("link-unknown") where the wave has none, Damaged where the key directory is unusable.
    """
    if not wave.open_link:
        raise refuse(
            "link-unknown",
            "“%(title)s” has no open link: people come in with codes.",
            "Print slips instead.",
            place=wave.key,
            title=wave.title,
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
    """Return the wave whose open link this is, in whatever state.

    Raises Refused("link-unknown"), Damaged where the key that links follow from is gone.
    """
    unknown = refuse(
        "link-unknown", "No survey has this address.", "Scan the poster again, or ask for the right address."
    )
    try:
        wave = waves.by_key(database, given[:_KEY_LENGTH])
    except Refused:
        raise unknown from None
    if wave.open_link and not keys.holds_codes():
        # a new key would make every poster one that nobody knows
        raise keys.codes_missing()
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
