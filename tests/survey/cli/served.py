"""Commands that run beside a test as operators start them, and somebody with a browser."""

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from tests.paths import REPOSITORY


@contextmanager
def running(settings, output, *command):
    """A command as operators start it, and what it writes."""
    with output.open("ab") as file:
        process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-m", "survey.cli", *command],
            cwd=REPOSITORY,
            env={**os.environ, **settings.to_environment()},
            stdout=file,
            stderr=file,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait(30)


def until(happened, seconds=60):
    ends = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.05)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Person:
    """Somebody with a browser, who keeps cookies."""

    def __init__(self, port):
        self.port, self.jar, self.page = port, {}, ""

    def ask(self, path, fields=None):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.jar.items())}
        body = None if fields is None else urlencode(fields)
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("GET" if body is None else "POST", path, body, sent)
        reply = connection.getresponse()
        self.page = reply.read().decode()
        for each in reply.headers.get_all("Set-Cookie") or []:
            name, _, rest = each.partition("=")
            self.jar[name] = rest.partition(";")[0]
        connection.close()
        return reply.status

    def status(self, path="/"):
        """The status of a page; 0 where nobody listens."""
        try:
            return self.ask(path)
        except OSError:
            return 0

    def hidden(self):
        return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.page))


def children(pid):
    """The processes that a process started."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
