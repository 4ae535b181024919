"""How fast staff get the first form page and hand in answers, beside what the machine can do at best.

    python -m benchmarks.submission [PEOPLE]

Two limits stand beside our figures: a bare Flask route under the same server, and durable transactions of
the same size through the bare driver. Everything runs on this machine, client included, over loopback.
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
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask

from instruments import library
from survey import issuing, sealing
from survey.installation import Installation
from survey.settings import Settings
from survey.store.repositories import communities, waves
from tests.postgres import database_in, server

AT_ONCE = (1, 8, 32)
SHARDS = 16
bare = Flask("bare")

Act = Callable[[], object]
Told = dict[Any, Any]


@bare.get("/")
def nothing() -> str:
    """The least a Flask route can do."""
    return "ok"


class Person:
    """One respondent's connection and cookie."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.token = ""

    def send(self, method: str, path: str, body: str = "") -> int:
        """The size of the reply, head and body; keeps its cookies and its form's token."""
        head = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            head["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body, head)
            reply = self.connection.getresponse()
        except RemoteDisconnected:  # idle for too long: like a browser, ask once more
            self.connection.close()
            self.connection.request(method, path, body, head)
            reply = self.connection.getresponse()
        text = reply.read()
        if reply.status >= 400:  # noqa: PLR2004 - HTTP's own number
            raise RuntimeError(f"{method} {path}: {reply.status}")
        for set_cookie in reply.headers.get_all("Set-Cookie") or []:
            name, _, value = set_cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        found = re.search(rb'name="?csrf_token"?[^>]*value="?([^" >]+)', text)
        self.token = found[1].decode() if found else self.token
        return len(text) + sum(len(name) + len(value) + 4 for name, value in reply.headers.items())


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


def bare_route(people: int, workers: int, threads: int) -> Told:
    """The limit of the server and Flask."""
    port = free_port()
    result: Told = {}
    options = ["-w", str(workers), "--threads", str(threads), "-k", "gthread", "-b", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "gunicorn", *options, "benchmarks.submission:bare"]
    with serving(command, {}, port):
        for at_once in AT_ONCE:
            crowd = [Person(port) for _ in range(people)]
            timed([lambda each=each: each.send("GET", "/") for each in crowd], at_once)
            result[at_once] = timed([lambda each=each: each.send("GET", "/") for each in crowd], at_once)
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


def raw_sqlite(path: Path, size: int) -> Act:
    """A durable transaction on SQLite by the bare driver: read one blob, replace it."""
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("CREATE TABLE box (shard INTEGER PRIMARY KEY, content BLOB)")
        made.executemany("INSERT INTO box VALUES (?, ?)", [(n, os.urandom(size)) for n in range(SHARDS)])
        made.commit()
    local, turn = threading.local(), threading.Lock()

    def act() -> None:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(path, timeout=30, isolation_level=None)
            local.connection.execute("PRAGMA synchronous = FULL")
            local.connection.execute("PRAGMA secure_delete = ON")
        shard = secrets.randbelow(SHARDS)
        with turn:
            local.connection.execute("BEGIN IMMEDIATE")
            local.connection.execute("SELECT content FROM box WHERE shard = ?", (shard,)).fetchone()
            local.connection.execute("UPDATE box SET content = ? WHERE shard = ?", (os.urandom(size), shard))
            local.connection.execute("COMMIT")

    return act


def raw_postgres(url: str, size: int) -> Act:
    """The same on PostgreSQL."""
    with psycopg.connect(url) as made:
        made.execute("CREATE TABLE IF NOT EXISTS raw_box (shard integer PRIMARY KEY, content bytea)")
        rows = [(n, os.urandom(size)) for n in range(SHARDS)]
        made.cursor().executemany("INSERT INTO raw_box VALUES (%s, %s) ON CONFLICT DO NOTHING", rows)
    local = threading.local()

    def act() -> None:
        if not hasattr(local, "connection"):
            local.connection = psycopg.connect(url)
        shard = secrets.randbelow(SHARDS)
        run = local.connection.execute
        run("SELECT content FROM raw_box WHERE shard = %s FOR UPDATE", (shard,)).fetchone()
        run("UPDATE raw_box SET content = %s WHERE shard = %s", (os.urandom(size), shard))
        local.connection.commit()

    return act


def main(people: int) -> None:
    """Print everything as JSON."""
    size = 40 + 6 + 32 * (16 + 48 + 36)
    told: Told = {"cores": os.cpu_count(), "people": people}
    with tempfile.TemporaryDirectory() as name, server() as running, database_in(running) as url:
        folder = Path(name)
        for engine, workers, threads in (("sqlite", 1, 16), ("postgresql", 4, 8)):
            home = folder / engine
            home.mkdir()
            sqlite = engine == "sqlite"
            address = f"sqlite:///{home}/k.db" if sqlite else url.replace("ql:", "ql+psycopg:", 1)
            told[engine] = survey_route(people, address, home)
            told[engine]["bare route"] = bare_route(people, workers, threads)
            act = raw_sqlite(home / "raw.db", size) if sqlite else raw_postgres(url, size)
            told[engine]["bare driver"] = {n: timed([act] * people, n) for n in AT_ONCE}
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
