"""Name the files that people save: by unit, survey and language, so that a folder of them can be read.

Nobody else makes a `FileName`, and replies that are saved take nothing else (`rendering`).
"""

import re
import unicodedata
from typing import NewType

from survey.job_files import JobFile
from survey.store.repositories.waves import Wave

_LONGEST_PART = 40  # characters

FileName = NewType("FileName", str)


def file_name(kind: str, wave: Wave, language: str, ending: str) -> FileName:
    """Return what tells a survey's file from those of other units, surveys and languages."""
    return joined_name(kind, wave.unit_name, wave.title, language, ending=ending)


def joined_name(*parts: str, ending: str) -> FileName:
    """Return a name of these parts, without what a file system may refuse."""
    # composed: an accent by itself is no letter, and would be cut off
    whole = [unicodedata.normalize("NFC", part) for part in parts]
    kept = [re.sub(r"\W+", "-", part)[:_LONGEST_PART].strip("-") for part in whole]
    return FileName("-".join(filter(None, kept)) + f".{ending}")


def worker_name(file: JobFile) -> FileName:
    """Return the name under which a worker stored a file, which other files of the same order call it by."""
    return FileName(file.name)


def definition_name(name: str, number: str) -> FileName:
    """Return the name by which the library finds a definition: of an id and a version's number."""
    return FileName(f"{name}@{number}.toml")
