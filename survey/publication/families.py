"""Keys of families of exports: by them a unit has the same random name in every file of a family."""

import hashlib

from survey.collection.keys import KeyDirectory

_BYTES = 32


def of_study(keys: KeyDirectory, study_key: str) -> bytes:
    """Return the key of a study: whoever takes part, and the operator, have the same names of units."""
    name = f"export family of study {study_key}".encode()
    return hashlib.blake2b(name, key=keys.hashing_key(), digest_size=_BYTES).digest()
