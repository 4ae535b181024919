"""Kill parts of a running installation while people answer, round after round, and count whom it cost.

    python -m benchmarks.kills sqlite|postgresql [--rounds 200] [--people 32] [--redis] [--minutes M]

In each round so many people come at once with a code each, by the pages, and somewhere in between one part is
killed by SIGKILL: the server, one of its processes, the worker, the database, Redis, or everything at once.
What is ours is started again by nothing but the rules of the units in `docs/operators.md`, and Redis by those
of Debian's unit. Debian's unit of PostgreSQL starts nothing again that was killed, so it is started by hand
after up to eight seconds. People try again
when they get no reply or a page that says so (503); any other fault is counted. At the end the urn is
opened, and every answer that was acknowledged on screen has to be there once, and nobody else's.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path

from benchmarks.killed_postgres import KilledPostgres
from benchmarks.submission import free_port
from benchmarks.supervisor import Rules, Service, kill
from instruments.answers import encode
from instruments.problems import Unavailable
from survey.collection import code_issuing, lifecycle, sealing
from survey.collection.access_codes import parse
from survey.collection.urn import Urn, unseal
from survey.operations import verification
from survey.operations.installation import Installation
from survey.settings import Settings
from survey.store.repositories import job_counts, jobs, units, urns
from survey.store.repositories import sealed as sealed_waves
from tests.survey.collection.hammered import Patient, answers_of
from tests.waves import but_drawn, kept_sums, opened, sealed, simulated, version

SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105 - nobody else's
PATIENCE = 120.0  # seconds, after which somebody is said to be unserved
LONGEST_OUTAGE = 8.0
ROUNDS_OF_A_JOB = 20
WRONG = ("unserved", "lost", "doubled", "altered or nobody's", "sums differ", "jobs failed", "jobs left")
TARGETS = {
    "sqlite": ("server", "server process", "worker", "everything"),
    "postgresql": ("server", "server process", "worker", "database", "database process", "everything"),
}


class Timed(Patient):
    """Somebody who tries again when told to, and remembers how long it took."""

    def __init__(self, port: int, code: str, told: int) -> None:
        super().__init__(port, code, told)
        self.tries = 0
        self.waited = 0.0

    def insist(self, drawn: random.Random) -> bool:
        """Hand in until it is acknowledged; return whether it was within PATIENCE."""
        began = time.monotonic()
        while self.waited < PATIENCE:
            self.tries += 1
            try:
                self.walk(send_again=self.tries > 1 and drawn.random() < 1 / 2)
            except (OSError, HTTPException):
                self.connection.close()
                time.sleep(drawn.uniform(0.05, 0.5))
                if drawn.random() < 1 / 3:
                    self.cookies.clear()
                self.waited = time.monotonic() - began
            else:
                self.waited = time.monotonic() - began
                self.tell("acknowledged")
                return True
        return False


class Site:
    """An installation that is served: its two services, its database, and people with codes."""

    def __init__(self, folder: Path, engine: str, people: int, *, with_redis: bool) -> None:
        self.postgres = KilledPostgres(folder / "pg") if engine == "postgresql" else None
        address = self.postgres.address("kills") if self.postgres else f"sqlite:///{folder / 'kills.db'}"
        port = free_port()
        given = {
            "KJENNETEGN_DATABASE": address,
            "KJENNETEGN_KEYS": str(folder / "keys"),
            "KJENNETEGN_SECRET": SECRET,
            "KJENNETEGN_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "KJENNETEGN_FILES": str(folder / "files"),
        }
        queue = free_port()
        if with_redis:
            given["KJENNETEGN_QUEUE"] = f"redis://127.0.0.1:{queue}/0"
        self.port, self.settings = port, Settings.from_environment(given)
        command = [sys.executable, "-m", "survey.cli"]
        environment = {**os.environ, **given}
        subprocess.run([*command, "set-up"], env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own
        self.home = Installation.on(self.settings)
        self.town = units.add(self.home.database, "By", "municipality", None, None)
        for number in range(3):
            units.add(self.home.database, f"Enhet {number}", "workplace", "skole", self.town.key)
            sealed(self.home, simulated(12), unit=f"Enhet {number}")
        today = datetime.now(UTC).date()
        dates = {"opens_on": today - timedelta(1), "closes_on": today + timedelta(2)}
        self.wave = opened(self.home, invited=people, **dates)
        self.codes = code_issuing.issue(self.home.database, self.home.keys, self.wave.key, people)
        rules = Rules.shipped()
        serving = [*command, "serve", "--host", "127.0.0.1", "--port", str(port)]
        self.server = Service("server", serving, environment, folder / "serve.log", rules)
        working = [*command, "worker"]
        self.worker = Service("worker", working, environment, folder / "worker.log", rules)
        self.services, self.targets = [self.server, self.worker], TARGETS[engine]
        self.longest_outage = LONGEST_OUTAGE
        if with_redis:
            storing = ["redis-server", "--port", str(queue), "--bind", "127.0.0.1", "--save", ""]
            own = Rules(restart="always")  # as Debian's unit has it
            self.queue = Service("queue", storing, environment, folder / "queue.log", own)
            self.services.insert(0, self.queue)
            self.targets = (*self.targets, "queue")

    def strike(self, target: str, drawn: random.Random) -> None:
        """Kill one part, or all of them."""
        pause = drawn.uniform(0, self.longest_outage)
        if target in {"server", "everything"}:
            kill(self.server.members()[:1])
        if target == "server process":
            kill(drawn.sample(self.server.members()[1:], min(1, len(self.server.members()[1:]))))
        if target in {"worker", "everything"}:
            kill(self.worker.members())
        if target == "queue":
            kill(self.queue.members())
        if target == "database process" and self.postgres:
            self.postgres.kill_process(drawn)
        if target in {"database", "everything"} and self.postgres:
            self.postgres.kill(pause)

    def order_reports(self) -> None:
        """Let the worker have something to do, if the database answers just now."""
        asked = {"unit": self.town.key, "reader": "owner", "languages": "nb"}
        with suppress(Unavailable):
            jobs.add(self.home.database, "reports-under", asked, now=int(time.time()))

    def close(self) -> None:
        """End what is not one of our services."""
        self.home.database.close()
        if self.postgres:
            self.postgres.stop()


@dataclass
class Outcome:
    """What the rounds cost people."""

    struck: Counter[str] = field(default_factory=Counter)
    tries: int = 0
    unserved: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    longest: float = 0.0


def play(
    site: Site, rounds: int, people: int, drawn: random.Random, log: Path, *, until: float = float("inf")
) -> Outcome:
    """Let people come in rounds until then, kill something in each, and note what became of them."""
    told = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    outcome, targets = Outcome(), site.targets
    for number in range(rounds):
        if number % ROUNDS_OF_A_JOB == 0:
            site.order_reports()
        if time.monotonic() > until:
            break
        codes = site.codes[number * people : (number + 1) * people]
        with ThreadPoolExecutor(people) as crowd:
            served = [crowd.submit(_serve, site.port, code, told, drawn.random()) for code in codes]
            time.sleep(drawn.uniform(0, 1.5))
            target = targets[number % len(targets)]
            outcome.struck[target] += 1
            site.strike(target, drawn)
            for code, done in zip(codes, served, strict=True):
                _note(outcome, code, done)
        _progress(number + 1, rounds, target, outcome)
        if any(each.given_up for each in site.services):
            outcome.faults.append("a unit was started too often and is given up")
            break
    os.close(told)
    return outcome


def _serve(port: int, code: str, told: int, seed: float) -> tuple[bool, Timed]:
    person = Timed(port, code, told)
    try:
        return person.insist(random.Random(seed)), person
    finally:
        person.connection.close()


def _note(outcome: Outcome, code: str, done: Future[tuple[bool, Timed]]) -> None:
    try:
        served, person = done.result()
    except Exception as error:  # noqa: BLE001 - whatever a person met is told, and the others go on
        outcome.faults.append(f"{code}: {error}")
        return
    outcome.tries += person.tries
    outcome.longest = max(outcome.longest, person.waited)
    if not served:
        outcome.unserved.append(code)


def _progress(number: int, rounds: int, target: str, outcome: Outcome) -> None:
    if number % 10 == 0 or number == rounds:
        said = f"{number}/{rounds} after killing {target}: {len(outcome.unserved)} unserved,"
        cost = f"{len(outcome.faults)} faults, longest {outcome.longest:.1f} s"
        print(said, cost, file=sys.stderr, flush=True)


def lost_and_doubled(site: Site, log: Path) -> dict[str, int]:
    """Open the urn and seal the wave: whose answers are missing, and what is there that nobody sent."""
    lines = [line.split() for line in log.read_text("utf-8").splitlines()]
    sent, acknowledged = ({code for said, code in lines if said == word} for word in ("sent", "acknowledged"))
    home, wave = site.home, site.wave
    urn, private = Urn(wave.key, home.keys.urn(wave.key)), home.keys.private(wave.key)
    with home.database.reading() as connection:
        boxes = urns.boxes(connection, wave.id)
    entries = [each for shard, box in boxes.items() for each in urn.entries(shard, box).items()]
    held = {entry: unseal(private, wave.key, stored) for entry, stored in entries}
    asked = version()
    expected = {urn.entry_id(parse(code)): encode(answers_of(code, asked)) for code in sent}
    arrived = [code for code in sent if urn.entry_id(parse(code)) in held]
    lifecycle.close(home.database, wave.key)
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    kept = but_drawn(sealed_waves.of_wave(home.database, wave).moments)
    return {
        "acknowledged": len(acknowledged),
        "lost": len({urn.entry_id(parse(code)) for code in acknowledged} - held.keys()),
        "doubled": len(entries) - len(held),
        "altered or nobody's": len(held.items() - expected.items()),
        "sums differ": int(kept != kept_sums(home, [answers_of(code, asked) for code in arrived])),
    }


def reports_made(site: Site) -> dict[str, int]:
    """Wait until no job is under way; how many ended how."""
    ends = time.monotonic() + PATIENCE * 5
    while job_counts.count(site.home.database).underway and time.monotonic() < ends:
        time.sleep(1)
    counted = job_counts.count(site.home.database)
    return {"jobs done": counted.done, "jobs failed": counted.failed, "jobs left": counted.underway}


def measured(
    engine: str,
    rounds: int,
    people: int,
    *,
    seed: int = 1,
    minutes_at_most: float = float("inf"),
    with_redis: bool = False,
    longest_outage: float = LONGEST_OUTAGE,
) -> dict[str, object]:
    """Play the rounds on a new installation; all that is told of them."""
    drawn = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="kills") as made:
        folder = Path(made)
        folder.chmod(0o755)  # PostgreSQL runs as another user
        site = Site(folder, engine, rounds * people, with_redis=with_redis)
        site.longest_outage = longest_outage
        for each in site.services:
            each.start()
        try:
            began = time.monotonic()
            until = began + minutes_at_most * 60
            outcome = play(site, rounds, people, drawn, folder / "log", until=until)
            minutes = (time.monotonic() - began) / 60
            jobs_ended = reports_made(site)
        finally:
            ended = {each.name: each.stop() for each in reversed(site.services)}
        try:
            return {
                "database": engine,
                "rounds": sum(outcome.struck.values()),
                "struck": dict(outcome.struck),
                "minutes": round(minutes, 1),
                "tries": outcome.tries,
                "longest wait, s": round(outcome.longest, 1),
                "unserved": len(outcome.unserved),
                **lost_and_doubled(site, folder / "log"),
                **jobs_ended,
                "starts": {each.name: each.starts for each in site.services},
                "ended": ended,
                "faults": outcome.faults[:20],
                "codes in the logs": logged(folder),
                "verify": [
                    f"{each.code} {each.place}"
                    for each in verification.find_problems(replace(site.settings, queue=""))
                ],
            }
        finally:
            site.close()


def logged(folder: Path) -> dict[str, int]:
    """How often each event and code stands in the services' logs; of others the beginning."""
    found: Counter[str] = Counter()
    for name in ("serve.log", "worker.log"):
        for line in (folder / name).read_text("utf-8").splitlines():
            try:
                said = json.loads(line)
                found[f"{name} {said.get('event')} {said.get('code', '')}".strip()] += 1
            except ValueError:
                found[f"{name} {line[:80]}"] += 1
    return dict(found.most_common())


def main() -> int:
    """Measure on one database and tell; the status is 0 where it cost nobody anything."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("database", choices=tuple(TARGETS))
    asked.add_argument("--rounds", type=int, default=200)
    asked.add_argument("--people", type=int, default=32)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--redis", action="store_true", help="let Redis wake the worker, and kill it too")
    asked.add_argument("--minutes", type=float, default=float("inf"), help="begin no round after so long")
    given = asked.parse_args()
    how = {"seed": given.seed, "minutes_at_most": given.minutes, "with_redis": given.redis}
    told = measured(given.database, given.rounds, given.people, **how)
    print(json.dumps(told, indent=1, ensure_ascii=False))
    return int(any(told[name] for name in (*WRONG, "faults", "verify")))


if __name__ == "__main__":
    sys.exit(main())
