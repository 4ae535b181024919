"""The password of the file in which a round's slips for one unit come: its leaders see it, and nobody else.

It follows from the installation's key and the wave's own, as an open link does, and is stored nowhere: who
reads the database, the file of slips, or both, can tell nothing of it (docs/decisions/0127).
"""

from hashlib import blake2b
from typing import Final

from survey.collection import access_codes
from survey.collection.keys import KeyDirectory
from survey.store.repositories.waves import Wave

_GROUPS: Final = 4
_IN_GROUP: Final = 5  # characters of five bits: a hundred bits in all
_DIGEST: Final = 16


def is_used(wave: Wave) -> bool:
    """Return whether slips of the wave can come in a file of its round's owner."""
    return wave.planned_round_id is not None and not wave.open_link and (wave.is_draft or wave.is_open)


def password_of(keys: KeyDirectory, wave_key: str) -> str:
    """Return the password of the wave's file of slips: `7K3MX-W2P0T-Q9A4H-B6C8D`."""
    digest = blake2b(
        wave_key.encode(), key=keys.hashing_key(), digest_size=_DIGEST, person=b"slip file"
    ).digest()
    characters = _GROUPS * _IN_GROUP
    drawn = int.from_bytes(digest, "big") >> (_DIGEST * 8 - characters * 5)
    text = access_codes.encode(drawn, characters)
    return "-".join(text[start : start + _IN_GROUP] for start in range(0, characters, _IN_GROUP))
