"""Keep an uploaded sheet between its preview and the act: encrypted, with the key in its operator's browser.

What lies in the files directory nobody can read without that sign-in, and it ends with the act, with the next
sheet of the same sign-in, or after the time that sign-ins are kept.
"""

import secrets
import zlib
from pathlib import PurePath
from typing import Final

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from instruments.problems import Refused, refuse
from survey import job_files
from survey.job_files import Folder, JobFile
from survey.settings import Settings
from survey.store import random_keys

_FOLDER: Final = "sheets"


def hold(settings: Settings, content: bytes, now: int) -> tuple[str, bytes]:
    """Store a sheet and return its name and the key that opens it, which is stored nowhere here."""
    # the time is in the name, since the clock of the files is not the one by which they end
    name, key = f"{now}-{random_keys.draw()}", secrets.token_bytes(SecretBox.KEY_SIZE)
    _folder(settings).write({name: bytes(SecretBox(key).encrypt(zlib.compress(content)))})
    return name, key


def read(settings: Settings, name: str, key: bytes) -> bytes:
    """Return a sheet. Raises Refused("sheet-gone") where it is kept no longer."""
    try:
        return zlib.decompress(SecretBox(key).decrypt(_file(settings, name).read()))
    except (FileNotFoundError, CryptoError):
        raise gone() from None


def drop(settings: Settings, name: str) -> None:
    """Remove a sheet, where it is there."""
    _file(settings, name).remove()


def forget_old(settings: Settings, before: int) -> None:
    """Remove the sheets that were held before that moment, in seconds since 1970."""
    folder = _folder(settings)
    for name in folder.names():
        held_at = name.partition("-")[0]
        if not held_at.isdecimal() or int(held_at) < before:
            folder.file(name).remove()


def gone() -> Refused:
    """Return the refusal of an act on a sheet that is not held any more."""
    return refuse(
        "sheet-gone",
        "The sheet is not kept any more: it was imported, or too much time has passed.",
        "Choose the file once more.",
    )


def _folder(settings: Settings) -> Folder:
    return job_files.at(settings).folder(_FOLDER)


def _file(settings: Settings, name: str) -> JobFile:
    # a name comes from a cookie that only we can write, and names nothing outside all the same
    return _folder(settings).file(PurePath(name).name)
