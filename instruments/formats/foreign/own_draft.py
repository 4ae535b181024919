"""Read a definition that was begun here and downloaded, to go on writing it."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from instruments import library
from instruments.definition.loader import read_definition
from instruments.formats.foreign.reading import ReadQuestionnaire, checked, unreadable
from instruments.problems import Problem, Refused

ENDING: Final = ".toml"
_PROGRAM: Final = "Kjennetegn"
_TABLES: Final = frozenset(
    {"format", "name", "version", "scale", "scoring", "levels", "editions", "dimensions", "texts"}
)
_TO_BE_WRITTEN: Final = "dimension-empty"


def read_own_draft(content: bytes, file: str) -> ReadQuestionnaire:
    """Return a definition of one edition as it was downloaded, whatever of its texts is missing.

    Raises Refused("questionnaire-format") for anything else, such as a definition that builds on another.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"draft{ENDING}")
        path.write_bytes(content)
        try:
            tree = read_definition(path).tree
        except Refused:
            raise unreadable() from None
        is_draft = set(tree) <= _TABLES and all(map(_is_of_texts, _faults(path)))
    if not is_draft or not _is_one_edition(tree):
        raise unreadable()
    return checked(tree, _PROGRAM, file, ())


def _faults(path: Path) -> tuple[Problem, ...]:
    try:
        library.load(path)
    except Refused as refused:
        return refused.problems
    return ()


def _is_of_texts(fault: Problem) -> bool:
    """Return whether a fault is one of what people read, and not of the form of the file."""
    return fault.code.startswith("text-") or fault.code == _TO_BE_WRITTEN


def _is_one_edition(tree: Mapping[str, Any]) -> bool:
    return len(tree["editions"]) == 1 and not any("editions" in each for each in tree["texts"].values())
