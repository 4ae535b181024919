"""Access codes: 60 random bits as twelve characters that are hard to confuse, and one that checks them."""

import secrets

from instruments.problems import Refused, refuse

# Crockford's: no I, L, O or U; what looks like 0 or 1 is read as such
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans("OIL", "011", " -–\u00a0\t\r\n")
_BITS = 60
_CHARACTERS = 12
_GROUPS = (slice(0, 4), slice(4, 8), slice(8, 13))
_FIELD = 0b100101  # x⁵ + x² + 1 over GF(2): the field of 32 elements


def generate(count: int) -> list[bytes]:
    """Return the bits of so many new codes, all different, as `parse` returns them."""
    drawn: set[bytes] = set()
    while len(drawn) < count:
        drawn.add(secrets.randbits(_BITS).to_bytes(8, "big"))
    return list(drawn)


def formatted(bits: bytes) -> str:
    """Return the code as printed: `7K3M-XW2P-0TQ9A`."""
    characters = encode(int.from_bytes(bits, "big"), _CHARACTERS)
    text = characters + _ALPHABET[_check([_ALPHABET.index(each) for each in characters])]
    return "-".join(text[group] for group in _GROUPS)


def parse(text: str) -> bytes:
    """Return the bits of a code as people type it: any case, spaces and hyphens or none, O for 0, I for 1.

    Raises Refused("code-unknown") where a character is wrong, or two are swapped.
    """
    plain = as_printed(text[:100])
    if len(plain) != _CHARACTERS + 1:
        raise refuse(
            "code-unknown",
            "A code has %(length)s letters and digits, and you gave %(given)s.",
            "Check it against your slip, letter by letter. Capital and small letters count the same.",
            length=_CHARACTERS + 1,
            given=len(plain),
        )
    if strange := [character for character in plain if character not in _ALPHABET]:
        raise refuse(
            "code-unknown",
            "The character “%(given)s” is in no code.",
            "Check it against your slip, letter by letter. Capital and small letters count the same.",
            given=strange[0],
        )
    *symbols, check = (_ALPHABET.index(character) for character in plain)
    if _check(symbols) != check:
        raise refuse(
            "code-unknown",
            "One of its characters is wrong, or two have changed places.",
            "Check it against your slip, letter by letter. Capital and small letters count the same.",
        )
    return decode(plain[:_CHARACTERS]).to_bytes(8, "big")


def as_printed(typed: str) -> str:
    """Return what was typed as it would be printed: capitals, nothing between, O as 0, I and L as 1."""
    return typed.upper().translate(_LOOK_ALIKES)


def encode(number: int, length: int) -> str:
    """Return a number as so many characters of five bits each, the highest first."""
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def decode(characters: str) -> int:
    """Return the number that `encode` wrote as these. Raises ValueError for one that is not printed."""
    number = 0
    for character in characters:
        number = number << 5 | _ALPHABET.index(character)
    return number


def unknown() -> Refused:
    """Return the refusal of a well-formed code that no survey takes."""
    return refuse(
        "code-unknown",
        "No survey takes this code.",
        "Check it against your slip, letter by letter. Capital and small letters count the same.",
    )


def _check(symbols: list[int]) -> int:
    # Horner's scheme at x in the field: any one wrong symbol and any two swapped ones change the result
    total = 0
    for symbol in symbols:
        total = (total ^ symbol) << 1
        total ^= _FIELD if total & 32 else 0
    return total
