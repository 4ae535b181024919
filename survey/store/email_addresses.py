"""Addresses of e-mail that accounts are known by: one way to write each, and none that looks like another."""

import unicodedata
from typing import Final

from email_validator import EmailNotValidError, validate_email

from instruments.problems import refuse
from reports.pdf import letters

LONGEST_ADDRESS: Final = 254
ADDRESS: Final = r"[^@\s]+@[^@\s]+\.[^@\s]+\Z"  # for a form, before it is looked at closely


def normal_address(email: str) -> str:
    """Return an address as it would be stored, whatever case, composition or way of its domain was typed."""
    try:
        return _checked(email)
    except EmailNotValidError:
        return _folded(email)


def require_address(email: str) -> str:
    """Return an address as it is stored.

    Raises Refused: `address-malformed` for what is none, `address-confusable` for one with letters of several
    alphabets, of which some look alike.
    """
    try:
        address = _checked(email)
    except EmailNotValidError:
        address = ""
    # a name within an organisation alone is no address by which anybody is known elsewhere
    if not address or "." not in address.rpartition("@")[2] or len(address) > LONGEST_ADDRESS:
        raise refuse(
            "address-malformed",
            "“%(address)s” is no e-mail address.",
            "Write it as name@example.org.",
            address=_folded(email)[:80],
        )
    if len({_alphabet(each) for each in address if each.isalpha()}) > 1:
        raise refuse(
            "address-confusable",
            "“%(address)s” mixes letters of several alphabets, of which some look alike.",
            "Type it anew, and do not copy it.",
            address=address[:80],
        )
    letters.require_printable(address)
    return address


def _checked(email: str) -> str:
    checked = validate_email(_folded(email), check_deliverability=False, globally_deliverable=False)
    return checked.normalized


def _folded(email: str) -> str:
    # people type their address in any case, and keyboards compose letters as they like
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", email.strip()).casefold())


def _alphabet(letter: str) -> str:
    """Return the first word of a letter's name in Unicode: LATIN, CYRILLIC, GREEK."""
    return unicodedata.name(letter, "?").partition(" ")[0]
