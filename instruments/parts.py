"""A part of a questionnaire: one or two of its dimensions, asked by themselves between two whole waves.

A part is no version of its own and stands in no file: it is made of a version and the dimensions that were
chosen, the same way each time, and every item in it means what it means there.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from instruments.model import Version, Wording

MOST_DIMENSIONS: Final = 2  # in a part, and what a staff works on at a time
_SIGN: Final = "+"


def part_of(version: Version, dimensions: Sequence[str]) -> Version:
    """Return the part of a version that asks these dimensions only, in its own order.

    Raises ValueError where they are none, too many, not all the version's own, or all that it has, and where
    one has a single item: of a short form there is nothing shorter to ask.
    """
    chosen = tuple(each for each in version if each.id in dimensions and len(each.items) > 1)
    if not 0 < len(chosen) == len(dimensions) <= MOST_DIMENSIONS or len(chosen) == len(version.dimensions):
        raise ValueError(f"No part of {version.reference} asks {', '.join(dimensions)}.")
    ids = tuple(each.id for each in chosen)
    items = frozenset(item.id for each in chosen for item in each.items)
    said = "\n".join([version.content_hash, *ids])
    return replace(
        version,
        dimensions=chosen,
        wordings=MappingProxyType(
            {key: _wording(wording, ids, items) for key, wording in version.wordings.items()}
        ),
        content_hash=hashlib.sha256(said.encode()).hexdigest(),
        part=ids,
    )


def is_part(reference: str) -> bool:
    """Return whether a reference is that of a part."""
    return _SIGN in reference


def split(reference: str) -> tuple[str, tuple[str, ...]]:
    """Return the reference of the whole version, and the dimensions of the part; none of a whole one."""
    whole, *dimensions = reference.split(_SIGN)
    return whole, tuple(dimensions)


def asks_all_of(earlier: Version, later: Version) -> bool:
    """Return whether a version asks every dimension of a later one, unless it is no part.

    A whole questionnaire of other dimensions is told apart by `versions.comparability`, which has a reason.
    """
    return not earlier.part or {each.id for each in later} <= set(earlier.part)


def _wording(wording: Wording, dimensions: Sequence[str], items: frozenset[str]) -> Wording:
    return replace(
        wording,
        items=MappingProxyType({name: text for name, text in wording.items.items() if name in items}),
        dimensions=MappingProxyType({name: wording.dimensions[name] for name in dimensions}),
    )
