"""How fast staff get the first form page and hand in answers, beside what the machine can do at best.

    python -m benchmarks.submission [PEOPLE]

Three limits stand beside our figures: a bare Flask route under the same server, durable transactions of the
same size through the bare driver (which no browser asks for), and a bare Flask route that does just that
transaction. Everything runs on this machine, client included, over loopback.
"""

import json
import os
import re
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, redirect, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from instruments import library
from survey import issuing, sealing
from survey.installation import Installation
from survey.settings import Settings
from survey.store.repositories import communities, waves
from tests.postgres import database_in, server

AT_ONCE = (1, 8, 32)
SHARDS = 16
READ = 65536
LENGTH = re.compile(rb"\r\nContent-Length: ([0-9]+)\r\n(?:[^\r]+\r\n)*\r\n")
SET_COOKIE = re.compile(rb"\r\nSet-Cookie: ([^=]+)=([^;]*)")
TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)')
BOX = 40 + 6 + 32 * (16 + 48 + 36)  # bytes: what one submission reads and replaces
DATABASE = "BENCHMARK_DATABASE"
bare = Flask("bare")

Act = Callable[[], object]
Told = dict[Any, Any]


@bare.get("/")
def nothing() -> str:
    """The least a Flask route can do."""
    return "ok"


@bare.post("/")
def hand_in() -> Response:
    """The least a Flask route can do that reads a form and puts a box on disk."""
    if not request.form.get("csrf_token"):
        raise BadRequest
    raw(os.environ[DATABASE])()
    return redirect("/", 303)


class Person:
    """One respondent's connection and cookie: as small a client as can be, since it shares our cores."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = self._connected()
        self.cookies: dict[str, str] = {}
        self.token = ""

    def send(self, method: str, path: str, body: str = "") -> int:
        """The size of the reply, head and body; keeps its cookies and its form's token."""
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
        return len(reply)

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


def timed(acts: Sequence[Act], at_once: int) -> Told:
    """Rate and 95th percentile of acts, so many at once; an act that fails ends the benchmark."""
    taken: list[float] = []

    def one(act: Act) -> None:
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)

    began = time.perf_counter()
    with ThreadPoolExecutor(at_once) as people:
        list(people.map(one, acts))
    rate = len(taken) / (time.perf_counter() - began)
    return {"per second": round(rate), "p95 ms": round(sorted(taken)[int(0.95 * len(taken))] * 1000, 1)}


@contextmanager
def serving(command: Sequence[str], environment: Mapping[str, str], port: int) -> Iterator[None]:
    """A server in a process of its own, until it answers."""
    process = subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError("the server did not start") from None
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    """A port nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def bare_routes(people: int, database: str, workers: int, threads: int) -> Told:
    """The limits of the server and Flask: a route that does nothing, and one that puts a box on disk."""
    port = free_port()
    result: Told = {"bare route": {}, "bare route to disk": {}}
    options = ["-w", str(workers), "--threads", str(threads), "-k", "gthread", "-b", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "gunicorn", *options, "benchmarks.submission:bare"]
    with serving(command, {DATABASE: database}, port):
        for at_once in AT_ONCE:
            crowd = [Person(port) for _ in range(people)]
            get = [lambda each=each: each.send("GET", "/") for each in crowd]
            post = [lambda each=each: each.send("POST", "/", f"csrf_token={'x' * 27}") for each in crowd]
            for name, acts in (("bare route", get), ("bare route to disk", post)):
                timed(acts, at_once)  # every worker and thread has its connections
                result[name][at_once] = timed(acts, at_once)
            for each in crowd:
                each.connection.close()
    return result


def survey_route(people: int, database: str, folder: Path) -> Told:
    """The first form page and the submission of the real application, people by people."""
    port = free_port()
    result: Told = {}
    settings = Settings(database, folder / "keys", secrets.token_hex(), f"http://127.0.0.1:{port}")
    home = Installation.on(settings)
    codes = iter(issued(home, people * len(AT_ONCE)))
    environment = {
        "KJENNETEGN_DATABASE": database,
        "KJENNETEGN_KEYS": str(settings.keys),
        "KJENNETEGN_SECRET": settings.secret,
        "KJENNETEGN_PUBLIC_URL": settings.public_url,
    }
    command = [sys.executable, "-m", "survey.cli", "serve", "--port", str(port)]
    with serving(command, environment, port):
        for at_once in AT_ONCE:
            crowd = [Person(port) for _ in range(people)]
            for each in crowd:
                each.send("GET", f"/c/{next(codes)}")
            page = [lambda each=each: each.send("GET", "/answer/1") for each in crowd]
            timed(page[: people // 4], at_once)  # every worker has loaded the questionnaire
            result[at_once] = {"page": timed(page, at_once), "page bytes": page[0]()}
            hand_in = [
                lambda each=each: each.send("POST", "/answer/send", f"csrf_token={each.token}")
                for each in crowd
            ]
            result[at_once]["submission"] = timed(hand_in, at_once)
            for each in crowd:
                each.connection.close()
    home.database.close()
    return result


def issued(home: Installation, number: int) -> Sequence[str]:
    """Codes of a fresh open wave."""
    today = datetime.now(UTC).date()
    place = communities.add(home.database, "Benchmark", "unit", "skole", None)
    reference = library.shipped()[0]
    dates = {"opens_on": today - timedelta(1), "closes_on": today + timedelta(7)}
    plan = waves.Plan(place.key, "Now", reference, "nb", number, **dates)
    wave = sealing.open_wave(home.database, home.keys, waves.draft(home.database, plan).key)
    return issuing.issue(home.database, home.keys, wave.key, number)


def make_raw(database: str) -> None:
    """Boxes for `raw` in a new SQLite file, or in a table of a PostgreSQL database."""
    boxes = [(n, os.urandom(BOX)) for n in range(SHARDS)]
    if database.startswith("postgresql"):
        with psycopg.connect(database) as made:
            made.execute("CREATE TABLE raw_box (shard integer PRIMARY KEY, content bytea)")
            made.cursor().executemany("INSERT INTO raw_box VALUES (%s, %s)", boxes)
    else:
        with closing(sqlite3.connect(database)) as file:
            file.execute("PRAGMA journal_mode = WAL")
            file.execute("CREATE TABLE raw_box (shard INTEGER PRIMARY KEY, content BLOB)")
            file.executemany("INSERT INTO raw_box VALUES (?, ?)", boxes)
            file.commit()


@cache
def raw(database: str) -> Act:
    """A durable transaction by the bare driver: read one box, replace it."""
    return raw_postgres(database) if database.startswith("postgresql") else raw_sqlite(database)


def raw_sqlite(database: str) -> Act:
    """The transaction on SQLite, as durable as ours, and one writer at a time."""
    local, turn = threading.local(), threading.Lock()

    def act() -> None:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(database, timeout=30, isolation_level=None)
            local.connection.execute("PRAGMA synchronous = FULL")
            local.connection.execute("PRAGMA secure_delete = ON")
        shard, run = secrets.randbelow(SHARDS), local.connection.execute
        with turn:
            run("BEGIN IMMEDIATE")
            run("SELECT content FROM raw_box WHERE shard = ?", (shard,)).fetchone()
            run("UPDATE raw_box SET content = ? WHERE shard = ?", (os.urandom(BOX), shard))
            run("COMMIT")

    return act


def raw_postgres(database: str) -> Act:
    """The same on PostgreSQL."""
    local = threading.local()

    def act() -> None:
        if not hasattr(local, "connection"):
            local.connection = psycopg.connect(database)
        shard, run = secrets.randbelow(SHARDS), local.connection.execute
        run("SELECT content FROM raw_box WHERE shard = %s FOR UPDATE", (shard,)).fetchone()
        run("UPDATE raw_box SET content = %s WHERE shard = %s", (os.urandom(BOX), shard))
        local.connection.commit()

    return act


def main(people: int) -> None:
    """Print everything as JSON."""
    told: Told = {"cores": os.cpu_count(), "people": people}
    with tempfile.TemporaryDirectory() as name, server() as running, database_in(running) as url:
        folder = Path(name)
        for engine, workers, threads in (("sqlite", 1, 16), ("postgresql", 4, 8)):
            home = folder / engine
            home.mkdir()
            sqlite = engine == "sqlite"
            address = f"sqlite:///{home}/k.db" if sqlite else url.replace("ql:", "ql+psycopg:", 1)
            beside = f"{home}/raw.db" if sqlite else url
            told[engine] = survey_route(people, address, home)
            make_raw(beside)
            told[engine] |= bare_routes(people, beside, workers, threads)
            told[engine]["bare driver"] = {n: timed([raw(beside)] * people, n) for n in AT_ONCE}
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
