"""Keys that stand in addresses and in names of files: drawn at random, so that they say nothing of a number.

64 bits are drawn once and not looked up: of a million keys two are the same in one of some 37 million
installations, and the database refuses the second.
"""

import re
import secrets

BYTES = 8
FORM = f"[0-9a-f]{{{2 * BYTES}}}"  # a regular expression
_KEY = re.compile(FORM)


def draw() -> str:
    """Return a new key."""
    return secrets.token_hex(BYTES)


def is_key(text: str) -> bool:
    """Return whether a text has the form of a key that this program draws."""
    return _KEY.fullmatch(text) is not None
