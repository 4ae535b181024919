"""Access codes: 60 random bits a person can type, with a character that catches a mistyped one."""

import secrets
from itertools import pairwise

# Crockford's letters: no I, L, O or U, so that nothing is read as something else
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
SEPARATORS = str.maketrans("", "", " -\u2010\u2011\u2012\u2013\u2014\u2212\u00a0\t")
RANDOM_CHARACTERS = 12
GROUPS = (0, 4, 8, RANDOM_CHARACTERS + 1)


def draw() -> str:
    """A new code as it is printed: `7K3M-Q2ZX-80RTV`."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    whole = body + check_character(body)
    return "-".join(whole[start:end] for start, end in pairwise(GROUPS))


def normal(typed: str) -> str | None:
    """The code without its typing habits, or None where it cannot be one of ours.

    Case, spaces and hyphens do not count, and O, I and L are read as the digits they look like.
    """
    code = typed.strip().upper().translate(SEPARATORS).translate(LOOK_ALIKES)
    if len(code) != RANDOM_CHARACTERS + 1 or set(code) - set(ALPHABET):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def check_character(body: str) -> str:
    """The character that makes the code's Luhn sum modulo 32 zero.

    It finds every single mistyped character and nearly every exchange of two neighbours.
    """
    size = len(ALPHABET)
    total = 0
    for position, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (2 if position % 2 == 0 else 1)
        total += value // size + value % size
    return ALPHABET[-total % size]
