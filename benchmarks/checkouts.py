"""How fast checkouts of this repository serve a form page and take answers, measured in turns.

    python -m benchmarks.checkouts sqlite|postgresql AT_ONCE [HEATS] CHECKOUT…

A checkout is a folder that holds this repository, for example a worktree with one thing taken out. All of
them are served at the same time and take turns in a random order, so that a busy moment meets them alike.
Rates are told in shares of the first checkout's of the same turn: the median, and the quarters around it.
The milliseconds of processor time are the server's own, without the database's and the client's.
"""

import json
import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.crowd import Person, Tally
from benchmarks.submission import free_port, issued, serving
from instruments.problems import Refused
from survey.operations.installation import Installation
from survey.operations.set_up import set_up
from survey.settings import Settings
from tests.postgres import database_in, server

PEOPLE = 64  # in a turn
KINDS = ("form page", "submission")
ISSUE = "from benchmarks.checkouts import issue; issue({})"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Served:
    """A checkout that is served, with the codes nobody has used yet, and what was measured of it."""

    name: str
    port: int
    process: int
    codes: list[str]
    rates: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(KINDS, 0.0))

    def take_turn(self, at_once: int) -> None:
        """Let new people read the first form page, all of them twice, and then send their answers."""
        people = [Person(self.port) for _ in range(PEOPLE)]
        for person in people:
            person.send("GET", f"/c/{self.codes.pop()}")
        pages = [partial(each.send, "GET", "/answer/1") for each in people]
        Tally().time(pages[:at_once], at_once)
        self._measure("form page", [pages, pages], at_once)
        for person in people:
            person.answer()
        send = [partial(each.send, "POST", "/answer/send", f"csrf_token={each.token}") for each in people]
        self._measure("submission", [send], at_once)
        for person in people:
            person.connection.close()

    def _measure(self, kind: str, rounds: Sequence[Sequence[partial[int]]], at_once: int) -> None:
        tally, before = Tally(), self._processor_seconds()
        for acts in rounds:
            tally.time(acts, at_once)
        self.seconds[kind] += self._processor_seconds() - before
        self.rates[kind].append(tally.rate)

    def _processor_seconds(self) -> float:
        return sum(_processor_seconds(process) for process in (self.process, *_children(self.process)))

    def told(self, first: "Served", heats: int) -> Iterator[tuple[str, str]]:
        """Yield rate, share of the first checkout's rate, and processor time, by kind."""
        for kind, times in zip(KINDS, (2, 1), strict=True):
            pairs = zip(self.rates[kind], first.rates[kind], strict=True)
            low, middle, high = statistics.quantiles([ours / theirs for ours, theirs in pairs], n=4)
            spent = 1000 * self.seconds[kind] / (times * heats * PEOPLE)
            rate = statistics.median(self.rates[kind])
            yield kind, f"{rate:.0f}/s · {middle:.2f} ({low:.2f}-{high:.2f}) · {spent:.2f} ms of a processor"


def _children(process: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()]


def _processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def issue(number: int) -> None:
    """Print codes of a new open wave in the installation of the environment, as JSON."""
    settings = Settings.from_environment(os.environ)
    with suppress(Refused):  # made by an earlier heat
        set_up(settings)
    codes = issued(Installation.on(settings), number)
    print(json.dumps([str(code) for code in codes]))


def start(stack: ExitStack, checkout: Path, database: str, keys: Path, number: int) -> Served:
    """Serve a checkout on a database of its own until the stack ends."""
    port = free_port()
    environment = {
        "KJENNETEGN_DATABASE": database,
        "KJENNETEGN_KEYS": str(keys),
        "KJENNETEGN_SECRET": secrets.token_hex(),
        "KJENNETEGN_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    made = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", ISSUE.format(number)],
        env={**os.environ, **environment},
        cwd=checkout,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    command = [sys.executable, "-m", "survey.cli", "serve", "--port", str(port)]
    process = stack.enter_context(serving(command, environment, port, checkout))
    return Served(checkout.name, port, process, json.loads(made.stdout.splitlines()[-1]))


def main(engine: str, at_once: int, heats: int, checkouts: Sequence[Path]) -> None:
    """Print the table."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        running = stack.enter_context(server()) if engine == "postgresql" else None
        served = []
        for number, checkout in enumerate(checkouts):
            database = f"sqlite:///{folder}/{number}.db"
            if running is not None:
                database = stack.enter_context(database_in(running))
            keys = folder / f"keys-{number}"
            served.append(start(stack, checkout.resolve(), database, keys, heats * PEOPLE))
        for _ in range(heats):
            for each in random.sample(served, len(served)):
                each.take_turn(at_once)
    for each in served:
        for kind, told in each.told(served[0], heats):
            print(f"{each.name:24} {kind:12} {told}")


if __name__ == "__main__":
    engine, at_once, *rest = sys.argv[1:]
    heats = int(rest.pop(0)) if rest[0].isdigit() else 12
    main(engine, int(at_once), heats, [Path(each) for each in rest])
