"""Write vectors of counts as bytes and as JSON: versioned, checked, and the same on every machine."""

import hashlib
import json

import numpy as np
from numpy.typing import NDArray

from instruments.problems import Damaged, damage

_FORMAT = 1
_MAGIC = b"KJM"
_DIGEST_BYTES = 16
_WIDTHS = (1, 2, 4, 8)  # bytes a number; a vector takes the smallest that holds its largest

_Vectors = list[NDArray[np.int64]]


def pack(content_hash: str, vectors: _Vectors) -> bytes:
    """Return the vectors behind a header (magic, format, owner's content hash) and before a BLAKE2b digest.

    Each vector: bytes a number (1), length (4), numbers; all little-endian, none negative. The digest finds
    accidents, and no attacker: who can write to the database can write a digest.
    """
    parts = [_MAGIC, bytes([_FORMAT]), _owner(content_hash), bytes([len(vectors)])]
    for vector in vectors:
        width = _width(vector)
        parts += [bytes([width]), len(vector).to_bytes(4, "little"), vector.astype(f"<u{width}").tobytes()]
    body = b"".join(parts)
    return body + _digest(body)


def unpack(content_hash: str, packed: bytes) -> _Vectors:
    """Return the vectors `pack` wrote. Raises Damaged where a byte differs or the owner is another."""
    body, digest = packed[:-_DIGEST_BYTES], packed[-_DIGEST_BYTES:]
    if _digest(body) != digest or body[: len(_MAGIC)] != _MAGIC:
        raise _corrupt()
    if body[len(_MAGIC)] != _FORMAT:
        raise damage(
            "moments-format",
            f"Moments of format {body[len(_MAGIC)]} are unknown here.",
            "Read them with the release of Kjennetegn that wrote them, or a newer one.",
        )
    # a digest of the hash and not the hash: half as long, in every wave of every unit
    start = len(_MAGIC) + 1
    owner = body[start : start + _DIGEST_BYTES]
    if owner != _owner(content_hash):
        raise _of_another()
    try:
        return _read_vectors(body, start + _DIGEST_BYTES)
    except (IndexError, ValueError, TypeError) as error:
        raise _corrupt() from error


def to_json(reference: str, content_hash: str, vectors: _Vectors) -> str:
    """Return the vectors as one JSON object that names its format and owner."""
    return json.dumps(
        {
            "format": _FORMAT,
            "instrument": reference,
            "content_hash": content_hash,
            "vectors": [vector.tolist() for vector in vectors],
        }
    )


def from_json(content_hash: str, text: str) -> _Vectors:
    """Return the vectors `to_json` wrote. Raises Damaged where the text is altered beyond reading."""
    try:
        content = json.loads(text)
        if content["format"] != _FORMAT:
            raise _corrupt()
        if content["content_hash"] != content_hash:
            raise _of_another()
        numbers = content["vectors"]
        # true is an int to Python, and 1.0 would be rounded
        if not all(type(number) is int for vector in numbers for number in vector):
            raise _corrupt()
        return [np.array(vector, dtype=np.int64) for vector in numbers]
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise _corrupt() from error


def _read_vectors(body: bytes, start: int) -> _Vectors:
    vectors: _Vectors = []
    number, start = body[start], start + 1
    for _ in range(number):
        width, length = body[start], int.from_bytes(body[start + 1 : start + 5], "little")
        start += 5
        vectors.append(np.frombuffer(body, f"<u{width}", length, start).astype(np.int64))
        start += width * length
    # what follows the last vector was put there by somebody else
    if start != len(body):
        raise ValueError("There is more than the vectors.")
    return vectors


def _width(vector: NDArray[np.int64]) -> int:
    largest = int(vector.max(initial=0))
    return next(width for width in _WIDTHS if largest < 256**width)


def _owner(content_hash: str) -> bytes:
    return _digest(content_hash.encode())


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_DIGEST_BYTES).digest()


def _corrupt() -> Damaged:
    return damage(
        "moments-corrupt",
        "These bytes are no moments, or were altered.",
        "Restore them from a backup; altered moments are not used.",
    )


def _of_another() -> Damaged:
    return damage(
        "moments-foreign",
        "These moments belong to another version of the questionnaire.",
        "Read them with the version the answers were given to.",
    )
