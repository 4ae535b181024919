"""The key directory: what opens codes and urns, apart from the database and gone after sealing.

A key file ends with a checksum of the key, which tells damage. The database holds check values, which tell
another key: with one for entry ids everybody could answer a second time, with one of codes nobody could
answer at all. A check value is a keyed hash under the key itself: it helps nobody to the key.

Only the first set-up makes the key of codes (`survey.operations.set_up`).
"""

import hashlib
import os
import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nacl.public import PrivateKey

from instruments.problems import Damaged, damage, refuse

_KEY_BYTES = 32
_CHECKSUM_BYTES = 8
_CODES = "codes.key"
_UNUSED_CODES = "codes.key.new"
_DESTROYING = ".destroying"
_DRAFT = ".draft"
_URN, _PRIVATE = ".urn", ".private"
_OF_A_WAVE = frozenset({_URN, _PRIVATE})
_OPEN_TO_OTHERS = 0o077


@dataclass(frozen=True, slots=True, repr=False)
class UrnKeys:
    """Hold what admission and submission need of a wave: `pepper` makes entry ids, `box_key` opens boxes."""

    pepper: bytes
    box_key: bytes

    @property
    def check(self) -> bytes:
        """Return the value by which both halves are known again, and which tells nothing of either."""
        return _check(self.pepper + self.box_key, b"kjennetegn urn")


@dataclass(frozen=True, slots=True)
class KeyDirectory:
    """Keep a pair of key files for each wave, in a directory that only this program's user may read.

    `codes_check` is what the database knows the key of codes by.
    """

    path: Path
    codes_check: bytes = b""

    @classmethod
    def of_new_installation(cls, path: Path) -> "KeyDirectory":
        """Return the directory with a key of codes that is not in use yet, both made where they are missing.

        The key of a set-up that was interrupted is taken again. Raises Refused("keys-there") where there is
        any other, and Damaged as `check` does.
        """
        directory = cls(path)
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            there = {each.name for each in path.iterdir() if not each.name.endswith(_DRAFT)}
        except OSError as error:
            raise directory._unusable(error) from error
        directory.check()
        if there - {_UNUSED_CODES}:
            raise refuse(
                "keys-there",
                "The key directory holds the keys of an installation, and a new one would need others.",
                "Name an empty directory in KJENNETEGN_KEYS, or the database that belongs to these keys.",
                place=str(path),
            )
        directory._write(path / _UNUSED_CODES, _with_checksum(secrets.token_bytes(_KEY_BYTES)))
        return cls(path, _codes_check(directory._read(path / _UNUSED_CODES, _KEY_BYTES)))

    @classmethod
    def of_interrupted_set_up(cls, path: Path) -> "KeyDirectory | None":
        """Return the directory with the key of codes that a set-up left unused; None where there is none."""
        if not (path / _UNUSED_CODES).exists():
            return None
        directory = cls(path)
        return cls(path, _codes_check(directory._read(path / _UNUSED_CODES, _KEY_BYTES)))

    def take_into_use(self) -> None:
        """Make the key of codes that was drawn for a new installation the one that counts."""
        try:
            (self.path / _UNUSED_CODES).rename(self.path / _CODES)
            self._sync()
        except OSError as error:
            raise self._unusable(error) from error

    def require_own(self) -> None:
        """Raise Damaged unless the directory can be used and holds this installation's key of codes.

        As `check` and `hashing_key` do.
        """
        self.check()
        self.hashing_key()

    def check(self) -> None:
        """Raise Damaged unless the directory is there, private and writable.

        `keys-unusable` where it is missing or cannot be written, `keys-exposed` where other users of the
        machine could read it.
        """
        try:
            mode = self.path.stat().st_mode
        except OSError as error:
            raise self._unusable(error) from error
        if mode & _OPEN_TO_OTHERS:
            raise damage(
                "keys-exposed",
                "Other users of this machine can enter the key directory.",
                "Make it private: chmod 700.",
                place=str(self.path),
            )
        if not os.access(self.path, os.R_OK | os.W_OK | os.X_OK):
            raise self._unusable(PermissionError(13, "no right to write there"))

    def hashing_key(self) -> bytes:
        """Return the key of the installation's access codes.

        Raises Damaged: `keys-missing` where it is gone or damaged, `keys-wrong` where it is another's.
        """
        path = self.path / _CODES
        key = self._read(path, _KEY_BYTES)
        if _codes_check(key) != self.codes_check:
            raise damage(
                "keys-wrong",
                "The key of the access codes is not the one that this database was used with.",
                "Check that KJENNETEGN_KEYS and KJENNETEGN_DATABASE name directory and database of one "
                "installation, and bring back the key directory that belongs to this database.",
                place=str(path),
            )
        return key

    def make_urn(self, wave_key: str) -> UrnKeys:
        """Make what opens a wave's boxes, on disk and read back, and return it; repeating makes no other."""
        self._write(self._urn(wave_key), _with_checksum(secrets.token_bytes(2 * _KEY_BYTES)))
        return self.urn(wave_key)

    def make_private(self, wave_key: str) -> bytes:
        """Make a wave's private key in the same way, and return its public key."""
        self._write(self._private(wave_key), _with_checksum(bytes(PrivateKey.generate())))
        return bytes(self.private(wave_key).public_key)

    def urn(self, wave_key: str) -> UrnKeys:
        """Return what opens the wave's boxes. Raises Damaged("keys-missing")."""
        held = self._read(self._urn(wave_key), 2 * _KEY_BYTES)
        return UrnKeys(held[:_KEY_BYTES], held[_KEY_BYTES:])

    def private(self, wave_key: str) -> PrivateKey:
        """Return what reads the wave's answers; for sealing only. Raises Damaged("keys-missing")."""
        return PrivateKey(self._read(self._private(wave_key), _KEY_BYTES))

    def has_private(self, wave_key: str) -> bool:
        """Return whether a private key of the wave is there."""
        return self._private(wave_key).exists()

    def lacking(self, waves: Collection[tuple[str, bool]]) -> frozenset[tuple[str, bool]]:
        """Return those of these waves, each by its key and whether that is split, that lack a key file."""
        there = set(self._listed())
        return frozenset(
            (key, is_split)
            for key, is_split in waves
            if not ({self._urn(key).name} | ({self._private(key).name} if not is_split else set())) <= there
        )

    def names(self) -> frozenset[str]:
        """Return the names of the waves and of the pools' batches whose keys lie here."""
        there = map(Path, self._listed())
        return frozenset(each.stem for each in there if each.suffix in _OF_A_WAVE)

    def copy_to(self, place: Path) -> None:
        """Copy every key to another directory that lacks it. Raises OSError where it cannot be written."""
        copy = KeyDirectory(place, self.codes_check)
        for each in sorted(self.path.iterdir()):
            if each.name == _CODES or each.suffix in _OF_A_WAVE:
                try:
                    content = each.read_bytes()
                except FileNotFoundError:
                    continue  # sealed meanwhile
                copy._put(place / each.name, content)

    def destroy_all_of(self, name: str) -> None:
        """Overwrite and remove whatever lies here of a wave or a batch, drafts of interrupted copies too."""
        for each in sorted(self.path.glob(f"{name}.*")):
            self._destroy(each)

    def mark(self, wave_key: str) -> None:
        """Note on the disk that what is left of the wave is being destroyed, whether it has keys or not."""
        self._write(self._mark(wave_key), b"")

    def marked(self) -> frozenset[str]:
        """Return the keys of the waves of which it is noted that something is being destroyed."""
        return frozenset(path.name.removesuffix(_DESTROYING) for path in self.path.glob(f"*{_DESTROYING}"))

    def remaining(self, wave_key: str) -> bool:
        """Return whether any key of the wave, or the mark, is still there."""
        paths = (self._urn(wave_key), self._private(wave_key), self._mark(wave_key))
        return any(path.exists() for path in paths)

    def held(self) -> frozenset[str]:
        """Return of which waves a key, or the mark, is there: their keys, beside the names of pools' keys.

        Raises Damaged("keys-unusable").
        """
        endings, names = (_URN, _PRIVATE, _DESTROYING), self._listed()
        return frozenset(
            name.removesuffix(ending) for name in names for ending in endings if name.endswith(ending)
        )

    def destroy_private(self, wave_key: str) -> None:
        """Overwrite and remove what reads the answers; nothing, when it is gone already."""
        self._destroy(self._private(wave_key))

    def destroy_urn(self, wave_key: str) -> None:
        """Overwrite and remove what opens the boxes, and the mark; nothing, when they are gone already."""
        self._destroy(self._urn(wave_key))
        self._destroy(self._mark(wave_key))

    def _listed(self) -> list[str]:
        try:
            return [each.name for each in self.path.iterdir()]
        except OSError as error:
            raise self._unusable(error) from error

    def _urn(self, wave_key: str) -> Path:
        return self.path / f"{wave_key}{_URN}"

    def _private(self, wave_key: str) -> Path:
        return self.path / f"{wave_key}{_PRIVATE}"

    def _mark(self, wave_key: str) -> Path:
        return self.path / f"{wave_key}{_DESTROYING}"

    def _read(self, path: Path, size: int) -> bytes:
        try:
            descriptor = os.open(path, os.O_RDONLY)
            try:
                written = os.read(descriptor, size + _CHECKSUM_BYTES + 1)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise self._missing(path) from error
        held = written[:-_CHECKSUM_BYTES]
        if len(held) != size or written != _with_checksum(held):
            raise self._missing(path)
        return held

    def _write(self, path: Path, content: bytes) -> None:
        try:
            self._put(path, content)
        except OSError as error:
            raise self._unusable(error) from error

    def _put(self, path: Path, content: bytes) -> None:
        """Put the content there whole and durably, unless something is there: a key is never replaced."""
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}{_DRAFT}")
        try:
            with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:  # noqa: PTH123 - a descriptor
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        self._sync()

    def _destroy(self, path: Path) -> None:
        try:
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return
        self._sync()

    def _sync(self) -> None:
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _missing(self, path: Path) -> Damaged:
        return damage(
            "keys-missing",
            "The key is gone or damaged; without it nobody can read what it locks, we neither.",
            "Bring the key directory back from where you keep it, before anything else is done.",
            place=str(path),
        )

    def _unusable(self, error: OSError) -> Damaged:
        return damage(
            "keys-unusable",
            f"The key directory cannot be used: {error.strerror}.",
            "Check KJENNETEGN_KEYS, that its disk is there, and that this program's user may write there.",
            place=str(self.path),
        )


def _codes_check(key: bytes) -> bytes:
    return _check(key, b"kjennetegn codes")


def _check(key: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(b"check", key=key, digest_size=32, person=purpose).digest()


def _with_checksum(key: bytes) -> bytes:
    return key + hashlib.blake2b(key, digest_size=_CHECKSUM_BYTES).digest()
