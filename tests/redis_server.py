"""A real Redis for the tests: Debian's, on the loopback address and a port of its own."""

import subprocess
import time
from contextlib import contextmanager

from redis import Redis
from redis.exceptions import ConnectionError as NotThere

STARTING_SECONDS = 30


@contextmanager
def redis_server(port, folder):
    """A running server: its process, which a test may kill."""
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - our own words
        try:
            _await(port)
            yield process
        finally:
            process.kill()


def _await(port):
    ends = time.monotonic() + STARTING_SECONDS
    while True:
        try:
            with Redis(port=port) as connection:
                connection.ping()
        except NotThere:
            assert time.monotonic() < ends, "Redis does not start"
            time.sleep(0.02)
        else:
            return
