"""Organisation numbers of units: Norway's, and those of Danish companies and their places of work."""

import re
from types import MappingProxyType
from typing import Final

from instruments.problems import refuse

# how many digits → the weights of the check; a Danish P-number of ten digits has none
_WEIGHTS: Final = MappingProxyType(
    {9: (3, 2, 7, 6, 5, 4, 3, 2, 1), 8: (2, 7, 6, 5, 4, 3, 2, 1), 10: (0,) * 10}
)
_LETTERS: Final = re.compile(r"^\s*(?:NO|DK|CVR|P)[\s.:-]*(?=\d)|\s*MVA\s*$", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"[\s.\N{NO-BREAK SPACE}-]+")
_MODULUS: Final = 11


def canonical(typed: str) -> str:
    """Return the digits of a number as people type it, in groups or behind the letters of the country.

    Raises Refused: `organisation-number-form` where it has not eight, nine or ten digits,
    `organisation-number-check` where the last digit does not fit the others.
    """
    digits = _BETWEEN.sub("", _LETTERS.sub("", typed))
    if not (digits.isascii() and digits.isdecimal() and len(digits) in _WEIGHTS):
        raise refuse(
            "organisation-number-form",
            "“%(number)s” is no organisation number.",
            "Write the nine digits of a Norwegian number, the eight of a Danish CVR number or the ten of a "
            "P-number, or leave it out.",
            number=typed.strip()[:40],
        )
    if not is_sound(digits):
        raise refuse(
            "organisation-number-check",
            "The last digit of the organisation number %(number)s does not fit the others.",
            "Look the number up and correct it: a digit is wrong, or two are swapped.",
            number=digits,
        )
    return digits


def is_sound(digits: str) -> bool:
    """Return whether digits are an organisation number as far as its check digit tells."""
    weights = _WEIGHTS.get(len(digits))
    if weights is None or not (digits.isascii() and digits.isdecimal()):
        return False
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % _MODULUS == 0
