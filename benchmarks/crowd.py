"""A crowd of respondents for the benchmarks: their clients, and how fast they were served."""

import re
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

READ = 65536
LENGTH = re.compile(rb"\r\nContent-Length: ([0-9]+)\r\n(?:[^\r]+\r\n)*\r\n")
SET_COOKIE = re.compile(rb"\r\nSet-Cookie: ([^=]+)=([^;]*)")
TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)')
ITEM = re.compile(rb'name="(item_\w+)"')
Act = Callable[[], object]
Told = dict[Any, Any]


class Person:
    """One respondent's connection and cookie: as small a client as can be, since it shares our cores."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = self._connected()
        self.cookies: dict[str, str] = {}
        self.token = self.item = ""

    def send(self, method: str, path: str, body: str = "") -> int:
        """Send a request and return the size of the reply; keep its cookies and its form's token."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        request = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {cookies}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()
        reply = self._reply(request)
        if reply[9:10] not in b"23":
            raise RuntimeError(f"{method} {path}: {reply[:40]!r}")
        for name, value in SET_COOKIE.findall(reply):
            self.cookies[name.decode()] = value.decode()
        found = TOKEN.search(reply)
        self.token = found[1].decode() if found else self.token
        asked = ITEM.search(reply)
        self.item = asked[1].decode() if asked else self.item
        return len(reply)

    def answer(self) -> None:
        """Save an answer to the item that was read last: what holds none is not stored when it is sent."""
        self.send("POST", "/answer/1", f"csrf_token={self.token}&{self.item}=4&go=review")

    def _reply(self, request: bytes) -> bytes:
        try:
            self.connection.sendall(request)
            reply = self.connection.recv(READ)
        except ConnectionError:
            reply = b""
        if not reply:  # idle for too long: like a browser, ask once more
            self.connection.close()
            self.connection = self._connected()
            self.connection.sendall(request)
            reply = self.connection.recv(READ)
        while (whole := LENGTH.search(reply)) is None or len(reply) < whole.end() + int(whole[1]):
            more = self.connection.recv(READ)
            if not more:
                raise RuntimeError("the reply broke off")
            reply += more
        return reply

    def _connected(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


class Tally:
    """What became of one kind of act, heat by heat; an act that fails ends the benchmark."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.taken: list[float] = []

    def time(self, acts: Sequence[Act], at_once: int) -> None:
        """Do the acts, so many at once."""

        def one(act: Act) -> None:
            began = time.perf_counter()
            act()
            self.taken.append(time.perf_counter() - began)

        with ThreadPoolExecutor(at_once) as people:
            began = time.perf_counter()
            list(people.map(one, acts))
            self.seconds += time.perf_counter() - began

    @property
    def rate(self) -> float:
        """Return acts a second."""
        return len(self.taken) / self.seconds

    def told(self) -> Told:
        """Return the rate and the 95th percentile."""
        slow = sorted(self.taken)[int(0.95 * len(self.taken))]
        return {"per second": round(self.rate), "p95 ms": round(slow * 1000, 1)}
