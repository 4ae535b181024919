"""A PostgreSQL that benchmarks kill, as a machine that loses its power would."""

import os
import random
import shutil
import subprocess
import time
from pathlib import Path

import psycopg

from benchmarks.supervisor import kill
from tests import postgres


class KilledPostgres:
    """A PostgreSQL of its own that is killed and started again."""

    def __init__(self, home: Path) -> None:
        self.home, self.data = home, home / "data"
        self.as_whom = {"user": postgres.UNPRIVILEGED, "extra_groups": []} if os.getuid() == 0 else {}
        home.mkdir(mode=0o755)
        self.tools = postgres._reachable(postgres.binaries(), home, self.as_whom)  # noqa: SLF001 - the suite's own
        self.data.mkdir(mode=0o700)
        if self.as_whom:
            for place in (home, self.data):
                shutil.chown(place, postgres.UNPRIVILEGED)
        postgres._initialise(self.tools, self.data, self.as_whom)  # noqa: SLF001 - the suite's own
        self.process = self._started()
        postgres._await(home, self.process)  # noqa: SLF001 - the suite's own
        with psycopg.connect(f"{self.address('postgres')}", autocommit=True) as connection:
            connection.execute("CREATE DATABASE kills")

    def address(self, name: str) -> str:
        """Return the URL of a database on it."""
        return f"postgresql://kjennetegn@/{name}?host={self.home}"

    def _started(self) -> subprocess.Popen[bytes]:
        options = [f"unix_socket_directories={self.home}", "listen_addresses=", "max_connections=200"]
        said = [part for each in options for part in ("-c", each)]
        command = [self.tools / "postgres", "-D", self.data, *said]
        with (self.home / "log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **self.as_whom)  # noqa: S603 - our own

    def kill(self, pause: float) -> None:
        """End it without any warning, and start it again after a pause, however often that takes."""
        kill([self.process.pid])
        self.process.wait()
        time.sleep(pause)
        while True:  # its own processes hold its memory for a moment longer
            self.process = self._started()
            try:
                postgres._await(self.home, self.process)  # noqa: SLF001 - the suite's own
            except RuntimeError:
                self.process.wait()
                time.sleep(0.2)
            else:
                return

    def kill_process(self, drawn: random.Random) -> None:
        """End one of its processes that serves us: it then ends all others and recovers by itself."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        serving = [each for each in children if b"kills" in Path(f"/proc/{each}/cmdline").read_bytes()]
        kill([int(each) for each in drawn.sample(serving, min(1, len(serving)))])

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait()
