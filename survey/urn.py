"""The urn: a wave's unread answers in a few opaque boxes, so that no row, order, size or time is anyone's.

A box is the secret box (XSalsa20-Poly1305) of its entries, sorted by id and padded. An entry is an id of
16 bytes and the answers, sealed to the wave's public key (X25519, XSalsa20-Poly1305). Whenever an entry
is added the whole box is encrypted anew, so the database's journals hold versions of it that look
unrelated; `docs/decisions/0030-the-urn.md` says what that is for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from instruments.problems import Refused, refuse

ID_LENGTH = 16
# a box grows in steps of so many entries: its size says no more than that
STEP = 32
COUNT_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Box:
    """One box, opened: the sealed answers by entry id, all of the same length."""

    entries: Mapping[bytes, bytes]

    def with_entry(self, entry_id: bytes, sealed: bytes) -> "Box":
        """The box with one more entry."""
        return Box({**self.entries, entry_id: sealed})


def entry_id(code: str, pepper: bytes) -> bytes:
    """The id of the entry that the holder of this code makes, and nobody without the code can."""
    return blake2b(code.encode(), key=pepper, digest_size=ID_LENGTH, person=b"entry").digest()


def shard(entry: bytes, shards: int) -> int:
    """Which of the wave's boxes an entry belongs in."""
    return entry[0] % shards


def seal_answers(encoded: bytes, public_key: bytes) -> bytes:
    """The encoded answers as only the wave's private key reads them; 48 bytes longer."""
    return SealedBox(PublicKey(public_key)).encrypt(encoded)


def open_answers(sealed: bytes, private_key: PrivateKey) -> bytes:
    """The encoded answers. Raises Refused where they were altered or sealed to another key."""
    try:
        return SealedBox(private_key).decrypt(sealed)
    except CryptoError as error:
        raise _unreadable() from error


def close(box: Box, key: bytes) -> bytes:
    """The box as it is stored; it looks different every time."""
    entries = b"".join(entry + sealed for entry, sealed in sorted(box.entries.items()))
    count = len(box.entries)
    width = len(entries) // count if count else 0
    padding = bytes(width * (-count % STEP))
    return bytes(SecretBox(key).encrypt(count.to_bytes(COUNT_LENGTH, "big") + entries + padding))


def open_box(stored: bytes, key: bytes) -> Box:
    """The box that `close` stored. Raises Refused where it was altered or the key is another's."""
    try:
        plain = SecretBox(key).decrypt(stored)
    except CryptoError as error:
        raise _unreadable() from error
    count = int.from_bytes(plain[:COUNT_LENGTH], "big")
    if not count:
        return Box({})
    width = (len(plain) - COUNT_LENGTH) // (count + -count % STEP)
    rows = (
        plain[start : start + width] for start in range(COUNT_LENGTH, COUNT_LENGTH + count * width, width)
    )
    return Box({row[:ID_LENGTH]: row[ID_LENGTH:] for row in rows})


def _unreadable() -> Refused:
    return refuse(
        "urn-unreadable",
        "The wave's answers cannot be opened with the keys in the key directory.",
        "Nothing was changed. Check that database and key directory belong together; restore both if not.",
    )
