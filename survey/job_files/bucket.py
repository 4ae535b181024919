"""Job files in a bucket of S3 or of a service like it (docs/decisions/0150).

An upload appears when it is complete: whoever is killed before leaves parts that are no file, and that go
with the folder. Files are read and sent in small pieces, since no machine need have room for a whole one.
"""

import contextlib
import io
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, Final

from survey.job_files.connection import ask

SCHEME: Final = "s3://"
_PIECE: Final = 1024 * 1024  # bytes read at once
_PART: Final = 8 * 1024 * 1024  # bytes of an upload sent at once; the services take no fewer than five
_AT_ONCE: Final = 10  # questions, which is as many as the library has connections


@dataclass(frozen=True, slots=True)
class BucketFile:
    """An object in the bucket."""

    address: str
    path: None = None

    @property
    def name(self) -> str:
        """Return its name within its folder."""
        return self.address.rpartition("/")[2]

    def exists(self) -> bool:
        """Return whether it is there."""
        try:
            return bool(self._about()["type"] == "file")
        except FileNotFoundError:
            return False

    def read(self) -> bytes:
        """Return what is in it."""
        return bytes(ask(self.address, lambda bucket: bucket.cat_file(self.address)))

    def open(self) -> IO[bytes]:
        """Open it, as it is now, to be read from any place in it.

        One that is replaced meanwhile is not found any more, rather than read as half of each.
        """
        return io.BufferedReader(_Pieces(self.address), _PIECE)

    def size(self) -> int:
        """Return how many bytes it has."""
        return int(self._about()["size"])

    def written_at(self) -> int:
        """Return when it was written, in seconds since 1970, by the clock of the service."""
        return int(self._about()["LastModified"].timestamp())

    def remove(self) -> None:
        """Remove it, where it is there."""
        ask(self.address, lambda bucket: bucket.rm_file(self.address))

    def _about(self) -> Mapping[str, Any]:
        return ask(self.address, lambda bucket: bucket.info(self.address))


@dataclass(frozen=True, slots=True)
class BucketFolder:
    """What begins with the same address in the bucket."""

    address: str

    @property
    def place(self) -> str:
        """Return its address."""
        return self.address

    def folder(self, name: str) -> "BucketFolder":
        """Return a folder in it."""
        return BucketFolder(f"{self.address}/{name}")

    def file(self, name: str) -> BucketFile:
        """Return a file in it."""
        return BucketFile(f"{self.address}/{name}")

    def names(self) -> list[str]:
        """Return the names of the files in it, in order."""
        try:
            found = ask(self.address, lambda bucket: bucket.ls(self.address, detail=True))
        except FileNotFoundError:
            return []
        names = (each["name"].rpartition("/")[2] for each in found if each["type"] == "file")
        # services and their pages note an empty folder as an object without a name in it
        return sorted(filter(None, names))

    def prepare(self) -> None:
        """Do nothing: a folder is there with the first file in it."""

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Write, or replace, files by their names, one after the other."""
        for name, content in contents.items():
            ask(self.address, partial(self._put, name=name, content=content))

    def write_by(self, name: str, writer: Callable[[IO[bytes]], None]) -> None:
        """Write, or replace, one file: made in a file without a name on this machine first, and sent then."""
        with tempfile.TemporaryFile() as made:
            writer(made)
            ask(self.address, partial(self._send, name=name, made=made))

    def remove(self) -> None:
        """Remove all that is in it, and the parts of uploads that nobody completed."""
        ask(self.address, self._remove)

    def keeps_versions(self) -> bool | None:
        """Return whether the bucket keeps what is deleted; None where it does not say."""
        found = self._told("get_bucket_versioning")
        return None if found is None else found.get("Status") == "Enabled"

    def is_public(self) -> bool | None:
        """Return whether everybody may read in the bucket by its policy; None where it does not say."""
        found = self._told("get_bucket_policy_status")
        return None if found is None else bool(found.get("PolicyStatus", {}).get("IsPublic"))

    def _put(self, bucket: Any, name: str, content: bytes) -> None:  # noqa: ANN401 - fsspec has no types
        bucket.pipe_file(self.file(name).address, content)

    def _send(self, bucket: Any, name: str, made: IO[bytes]) -> None:  # noqa: ANN401 - likewise
        made.seek(0)
        # closed in the way of files, an upload that failed half-way would be completed as it is
        upload = bucket.open(self.file(name).address, "wb", block_size=_PART, autocommit=False)
        try:
            shutil.copyfileobj(made, upload, _PIECE)
            upload.close()
            upload.commit()
        except BaseException:
            upload.discard()
            raise

    def _remove(self, bucket: Any) -> None:  # noqa: ANN401 - likewise
        where, _, prefix = f"{self.address.removeprefix(SCHEME)}/".partition("/")
        keys = (each.partition("/")[2] for each in bucket.find(self.address))
        delete = partial(bucket.call_s3, "delete_object", Bucket=where)
        # each by itself: asked for many at once some services refuse, and the library passes over what stays
        with ThreadPoolExecutor(_AT_ONCE) as at_once:
            list(at_once.map(lambda key: delete(Key=key), (key for key in keys if key.startswith(prefix))))
        for key, upload in _begun(bucket, where, prefix):
            # one that was completed or ended meanwhile is none any more
            with contextlib.suppress(FileNotFoundError):
                bucket.call_s3("abort_multipart_upload", Bucket=where, Key=key, UploadId=upload)

    def _told(self, question: str) -> Mapping[str, Any] | None:
        where = self.address.removeprefix(SCHEME).partition("/")[0]

        def asked(bucket: Any) -> Mapping[str, Any] | None:  # noqa: ANN401 - likewise
            try:
                return dict(bucket.call_s3(question, Bucket=where))
            except FileNotFoundError:
                # a bucket without a policy
                return {}
            except (NotImplementedError, OSError):
                # the service knows no such question, or lets nobody ask it
                return None

        return ask(self.address, asked)


def _begun(bucket: Any, where: str, prefix: str) -> Iterable[tuple[str, str]]:  # noqa: ANN401 - likewise
    """Return the uploads below a prefix that nobody has completed: each one's file and its own name."""
    try:
        found = bucket.call_s3("list_multipart_uploads", Bucket=where, Prefix=prefix)
    except FileNotFoundError:
        # how some say that there are none
        return ()
    return [(each["Key"], each["UploadId"]) for each in found.get("Uploads", ())]


class _Pieces(io.RawIOBase):
    """An object that is read a piece at a time, each by a question of its own about what was opened."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self._opened = ask(address, lambda bucket: bucket.open(address, "rb", cache_type="none"))

    def readable(self) -> bool:
        """Return that it is."""
        return True

    def seekable(self) -> bool:
        """Return that it is."""
        return True

    def tell(self) -> int:
        """Return where the next byte is read."""
        return int(self._opened.tell())

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another place and return it."""
        return int(self._opened.seek(offset, whence))

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - whatever bytes can be put into
        """Fill the buffer as far as there is something to fill it with; return how far."""
        read = ask(self._address, lambda _: self._opened.read(len(buffer)))
        buffer[: len(read)] = read
        return len(read)
