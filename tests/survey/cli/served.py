"""Commands that run beside a test as operators start them, and somebody with a browser."""

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from tests.paths import REPOSITORY

# what systemd does for a service that it hands a socket to
HANDED_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
os.execv(sys.argv[2], sys.argv[2:])
"""


@contextmanager
def running(settings, output, *command, held=None):
    """A command as operators start it, with a socket that is held for it or none, and what it writes."""
    started = [sys.executable, "-m", "survey.cli", *command]
    if held is not None:
        started = [sys.executable, "-c", HANDED_OVER, str(held.fileno()), *started]
    with output.open("ab") as file:
        process = subprocess.Popen(  # noqa: S603 - our own words
            started,
            cwd=REPOSITORY,
            env={**os.environ, **settings.to_environment()},
            stdout=file,
            stderr=file,
            pass_fds=() if held is None else (held.fileno(),),
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
        self.port, self.jar, self.page, self.headers = port, {}, "", {}

    def connected(self):
        return HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, path, fields=None):
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.jar.items())}
        body = None if fields is None else urlencode(fields)
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(self.connected()) as connection:
            connection.request("GET" if body is None else "POST", path, body, sent)
            reply = connection.getresponse()
            self.page, self.headers = reply.read().decode(), reply.headers
        for each in reply.headers.get_all("Set-Cookie") or []:
            name, _, rest = each.partition("=")
            self.jar[name] = rest.partition(";")[0]
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
