"""Passwords of those who sign in: Argon2 hashes, checked in a time that tells nothing.

A password is the same however a keyboard composes its letters (NFKC, as NIST SP 800-63B asks for).
"""

import base64
import secrets
import unicodedata

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from instruments.problems import refuse

SHORTEST = 12
LONGEST = 1024
_SALT_BYTES = 16
_HASH_BYTES = 32
_HASHER = PasswordHasher(salt_len=_SALT_BYTES, hash_len=_HASH_BYTES)


def method() -> str:
    """Return how a password is hashed, as those call it who break hashes."""
    return f"argon2{_HASHER.type.name.lower()}"


def hash_password(password: str) -> str:
    """Return the hash to store. Raises Refused("password-length")."""
    password = _composed(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise refuse(
            "password-length",
            "The password has %(given)s characters, and may have %(shortest)s to %(longest)s.",
            "Choose another one: a few words in a row are easy to remember.",
            place="password",
            given=len(password),
            shortest=SHORTEST,
            longest=LONGEST,
        )
    return _HASHER.hash(password)


def verify_password(password_hash: str, password: str) -> bool:
    """Whether the password is that of the hash; an empty hash fits nothing, and takes as long."""
    try:
        matches = _HASHER.verify(password_hash or _nobodys_hash(), _composed(password))
    except (VerificationError, InvalidHashError):
        return False
    return matches and bool(password_hash)


def _nobodys_hash() -> str:
    """Return a hash of no password, to compare with where there is no account.

    A wrong address takes as long as a wrong password by it. It is drawn, and not reckoned: that takes a tenth
    of a second, and most commands of an operator ask for no password.
    """
    cost = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    salt, drawn = (
        base64.b64encode(secrets.token_bytes(count)).decode().rstrip("=")
        for count in (_HASHER.salt_len, _HASHER.hash_len)
    )
    return f"${method()}$v={ARGON2_VERSION}${cost}${salt}${drawn}"


def _composed(password: str) -> str:
    # one letter may become eighteen: what is composed is bounded, and so is what is hashed
    return unicodedata.normalize("NFKC", password[: LONGEST + 1])[: LONGEST + 1]


def is_whole(password_hash: str) -> bool:
    """Return whether a stored hash is one that `hash_password` made, as far as its form tells."""
    try:
        found = extract_parameters(password_hash)
    except (InvalidHashError, ValueError):
        return False
    # one that was cut off reads as a shorter hash
    return (found.salt_len, found.hash_len) == (_SALT_BYTES, _HASH_BYTES)
