"""Names that nobody can trace: keyed hashes, the same within one family of exports and no other."""

import hashlib
from typing import Final

from instruments.problems import refuse
from reports.disclosure.released import Released
from reports.exports.waves import period

_KEY_BYTES: Final = 16  # the shortest family key: 128 bits cannot be tried out


def unit_key(unit: str, family: bytes) -> str:
    """Return the name a unit has in one family of exports: BLAKE2b keyed with `family`, 13 characters.

    The same in every export of the family, so that waves can be followed; without the family's key nobody
    can tell which unit it is, nor join two families. Raises Refused where the key is too short.
    """
    return f"c{_hashed(unit, family, 6)}"


def wave_key(released: Released, family: bytes) -> str:
    """Return the name of a wave: unit, half-year, kind of instrument, and four digits of the wave itself.

    It follows from the wave alone, so that no wave is named anew when others come or go.
    """
    identity = released.identity
    own = _hashed(f"{identity.unit}/{identity.wave}", family, 2)
    return f"{unit_key(identity.unit, family)}-{period(released)}-{released.version.name}-{own}"


def family_mark(family: bytes) -> str:
    """Return eight digits by which two files are seen to be of one family; they give no key away."""
    return _hashed("family", family, 4)


def _hashed(name: str, family: bytes, size: int) -> str:
    if not _KEY_BYTES <= len(family) <= hashlib.blake2b.MAX_KEY_SIZE:
        raise refuse(
            "family-key-length",
            "The key of a family of exports has %(given)s bytes.",
            "Use %(fewest)s to %(most)s random bytes.",
            given=len(family),
            fewest=_KEY_BYTES,
            most=hashlib.blake2b.MAX_KEY_SIZE,
        )
    return hashlib.blake2b(name.encode(), key=family, digest_size=size, person=b"export").hexdigest()
