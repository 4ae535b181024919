"""Write sums as JSON with a digest: versioned, checked, readable without this program."""

import hashlib
import json
from typing import Any

from instruments.problems import Damaged, damage

_FORMAT = 1
_DIGEST_BYTES = 16

Content = dict[str, Any]


def pack(reference: str, content_hash: str, content: Content) -> bytes:
    """Return the content, its format and whom it belongs to as one line of JSON, and below it its digest.

    The digest finds accidents, and no attacker: who can write to the database can write a digest.
    """
    whole = {"format": _FORMAT, "instrument": reference, "content_hash": content_hash, **content}
    body = json.dumps(whole, separators=(",", ":")).encode()
    return body + b"\n" + _digest(body)


def unpack(content_hash: str, packed: bytes) -> Content:
    """Return the content `pack` wrote. Raises Damaged where a byte differs or it belongs to another."""
    body, _, digest = packed.rpartition(b"\n")
    if _digest(body) != digest:
        raise _corrupt()
    try:
        content: Content = json.loads(body)
        found, owner = content.pop("format"), content.pop("content_hash")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _corrupt() from error
    if found != _FORMAT:
        raise damage(
            "moments-format",
            f"Moments of format {str(found)[:20]} are unknown here.",
            "Read them with the release of Kjennetegn that wrote them, or a newer one.",
        )
    if owner != content_hash:
        raise damage(
            "moments-foreign",
            "These moments belong to another version of the questionnaire.",
            "Read them with the version the answers were given to.",
        )
    return content


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_DIGEST_BYTES).hexdigest().encode()


def _corrupt() -> Damaged:
    return damage(
        "moments-corrupt",
        "These bytes are no moments, or were altered.",
        "Restore them from a backup; altered moments are not used.",
    )
