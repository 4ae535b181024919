"""Recovery codes: printed once, each good for one sign-in when everything else is lost."""

import re
import secrets
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

CODES: Final = 10
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is taken for another on paper
_PARTS, _PART = 4, 4  # 79 bits: nobody guesses one, so that tries need not be counted


def draw() -> Sequence[str]:
    """Return new codes, as they are printed."""
    return [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(_PART)) for _ in range(_PARTS))
        for _ in range(CODES)
    ]


def hash_of(account_id: int, typed: str) -> bytes:
    """Return by what the account's code is known; capitals and what stands between letters do not count."""
    plain = re.sub(r"[\s-]", "", typed).lower()
    salt = account_id.to_bytes(8)
    return blake2b(plain.encode(), digest_size=32, salt=salt, person=b"recovery code").digest()
