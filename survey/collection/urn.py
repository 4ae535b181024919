"""The urn: where answers lie until a wave is sealed, without order, time or length (docs/decisions/0030).

One wave has `SHARDS` boxes. A box is the encryption of all entries of its shard, sorted by their ids and
padded to full trays, so that each rewriting makes every byte of it new.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from types import MappingProxyType

from nacl.bindings import crypto_box_SEALBYTES
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import Aead

from instruments.problems import Damaged, damage
from survey.collection.keys import UrnKeys
from survey.store.tables import SHARDS

_TRAY = 32  # a box holds room for a multiple of this many entries
_ID_BYTES = 16
_SEAL_BYTES = crypto_box_SEALBYTES
_HEAD = 6  # answer's length (2), number of entries (4)


@dataclass(frozen=True, slots=True, repr=False)
class Urn:
    """Encrypt and open the boxes of one wave's urn; each is bound to the wave's own key and its shard."""

    wave_key: str
    keys: UrnKeys

    def entry_id(self, token: bytes) -> bytes:
        """Return the id under which the answers of whoever holds this token lie; no two tokens share one."""
        return hashlib.blake2b(
            token, key=self.keys.pepper, digest_size=_ID_BYTES, person=b"kjennetegn entry"
        ).digest()

    def shard(self, entry_id: bytes) -> int:
        """Return the shard an entry lies in."""
        return entry_id[0] % SHARDS

    def empty(self, shard: int, answer_bytes: int) -> bytes:
        """Return a box without entries, for answers of so many bytes."""
        return self._box(shard, answer_bytes, {})

    def entries(self, shard: int, box: bytes) -> Mapping[bytes, bytes]:
        """Return id → sealed answers. Raises Damaged("urn-damaged") where the box was altered or moved."""
        return self._opened(shard, box)[1]

    def added(self, shard: int, box: bytes, entry_id: bytes, sealed: bytes) -> bytes | None:
        """Return the box with one entry more; None where it holds that entry. Raises as `entries`."""
        answer_bytes, entries = self._opened(shard, box)
        if entry_id in entries:
            return None
        return self._box(shard, answer_bytes, {**entries, entry_id: sealed})

    def _box(self, shard: int, answer_bytes: int, entries: Mapping[bytes, bytes]) -> bytes:
        width = _ID_BYTES + _SEAL_BYTES + answer_bytes
        trays = max(1, ceil(len(entries) / _TRAY))
        head = answer_bytes.to_bytes(2, "big") + len(entries).to_bytes(4, "big")
        laid = b"".join(entry_id + entries[entry_id] for entry_id in sorted(entries))
        plain = head + laid.ljust(trays * _TRAY * width, b"\0")
        return bytes(Aead(self.keys.box_key).encrypt(plain, self._bound_to(shard)))

    def _opened(self, shard: int, box: bytes) -> tuple[int, Mapping[bytes, bytes]]:
        try:
            plain = Aead(self.keys.box_key).decrypt(box, self._bound_to(shard))
        except CryptoError as error:
            raise damaged(self.wave_key) from error
        answer_bytes, number = int.from_bytes(plain[:2], "big"), int.from_bytes(plain[2:_HEAD], "big")
        width = _ID_BYTES + _SEAL_BYTES + answer_bytes
        starts = range(_HEAD, _HEAD + number * width, width)
        entries = {
            plain[start : start + _ID_BYTES]: plain[start + _ID_BYTES : start + width] for start in starts
        }
        return answer_bytes, MappingProxyType(entries)

    def _bound_to(self, shard: int) -> bytes:
        return f"{self.wave_key}/{shard}".encode()


def seal(public_key: bytes, encoded: bytes) -> bytes:
    """Return the encoded answers, encrypted for the wave's private key and `_SEAL_BYTES` longer."""
    return bytes(SealedBox(PublicKey(public_key)).encrypt(encoded))


def unseal(private: PrivateKey, wave_key: str, sealed: bytes) -> bytes:
    """Return the encoded answers. Raises Damaged("urn-damaged") where they were sealed to another key."""
    try:
        return bytes(SealedBox(private).decrypt(sealed))
    except CryptoError as error:
        raise damaged(wave_key) from error


def damaged(wave_key: str) -> Damaged:
    """Return the report of an urn whose content was changed by something that is not this program."""
    return damage(
        "urn-damaged",
        "Its stored answers were altered, or its keys are those of another wave.",
        "Nothing was changed. Bring back the database and the key directory of the same day.",
        place=wave_key,
    )
