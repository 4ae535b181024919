"""The groups of a ledger as texts to be stored, one for each group, with a digest of what it says."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from instruments.problems import Damaged, damage
from reports.disclosure import SUPPRESSED, DetailLevel, Suppressed
from reports.disclosure.differencing.groups import Cells
from reports.disclosure.differencing.ledger import Ledger, LedgerEntry

_FORMAT: Final = 2


def to_texts(ledger: Ledger) -> Mapping[Cells, str]:
    """Return the text of each group, the same for the same decisions, by what the group is made of."""
    by_group: dict[Cells, list[LedgerEntry]] = {}
    for entry in ledger.entries:
        by_group.setdefault(entry.cells, []).append(entry)
    return {cells: _text(cells, own, ledger.gone & cells) for cells, own in by_group.items()}


def from_texts(texts: Iterable[str]) -> Ledger:
    """Return the ledger of these groups. Raises Damaged where a text is none, or was altered."""
    entries: list[LedgerEntry] = []
    gone: set[tuple[str, str]] = set()
    for text in texts:
        own, lost = _read(text)
        entries += own
        gone |= lost
    return Ledger(tuple(entries), frozenset(gone))


def digest(text: str) -> bytes:
    """Return the digest of a group's text, of which the checksum of all groups is made."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def unreadable() -> Damaged:
    """Return what is raised where the ledger, or a part of it, is not what was written."""
    return damage(
        "ledger-unreadable",
        "The ledger of releases cannot be read, or was altered.",
        "Restore it from a backup; without it nothing more may be released.",
    )


def _text(cells: Cells, own: Iterable[LedgerEntry], gone: Cells) -> str:
    figures = sorted(
        [entry.figure, entry.n, entry.level.value, None if isinstance(entry.mean, Suppressed) else entry.mean]
        for entry in own
    )
    content = {
        "format": _FORMAT,
        "cells": sorted(cells),
        "gone": sorted(gone),
        "decided": all(entry.decided for entry in own),
        "figures": figures,
    }
    return json.dumps({**content, "digest": _digest(content)}, ensure_ascii=False)


def _read(text: str) -> tuple[list[LedgerEntry], Cells]:
    try:
        content: dict[str, Any] = json.loads(text)
        # by the digest, because one wrong digit would have the next release decided on a wrong past
        if content.pop("digest") != _digest(content) or content["format"] != _FORMAT:
            raise ValueError  # noqa: TRY301 - one answer to everything that is wrong
        cells = frozenset((unit, wave) for unit, wave in content["cells"])
        return [
            LedgerEntry(
                figure,
                cells,
                n,
                DetailLevel(level),
                SUPPRESSED if mean is None else float(mean),
                content["decided"],
            )
            for figure, n, level, mean in content["figures"]
        ], frozenset((unit, wave) for unit, wave in content["gone"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise unreadable() from error


def _digest(content: Mapping[str, object]) -> str:
    written = json.dumps(content, ensure_ascii=False).encode()
    return hashlib.blake2b(written, digest_size=16).hexdigest()
