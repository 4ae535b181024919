"""A disk that is truly full: a small file system in memory where it may be mounted, else writes that fail."""

import errno
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

_BYTES = 4 * 2**20


class Disk:
    """A folder on a disk of its own, which a test fills and empties."""

    def __init__(self, path, *, is_mounted):
        self.path, self._is_mounted = path, is_mounted
        self._patched = pytest.MonkeyPatch()

    def fill(self):
        """Leave no room for a single byte."""
        if not self._is_mounted:
            self._patched.setattr(os, "fsync", self._refuse)
            return
        with (self.path / "ballast").open("wb", buffering=0) as file:
            for size in (2**16, 1):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def empty(self):
        """Make room again."""
        self._patched.undo()
        (self.path / "ballast").unlink(missing_ok=True)

    @contextmanager
    def read_only(self):
        """Mount it to be read alone, or take the right to write from its files."""
        self._let(write=False)
        try:
            yield
        finally:
            self._let(write=True)

    def _let(self, *, write):
        if self._is_mounted:
            assert _run("mount", "-o", "remount,rw" if write else "remount,ro", self.path)
        else:
            self._set_modes(*((0o700, 0o600) if write else (0o500, 0o400)))

    def _set_modes(self, folder, file):
        for each in self.path.iterdir():
            each.chmod(file)
        self.path.chmod(folder)

    def _refuse(self, descriptor):
        if Path(f"/proc/self/fd/{descriptor}").readlink().is_relative_to(self.path):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def small_disk(path):
    """A disk of a few megabytes at that path, for as long as it is entered."""
    path.mkdir()
    mounted = os.getuid() == 0 and _run("mount", "-t", "tmpfs", "-o", f"size={_BYTES},mode=700", "none", path)
    disk = Disk(path, is_mounted=mounted)
    try:
        yield disk
    finally:
        disk.empty()
        if mounted:
            _run("umount", "--lazy", path)


def _run(*command):
    """Whether a command that may not be allowed here did what it was asked for."""
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - ours
