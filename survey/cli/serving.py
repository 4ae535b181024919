"""Processes that take requests: gunicorn's, in which waitress reads them.

Waitress reads every request to its end in one loop, and hands it to a thread only then: whoever sends slowly,
or nothing, keeps no thread from anybody (docs/decisions/0147).
"""

import errno
import mmap
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from waitress import create_server, wasyncore
from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.channel import HTTPChannel

from instruments.problems import Damaged, Refused
from survey.operations import log
from survey.web.platform.uploads import LARGEST_REQUEST

# for a whole request, from first byte to last: the largest form by a slow telephone takes a tenth of it
REQUEST_SECONDS = 30.0
_IDLE_SECONDS = 15.0  # a connection on which nothing moves, between two requests or in a reply
# at the end: how long the first request is waited for on a connection that had just been taken
_FIRST_BYTES_SECONDS = 1.0
_LOOKED_EVERY_SECONDS = 1.0
_MOST_CONNECTIONS = 800  # a process may open 1024 files where nobody said otherwise
_LARGEST_HEADERS = 32 * 1024
# larger than any form of a respondent: what people answer is in no temporary file. Uploads of staff may be
_IN_MEMORY = 128 * 1024
_REPLY_IN_MEMORY = 64 * 1024 * 1024
_BEFORE_ANOTHER_SECONDS = 1.0  # else processes that cannot begin would do nothing but that
_GONE = frozenset({errno.ENOTCONN, errno.EBADF})  # beside what Python calls a connection's errors
_TRIED_AGAIN = 1  # the status of a process that another one takes the place of
# shared by the processes that part from this one: whether any of them has served
_SERVED = mmap.mmap(-1, 1)


@dataclass(frozen=True, slots=True)
class _FilePart:
    """So many bytes of an open file, from an offset on, that the kernel is to send."""

    descriptor: int
    offset: int
    count: int


class SentFile(ReadOnlyFileBasedBuffer):
    """A file that the kernel sends from where it lies: what is in it never comes into this process."""

    def get(self, numbytes: int = -1, skip: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - as waitress calls it
        """Return the next part of the file, to be sent; its bytes, where the file is none of the kernel's."""
        try:
            descriptor = self.file.fileno()
        except OSError:
            return super().get(numbytes, skip)
        count = self.remain if numbytes < 0 else min(numbytes, self.remain)
        return _FilePart(descriptor, self.file.tell(), count)


class Connection(HTTPChannel):
    """One connection, and since when a request has been arriving on it."""

    taken_at = 0.0  # when it was taken; 0 once something has been read on it
    begun_at: float | None = None
    moved = 0.0  # when something was last read or sent, by the clock of the library, which may be set
    moved_at = 0.0  # and when that was seen to have changed, by one that only goes forward

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - as waitress calls it
        self.taken_at = time.monotonic()
        super().__init__(*arguments, **options)

    def received(self, data: bytes) -> bool:
        """Take what was sent."""
        self.taken_at = 0.0
        if self.begun_at is None:
            self.begun_at = time.monotonic()
        try:
            taken = bool(super().received(data))
        except ValueError:
            # some addresses that are none end the library's parser, which would log them
            self.will_close = True
            return False
        if self.request is None:
            self.begun_at = None
        return taken

    def send(self, data: Any, do_close: bool = True) -> int:  # noqa: ANN401, FBT001, FBT002 - as waitress calls it
        """Send bytes, or a part of a file; return how many went."""
        if not isinstance(data, _FilePart):
            return int(super().send(data, do_close))
        try:
            return os.sendfile(self.socket.fileno(), data.descriptor, data.offset, data.count)
        except BlockingIOError:
            return 0
        except OSError as error:
            if not isinstance(error, ConnectionError) and error.errno not in _GONE:
                raise
            if do_close:
                self.handle_close()
            return 0

    @property
    def is_in_use(self) -> bool:
        """Return whether a request arrives, is about to, is being answered, or its reply is being sent."""
        is_new = time.monotonic() - self.taken_at < _FIRST_BYTES_SECONDS
        return bool(is_new or self.begun_at is not None or self.requests or self.total_outbufs_len)


def close_slow(connections: Iterable[Connection], now: float) -> None:
    """End the connections on which a request takes too long to arrive, or nothing moves."""
    for each in connections:
        if each.moved != each.last_activity:
            each.moved, each.moved_at = each.last_activity, now
        is_slow = each.begun_at is not None and now - each.begun_at > REQUEST_SECONDS
        is_idle = not each.requests and now - each.moved_at > _IDLE_SECONDS
        if is_slow or is_idle:
            each.will_close = True


class WaitressWorker(Worker):
    """A process that takes requests, and ends without printing what stopped it.

    What is wrong with the installation ends the whole server, and so does whatever keeps the first process
    from serving. Anything later, such as a machine without memory, ends this process alone, and another one
    takes its place after a pause.
    """

    def init_process(self) -> None:
        """Build the application and serve it, until told to end."""
        try:
            super().init_process()
        except (Refused, Damaged) as error:
            log.fault("start-refused", error.problems)
            sys.exit(Arbiter.WORKER_BOOT_ERROR)
        except Exception as error:  # noqa: BLE001 - gunicorn would print it, whatever it says of a request
            log.unexpected("server-stopped", error)
            if not _SERVED[0]:
                sys.exit(Arbiter.WORKER_BOOT_ERROR)
            time.sleep(_BEFORE_ANOTHER_SECONDS)
            sys.exit(_TRIED_AGAIN)

    def run(self) -> None:
        """Serve, and at the end finish what is in hand for as long as gunicorn's graceful time-out allows."""
        sockets: dict[int, Any] = {}
        server = create_server(
            _sending_files(self.wsgi),
            map=sockets,
            sockets=[getattr(each, "sock", each) for each in self.sockets],
            threads=self.cfg.threads,
            connection_limit=_MOST_CONNECTIONS,
            max_request_header_size=_LARGEST_HEADERS,
            max_request_body_size=LARGEST_REQUEST,
            inbuf_overflow=_IN_MEMORY,
            outbuf_overflow=_REPLY_IN_MEMORY,
            asyncore_use_poll=True,
            log_socket_errors=False,
            ident=None,
        )
        server.channel_class = Connection
        _SERVED[0] = 1
        # `close_slow` does it, by a clock that nobody sets
        server.next_channel_cleanup = float("inf")
        while self.alive and self.ppid == os.getppid():
            self._turn(server, sockets)
        server.del_channel()
        server.socket.close()
        ends = time.monotonic() + self.cfg.graceful_timeout
        while time.monotonic() < ends and any(each.is_in_use for each in _connections(server)):
            self._turn(server, sockets)
        server.task_dispatcher.shutdown(timeout=1)

    def _turn(self, server: Any, sockets: dict[int, Any]) -> None:  # noqa: ANN401 - waitress has no types
        self.notify()
        wasyncore.loop(timeout=_LOOKED_EVERY_SECONDS, use_poll=True, map=sockets, count=1)
        now = time.monotonic()
        if now - self._looked_at >= _LOOKED_EVERY_SECONDS:
            self._looked_at = now
            close_slow(_connections(server), now)

    _looked_at = 0.0


def _sending_files(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    def answer(environ: dict[str, Any], start_response: object) -> Iterable[bytes]:
        environ["wsgi.file_wrapper"] = SentFile
        return application(environ, start_response)

    return answer


def _connections(server: Any) -> list[Connection]:  # noqa: ANN401 - likewise
    return list(server.active_channels.values())
