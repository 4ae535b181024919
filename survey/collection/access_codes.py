"""Access codes: 60 random bits as twelve characters that are hard to confuse, and one that checks them."""

import re
import secrets
import unicodedata

from instruments.problems import Refused, refuse

# Crockford's: no I, L, O or U; what looks like one of its characters is read as that
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans(
    "OILUАВСЕНІЈКМОРЅТХУЗΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "011VABCEH1JKM0PSTXY3ABEZH1KMN0PTYX",
)
_KEPT = ("L", "N")  # Unicode's letters and numbers; dashes, quotes, spaces and what has no width are not
_IN_ADDRESS = re.compile(r"(?:^|/)(?:c|open|k|p|r)/+([^/?#]*)", re.IGNORECASE)
_LONGEST_TYPED = 2000  # an address with a code in it; nobody types more
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
    """Return the bits of a code as people type it, or paste it with its address.

    Any case, with any dashes, quotes, full stops and spaces or none, O for 0 and the like. Raises
    Refused("code-unknown") where a character is missing, too many, wrong, or two are swapped.
    """
    typed = unicodedata.normalize("NFKC", text[:_LONGEST_TYPED])
    address = _IN_ADDRESS.search(typed)
    plain = as_printed(address[1] if address else typed)
    if strange := [character for character in plain if character not in _ALPHABET]:
        raise refuse(
            "code-unknown",
            "The character “%(given)s” is in no code.",
            "Check it character by character. Capitals and small letters make no difference.",
            given=strange[0],
        )
    if len(plain) != _CHARACTERS + 1:
        raise _of_other_length(len(plain))
    *symbols, check = (_ALPHABET.index(character) for character in plain)
    if _check(symbols) != check:
        raise refuse(
            "code-unknown",
            "One of its characters is wrong, or two have changed places.",
            "Check it character by character. Capitals and small letters make no difference.",
        )
    return decode(plain[:_CHARACTERS]).to_bytes(8, "big")


def as_printed(typed: str) -> str:
    """Return what was typed as it would be printed: capitals, nothing between, O as 0, I and L as 1."""
    capitals = unicodedata.normalize("NFKC", typed).upper().translate(_LOOK_ALIKES)
    return "".join(each for each in capitals if unicodedata.category(each)[0] in _KEPT)


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
        "Check it character by character. Capitals and small letters make no difference.",
    )


def _of_other_length(given: int) -> Refused:
    """Return the refusal of something that is shorter or longer than a code, saying by how much."""
    length = _CHARACTERS + 1
    if given == length - 1:
        return refuse(
            "code-unknown",
            "One character is missing: there are %(given)s of %(length)s.",
            "Check it character by character. Capitals and small letters make no difference.",
            given=given,
            length=length,
        )
    if given < length:
        return refuse(
            "code-unknown",
            "Characters are missing: there are %(given)s of %(length)s.",
            "Check it character by character. Capitals and small letters make no difference.",
            given=given,
            length=length,
        )
    if given == length + 1:
        return refuse(
            "code-unknown",
            "There is one character too many: %(given)s, and a code has %(length)s.",
            "Check it character by character. Capitals and small letters make no difference.",
            given=given,
            length=length,
        )
    return refuse(
        "code-unknown",
        "There are too many characters: %(given)s, and a code has %(length)s.",
        "Check it character by character. Capitals and small letters make no difference.",
        given=given,
        length=length,
    )


def _check(symbols: list[int]) -> int:
    # Horner's scheme at x in the field: any one wrong symbol and any two swapped ones change the result
    total = 0
    for symbol in symbols:
        total = (total ^ symbol) << 1
        total ^= _FIELD if total & 32 else 0
    return total
