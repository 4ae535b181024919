"""A wave's private key in three shares, any two of which give it back (Shamir's scheme; docs/decisions/0096).

One share says nothing at all about the key. A share is printed on a key sheet and typed from it, so it is
short: what is split are 128 random bits, and the wave's X25519 key, whose strength is no greater, is derived
from them.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from Crypto.Protocol.SecretSharing import Shamir
from nacl.public import PrivateKey

from instruments.problems import Refused, refuse
from survey.collection import access_codes

HOLDERS: Final = 3
NEEDED: Final = 2
_SECRET_BYTES = 16  # what Shamir's scheme in PyCryptodome takes: one element of GF(2^128)
_CHECK_CHARACTERS = 6
_GROUP = 4  # characters, set apart by hyphens
# an index of two bits and a share of 128 are 26 characters of five bits each
_CHARACTERS = 26
_PRINTED: Final = _CHARACTERS + _CHECK_CHARACTERS
_LONGEST_TYPED = 400  # characters: an address before the share, when a scanner types it, and spaces


@dataclass(frozen=True, slots=True, repr=False)
class KeyShare:
    """One of the three shares: its number from 1 to 3, and its 16 bytes."""

    number: int
    value: bytes


@dataclass(frozen=True, slots=True, repr=False)
class SplitKey:
    """A new key that nobody keeps whole: its public half, and the shares of its private half."""

    public_key: bytes
    shares: tuple[KeyShare, ...]


def split_new_key() -> SplitKey:
    """Return a new key pair whose private half is in shares only."""
    secret = secrets.token_bytes(_SECRET_BYTES)
    shares = Shamir.split(NEEDED, HOLDERS, secret, ssss=False)
    return SplitKey(
        bytes(_private_key(secret).public_key), tuple(KeyShare(number, value) for number, value in shares)
    )


def combine(shares: Sequence[KeyShare], public_key: bytes) -> PrivateKey:
    """Return the private key that two shares make.

    Raises Refused("sheets-wrong") where they are not two different shares of this key; it is not said which
    of them is at fault.
    """
    given = {share.number: share.value for share in shares}
    if len(shares) != NEEDED or len(given) != NEEDED:
        raise wrong()
    # the scheme itself notices nothing: any two points have a line through them
    private = _private_key(Shamir.combine([*given.items()], ssss=False))
    if bytes(private.public_key) != public_key:
        raise wrong()
    return private


def printed_form(share: KeyShare, public_key: bytes) -> str:
    """Return the share as on its sheet: eight groups of four letters and digits, the last six a check."""
    content = share.number << 8 * _SECRET_BYTES | int.from_bytes(share.value, "big")
    text = access_codes.encode(content, _CHARACTERS) + _check(share, public_key)
    return "-".join(text[start : start + _GROUP] for start in range(0, _PRINTED, _GROUP))


def parse(typed: str, public_key: bytes) -> KeyShare:
    """Return the share that was typed, or scanned with the address before it, from a sheet of this key.

    Any case, spaces and hyphens or none; O counts as 0, I and L as 1. Raises Refused("sheets-wrong") alike
    for a wrong character and for a sheet of another wave or of an earlier printing: the check is made with
    the wave's public key.
    """
    characters = access_codes.as_printed(typed[:_LONGEST_TYPED].rpartition("#")[2])
    try:
        content = access_codes.decode(characters[:_CHARACTERS])
    except ValueError:
        raise wrong() from None
    number, value = content >> 8 * _SECRET_BYTES, content & (1 << 8 * _SECRET_BYTES) - 1
    share = KeyShare(number, value.to_bytes(_SECRET_BYTES, "big"))
    if not 1 <= number <= HOLDERS or characters[_CHARACTERS:] != _check(share, public_key):
        raise wrong()
    return share


def sheet_marks(public_key: bytes) -> tuple[str, ...]:
    """Return four characters for each sheet, which show that it is one of this key and tell nothing of it.

    They are made of the public key alone: whoever opens the wave types them without any of the share.
    """
    return tuple(
        _short_hash(bytes([number]), public_key, b"kjennetegn mark", _GROUP)
        for number in range(1, HOLDERS + 1)
    )


def are_marks(typed: Sequence[str], public_key: bytes) -> bool:
    """Return whether these are the marks of all three sheets of this key, in any order."""
    given = [access_codes.as_printed(each[:_LONGEST_TYPED]) for each in typed]
    return sorted(given) == sorted(sheet_marks(public_key))


def wrong() -> Refused:
    """Return the refusal of sheets that do not make the wave's key."""
    return refuse(
        "sheets-wrong",
        "A character is wrong, a sheet belongs to another survey or to an earlier printing, the "
        "same sheet was handed in twice, or the survey has already been sealed.",
        "Check the sheets and type the text on them once more.",
    )


def _private_key(secret: bytes) -> PrivateKey:
    return PrivateKey(blake2b(secret, digest_size=32, person=b"kjennetegn split").digest())


def _check(share: KeyShare, public_key: bytes) -> str:
    content = bytes([share.number]) + share.value
    return _short_hash(content, public_key, b"kjennetegn sheet", _CHECK_CHARACTERS)


def _short_hash(content: bytes, public_key: bytes, purpose: bytes, characters: int) -> str:
    digest = blake2b(content, key=public_key, digest_size=8, person=purpose).digest()
    return access_codes.encode(int.from_bytes(digest, "big") >> 64 - 5 * characters, characters)
