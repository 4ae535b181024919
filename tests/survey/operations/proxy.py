"""A proxy of the tests' own: hands each connection on to one of several servers, past those that are away."""

import itertools
import socket
import threading
from contextlib import contextmanager, suppress

_CHUNK = 65_536


@contextmanager
def proxy(port, backends):
    """Listen at the port until the end."""
    turn = itertools.cycle(backends)
    with socket.create_server(("127.0.0.1", port)) as listening:
        threading.Thread(target=_accept, args=(listening, turn, len(backends)), daemon=True).start()
        yield


def _accept(listening, turn, most):
    with suppress(OSError):  # closed at the end
        while True:
            asking, _ = listening.accept()
            threading.Thread(target=_serve, args=(asking, turn, most), daemon=True).start()


def _serve(asking, turn, most):
    with asking, suppress(OSError):
        answering = _connected(turn, most)
        if answering is None:
            return
        with answering:
            back = threading.Thread(target=_pump, args=(answering, asking), daemon=True)
            back.start()
            _pump(asking, answering)
            back.join()


def _connected(turn, most):
    for _ in range(most):
        with suppress(OSError):
            return socket.create_connection(("127.0.0.1", next(turn)), timeout=30)
    return None


def _pump(source, target):
    with suppress(OSError):
        while content := source.recv(_CHUNK):
            target.sendall(content)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
