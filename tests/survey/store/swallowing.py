"""A way to PostgreSQL on which packets may stop arriving, without a word to either end."""

import socket
import threading
from contextlib import contextmanager, suppress


class Way:
    """Takes connections on `port`, counts them as `taken`, and carries them to a socket.

    While it `swallows`, nothing arrives.
    """

    def __init__(self, path):
        self._path = path
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open = [self._listening]
        self.port = self._listening.getsockname()[1]
        self.swallows = False
        self.taken = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                here, _ = self._listening.accept()
                self.taken += 1
                there = socket.socket(socket.AF_UNIX)
                there.connect(str(self._path))
                self._open += [here, there]
                for ends in ((here, there), (there, here)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, from_, to):
        with suppress(OSError):
            while sent := from_.recv(65536):
                if not self.swallows:
                    to.sendall(sent)
            to.close()

    def close(self):
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextmanager
def way_to(path):
    """Such a way to the socket of a server."""
    made = Way(path)
    yield made
    made.close()
