"""Copies of the key directory at other places, from which sealing destroys a wave's keys as well.

The key directory notes each place before anything is copied there. A place counts as reached only where it
holds the mark of this installation, so that a folder on which no disk is mounted is not taken for a copy
from which everything is gone.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from instruments.problems import Damaged, Problem, Refused, damage, refuse
from reports.files import atomic_write, private
from survey.collection.keys import KeyDirectory
from survey.operations import log

MARK: Final = "copy-of.json"  # in a copy: whose keys lie there, and when the copy was last brought up to date
_PLACES = "copies.json"  # in the key directory
_LOCK = "copies.lock"


def refresh(keys: KeyDirectory, place: Path, made_at: str) -> None:
    """Bring a copy up to date: what the key directory holds and the copy does not is copied to it.

    Nothing is removed from it: that is done when a wave is sealed. Raises Refused: `key-copy-place` where the
    place holds anything else or cannot be used; Damaged where the key directory cannot be read.
    """
    keys.require_own()
    _require_apart(keys, place)
    private.make_directory(place)
    _require_ours(keys, place)
    with _locked(keys):
        _note(keys, sorted({*places(keys), place}))
        mark = {"installation": keys.codes_check.hex(), "made_at": made_at}
        atomic_write.write({place / MARK: json.dumps(mark).encode()}, replace=True)
        try:
            keys.copy_to(place)
        except OSError as error:
            raise _unusable(place, error.strerror or "it cannot be written") from error


def places(keys: KeyDirectory) -> Sequence[Path]:
    """Return where copies were made. Raises Damaged("key-copies-unreadable") where that cannot be read."""
    try:
        noted = json.loads((keys.path / _PLACES).read_text("utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        fault = "Where copies of the keys lie cannot be read."
        remedy = "Look for them by hand, make copies anew by `kjennetegn backup`, or remove the file."
        raise damage("key-copies-unreadable", fault, remedy, str(keys.path / _PLACES)) from error
    return tuple(Path(each) for each in noted)


def away(keys: KeyDirectory) -> Sequence[Path]:
    """Return the places of copies that cannot be reached now."""
    return tuple(each for each in places(keys) if read_mark(each) != keys.codes_check.hex())


def read_mark(place: Path) -> str | None:
    """Return whose keys lie in a copy, as the check value of its key of codes; None where that is no copy."""
    try:
        return str(json.loads((place / MARK).read_text("utf-8"))["installation"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


def destroy(keys: KeyDirectory, names: Sequence[str]) -> bool:
    """Destroy the keys of waves, or of pools' batches, in every copy; say in the log which are away.

    Only once they are gone from the key directory itself, from which they could be copied again.
    """
    reached = True
    if not (keys.path / _PLACES).exists():
        return reached
    with _locked(keys):
        missing = away(keys)
        for place in places(keys):
            if place in missing:
                reached = False
                continue
            try:
                for name in names:
                    KeyDirectory(place).destroy_all_of(name)
            except OSError:
                reached = False
        if not reached:
            log.fault("keys-left", away_problems(keys))
    return reached


def forget_copy(keys: KeyDirectory, place: Path) -> None:
    """Wait no more for a copy that its operator has destroyed. Raises Refused("key-copy-unknown")."""
    with _locked(keys):
        noted = places(keys)
        if place not in noted:
            listed = ", ".join(map(str, noted)) or "none"
            fault = "No copy of the keys was made there."
            raise refuse("key-copy-unknown", fault, f"These are known: {listed}.", str(place))
        _note(keys, [each for each in noted if each != place])


def away_problems(keys: KeyDirectory) -> Iterator[Problem]:
    """Yield the places of copies that cannot be reached: a sealed wave's keys may lie there."""
    try:
        missing = away(keys)
    except Damaged as damaged:
        yield from damaged.problems
        return
    for place in missing:
        yield Problem(
            str(place),
            "key-copy-away",
            "A copy of the keys was made there, and cannot be reached: it may hold those of sealed surveys.",
            "Connect it, and the worker destroys them. If it was destroyed itself, say so: "
            f"kjennetegn forget-copy {place}",
        )


def _note(keys: KeyDirectory, there: Sequence[Path]) -> None:
    content = json.dumps([str(each) for each in there]).encode()
    atomic_write.write({keys.path / _PLACES: content}, replace=True)


@contextmanager
def _locked(keys: KeyDirectory) -> Iterator[None]:
    """Let nobody copy a key that is being destroyed, on this machine or another that shares the directory."""
    descriptor = os.open(keys.path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _require_apart(keys: KeyDirectory, place: Path) -> None:
    ours, other = keys.path.resolve(), place.resolve()
    if not place.is_absolute() or ours == other or ours in other.parents or other in ours.parents:
        raise refuse(
            "key-copy-place",
            "A copy of the keys lies at an absolute path apart from the key directory.",
            "Name a folder on another disk or machine, where no backup of the database is.",
            place=str(place),
        )


def _require_ours(keys: KeyDirectory, place: Path) -> None:
    try:
        holds_others = any(place.iterdir()) and read_mark(place) != keys.codes_check.hex()
    except OSError as error:
        raise _unusable(place, error.strerror or "it cannot be read") from error
    if holds_others:
        raise _unusable(place, "it holds something else than a copy of these keys")


def _unusable(place: Path, why: str) -> Refused:
    fault = f"The keys cannot be copied there: {why}."
    return refuse("key-copy-place", fault, "Name an empty folder, or that of an earlier copy.", str(place))
