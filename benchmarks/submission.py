"""How fast staff get the first form page and hand in answers, beside what the machine can do at best.

    python -m benchmarks.submission [PEOPLE]

Three limits stand beside our figures: a bare Flask route under the same server, durable transactions of the
same size through the bare driver (which no browser asks for), and a bare Flask route that does just that
transaction. They take turns within each run, so that a busy moment meets all of them alike. Everything runs
on this machine, client included, over loopback.
"""

import json
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import psycopg
from flask import Flask, redirect, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from benchmarks.crowd import Act, Person, Tally, Told
from instruments import library
from survey.collection import code_issuing, drafting, lifecycle, planning
from survey.operations.installation import Installation
from survey.operations.set_up import set_up
from survey.settings import Settings
from survey.store.repositories import units
from tests.postgres import database_in, server

AT_ONCE = (1, 8, 32)
SHARDS = 16
HEATS = 4
KINDS = ("form page", "bare route", "submission", "bare route to disk", "bare driver")
RATIOS = (
    ("form page", "bare route"),
    ("submission", "bare driver"),
    ("submission", "bare route to disk"),
    ("bare route to disk", "bare driver"),
)
BOX = 40 + 6 + 32 * (16 + 48 + 36)  # bytes: what one submission reads and replaces
DATABASE = "BENCHMARK_DATABASE"
bare = Flask("bare")


class Kind(NamedTuple):
    """A database with the processes and threads that `kjennetegn serve` gives it."""

    name: str
    workers: int
    threads: int


SQLITE, POSTGRESQL = Kind("sqlite", 1, 16), Kind("postgresql", 4, 8)


@bare.get("/")
def nothing() -> str:
    """Do the least a Flask route can do."""
    return "ok"


@bare.post("/")
def hand_in() -> Response:
    """Do the least a Flask route can do that reads a form and puts a box on disk."""
    if not request.form.get("csrf_token"):
        raise BadRequest
    raw(os.environ[DATABASE])()
    return redirect("/", 303)


@contextmanager
def serving(
    command: Sequence[str], environment: Mapping[str, str], port: int, folder: Path | None = None
) -> Iterator[int]:
    """Start a server in a process of its own, in a folder; its process id, once it answers."""
    own = {**os.environ, **environment}
    process = subprocess.Popen(command, env=own, cwd=folder, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError("the server did not start") from None
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    """Return a port nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def both_served(
    database: str, beside: str, folder: Path, kind: Kind
) -> Iterator[tuple[int, int, Installation]]:
    """Serve the real application and the bare one; yield their ports and the real one's installation."""
    ours, bare_port = free_port(), free_port()
    settings = Settings(database, folder / "keys", secrets.token_hex(), f"http://127.0.0.1:{ours}")
    set_up(settings)
    home = Installation.on(settings)
    make_raw(beside)  # after ours, which wants its database to itself at first
    environment = {
        "KJENNETEGN_DATABASE": database,
        "KJENNETEGN_KEYS": str(settings.keys),
        "KJENNETEGN_SECRET": settings.secret,
        "KJENNETEGN_PUBLIC_URL": settings.public_url,
    }
    command = [sys.executable, "-m", "survey.cli", "serve", "--port", str(ours)]
    options = ["-w", str(kind.workers), "--threads", str(kind.threads), "-b", f"127.0.0.1:{bare_port}"]
    least = [sys.executable, "-m", "gunicorn", "-k", "gthread", *options, "benchmarks.submission:bare"]
    with serving(command, environment, ours), serving(least, {DATABASE: beside}, bare_port):
        yield ours, bare_port, home
    home.database.close()


def heat(tallies: Mapping[str, Tally], at_once: int, ours: int, least: int, codes: Sequence[str]) -> int:
    """Time one act of each kind for every code, so that a busy moment meets all; return a page's bytes."""
    answering, others = [Person(ours) for _ in codes], [Person(least) for _ in codes]
    for person, code in zip(answering, codes, strict=True):
        person.send("GET", f"/c/{code}")
    nothing_done = [partial(each.send, "GET", "/") for each in others]
    page = [partial(each.send, "GET", "/answer/1") for each in answering]
    for warm in (nothing_done, page):
        Tally().time(warm, at_once)
    tallies["form page"].time(page, at_once)
    tallies["bare route"].time(nothing_done, at_once)
    size = int(page[0]())
    for each in answering:
        each.answer()
    sending = [partial(each.send, "POST", "/answer/send", f"csrf_token={each.token}") for each in answering]
    to_disk = [partial(each.send, "POST", "/", f"csrf_token={'x' * 27}") for each in others]
    tallies["submission"].time(sending, at_once)
    tallies["bare route to disk"].time(to_disk, at_once)
    tallies["bare driver"].time([raw(os.environ[DATABASE])] * len(codes), at_once)
    for each in (*answering, *others):
        each.connection.close()
    return size


def measured(database: str, beside: str, folder: Path, kind: Kind, people: int) -> Told:
    """Measure everything on one database."""
    os.environ[DATABASE] = beside
    told: Told = {}
    with both_served(database, beside, folder, kind) as (ours, least, home):
        codes = issued(home, people * len(AT_ONCE))
        for number, at_once in enumerate(AT_ONCE):
            mine, tallies = codes[number * people :][:people], {name: Tally() for name in KINDS}
            heats = [mine[start::HEATS] for start in range(HEATS)]
            size = max(heat(tallies, at_once, ours, least, each) for each in heats)
            rate = {name: tally.rate for name, tally in tallies.items()}
            ratios = {f"{one} per {limit}": round(rate[one] / rate[limit], 2) for one, limit in RATIOS}
            told[at_once] = {name: tally.told() for name, tally in tallies.items()} | ratios
            told[at_once]["page bytes"] = size
    return told


def issued(home: Installation, number: int) -> Sequence[str]:
    """Issue codes of a fresh open wave."""
    today = datetime.now(UTC).date()
    place = units.add(home.database, "Benchmark", "workplace", "skole", None)
    reference = library.shipped()[0]
    dates = {"opens_on": today - timedelta(1), "closes_on": today + timedelta(7)}
    plan = planning.Plan(place.key, "Now", reference, "nb", number, **dates)
    drafted = drafting.draft(home.database, home.keys, home.policy, plan)
    wave = lifecycle.open_wave(home.database, home.keys, home.policy, drafted.key, today)
    return code_issuing.issue(home.database, home.keys, wave.key, number)


def make_raw(database: str) -> None:
    """Make boxes for `raw` in a new SQLite file, or in a table of a PostgreSQL database."""
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
    """Run a durable transaction by the bare driver: read one box, replace it."""
    return raw_postgres(database) if database.startswith("postgresql") else raw_sqlite(database)


def raw_sqlite(database: str) -> Act:
    """Run the transaction on SQLite, as durable as ours, and one writer at a time."""
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
    """Run the same on PostgreSQL."""
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
        for engine in (SQLITE, POSTGRESQL):
            folder = Path(name) / engine.name
            folder.mkdir()
            address, beside = f"sqlite:///{folder}/k.db", f"{folder}/raw.db"
            if engine is POSTGRESQL:
                address, beside = url.replace("ql:", "ql+psycopg:", 1), url
            told[engine.name] = measured(address, beside, folder, engine, people)
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
