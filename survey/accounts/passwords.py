"""Passwords of those who sign in: Argon2 hashes, checked in a time that tells nothing."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from instruments.problems import refuse

SHORTEST = 12
LONGEST = 1024
_HASHER = PasswordHasher()
# compared with where there is no account, so that a wrong address takes as long as a wrong password
_NOBODYS = _HASHER.hash("nobody's password")


def hash_password(password: str) -> str:
    """Return the hash to store. Raises Refused("password-length")."""
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
        matches = _HASHER.verify(password_hash or _NOBODYS, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return matches and bool(password_hash)
