"""Passwords of those who sign in: Argon2 hashes, checked in a time that tells nothing.

A password is the same however a keyboard composes its letters (NFKC, as NIST SP 800-63B asks for).
"""

import unicodedata

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from instruments.problems import refuse

SHORTEST = 12
LONGEST = 1024
_SALT_BYTES = 16
_HASH_BYTES = 32
_HASHER = PasswordHasher(salt_len=_SALT_BYTES, hash_len=_HASH_BYTES)
# compared with where there is no account, so that a wrong address takes as long as a wrong password
_NOBODYS = _HASHER.hash("nobody's password")


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
        matches = _HASHER.verify(password_hash or _NOBODYS, _composed(password))
    except (VerificationError, InvalidHashError):
        return False
    return matches and bool(password_hash)


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
