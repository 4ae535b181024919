"""The key directory: what opens a wave's urn, held apart from the database and destroyed at sealing."""

import contextlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from nacl.public import PrivateKey
from nacl.utils import random

from instruments.problems import refuse

SECRET_LENGTH = 32
HASHING = "codes.key"


@dataclass(frozen=True, slots=True)
class UrnKeys:
    """What the web needs of a wave: `box` seals its urn, `pepper` turns a code into an entry's id."""

    box: bytes
    pepper: bytes


class KeyDirectory:
    """The keys of all unsealed waves, one pair of files each, readable by the owner only.

    `NAME.urn` holds the box key and the pepper; `NAME.private` the private key, which only sealing reads.
    """

    def __init__(self, path: Path) -> None:
        """Open the directory, made when absent. Raises Refused where others could read it."""
        self._path = path
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            mode = stat.S_IMODE(path.stat().st_mode)
            unsafe = mode & 0o077 or not os.access(path, os.R_OK | os.W_OK | os.X_OK)
        except OSError as error:
            fault = f"The key directory cannot be used: {error.strerror}."
            remedy = "Name a directory this user owns in KJENNETEGN_KEYS."
            raise refuse("keys-unreachable", fault, remedy, place=str(path)) from error
        if unsafe:
            raise refuse(
                "keys-readable",
                f"The key directory has the permissions {mode:o}: others could read the keys.",
                "Give it to the application's user alone: chmod 700.",
                place=str(path),
            )

    def hashing_key(self) -> bytes:
        """What access codes are hashed with before they are stored; made at the first use."""
        path = self._path / HASHING
        if not path.exists():
            with contextlib.suppress(FileExistsError):  # another process was first
                self._write(HASHING, random(SECRET_LENGTH))
        return path.read_bytes()

    def make(self, wave_key: str) -> bytes:
        """The public key of a new wave, its secret halves durably written first."""
        private = PrivateKey.generate()
        self._write(f"{wave_key}.urn", random(2 * SECRET_LENGTH))
        self._write(f"{wave_key}.private", private.encode())
        return private.public_key.encode()

    def urn(self, wave_key: str) -> UrnKeys:
        """What opens the outside of the wave's urn. Raises Refused where the file is lost."""
        secret = self._read(f"{wave_key}.urn")
        return UrnKeys(secret[:SECRET_LENGTH], secret[SECRET_LENGTH:])

    def private(self, wave_key: str) -> PrivateKey:
        """What opens the wave's answers. Raises Refused where the file is lost."""
        return PrivateKey(self._read(f"{wave_key}.private"))

    def holds(self, wave_key: str) -> bool:
        """Whether everything is there that the wave's sealing will need."""
        return all(path.is_file() for path in self._paths(wave_key))

    def destroy(self, wave_key: str) -> None:
        """Nothing; the wave's keys are overwritten and gone, however often this is called."""
        for path in self._paths(wave_key):
            if path.exists():
                with path.open("r+b") as file:
                    file.write(bytes(path.stat().st_size))
                    file.flush()
                    os.fsync(file.fileno())
                path.unlink()
        self._sync()

    def remaining(self, wave_key: str) -> bool:
        """Whether any of the wave's keys is still there."""
        return any(path.exists() for path in self._paths(wave_key))

    def _paths(self, wave_key: str) -> tuple[Path, Path]:
        return self._path / f"{wave_key}.private", self._path / f"{wave_key}.urn"

    def _read(self, name: str) -> bytes:
        try:
            return (self._path / name).read_bytes()
        except FileNotFoundError as error:
            raise refuse(
                "keys-missing",
                "A key of this wave is not in the key directory, and without it its answers stay unreadable.",
                "Bring the key directory back, or correct KJENNETEGN_KEYS.",
                place=name,
            ) from error

    def _write(self, name: str, secret: bytes) -> None:
        """Write beside and link, so that a key is either whole or not there, and never replaced."""
        unfinished = self._path / f".{name}.{random(8).hex()}"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(secret)
                file.flush()
                os.fsync(file.fileno())
            os.link(unfinished, self._path / name)
        finally:
            unfinished.unlink()
        self._sync()

    def _sync(self) -> None:
        directory = os.open(self._path, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
