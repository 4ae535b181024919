"""A supervisor that does what systemd does of the units in `docs/operators.md`, and nothing else."""

import os
import re
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

DOCUMENT = Path(__file__).parent.parent / "docs" / "operators.md"
STOPPING_SECONDS = 90.0  # DefaultTimeoutStopSec
UNITS = {"s": 1.0, "sec": 1.0, "ms": 0.001, "min": 60.0, "": 1.0}


@dataclass(frozen=True)
class Rules:
    """When a unit is started again; the defaults are those of systemd."""

    restart: str = "no"
    pause: float = 0.1
    limit_seconds: float = 10.0
    limit_starts: int = 5

    @classmethod
    def shipped(cls) -> "Rules":
        """Return those of the units that the document ships."""
        text = DOCUMENT.read_text("utf-8")
        unit = text[text.index("[Unit]") : text.index("[Install]")]
        said = dict(re.findall(r"(?m)^(Restart|RestartSec|StartLimit\w+)=(.*)$", unit))
        return cls(
            restart=said.get("Restart", cls.restart),
            pause=seconds(said.get("RestartSec", "100ms")),
            limit_seconds=seconds(said.get("StartLimitIntervalSec", "10s")),
            limit_starts=int(said.get("StartLimitBurst", cls.limit_starts)),
        )


def seconds(text: str) -> float:
    """Return a span of time as systemd writes it."""
    found = re.fullmatch(r"([\d.]+) ?(\w*)", text)
    if found is None or found[2] not in UNITS:
        raise ValueError(f"no span of time: {text}")
    return float(found[1]) * UNITS[found[2]]


@dataclass
class Service:
    """A unit: one command, kept running by its rules from `start` until `stop`."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    rules: Rules
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    given_up: bool = False
    _stopping: threading.Event = field(default_factory=threading.Event)
    _keeper: threading.Thread | None = None

    def start(self) -> None:
        """Run the command, again and again as the rules say."""
        self._keeper = threading.Thread(target=self._keep, name=self.name)
        self._keeper.start()

    def stop(self) -> int | None:
        """End it as `systemctl stop` does; return how its main process ended."""
        self._stopping.set()
        process = self.process
        if process is not None and process.poll() is None:
            process.terminate()
        if self._keeper is not None:
            self._keeper.join()
        return None if process is None else process.returncode

    def members(self) -> list[int]:
        """Return the processes of the unit, its main process first."""
        process = self.process
        if process is None or process.poll() is not None:
            return []
        return [process.pid, *(each for each in _group(process.pid) if each != process.pid)]

    def _keep(self) -> None:
        recent: deque[float] = deque(maxlen=self.rules.limit_starts)
        while not self._stopping.is_set():
            if len(recent) == recent.maxlen and time.monotonic() - recent[0] < self.rules.limit_seconds:
                self.given_up = True  # start-limit-hit: nobody starts it any more
                return
            recent.append(time.monotonic())
            self.starts += 1
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(  # noqa: S603 - our own command
                    self.command, env=dict(self.environment), stderr=log, stdout=log, process_group=0
                )
            status = self.process.wait()
            _end_group(self.process.pid)
            # a service that its supervisor stopped, or that ended well, failed by nothing
            if self._stopping.is_set() or not self._is_restarted(status):
                return
            self._stopping.wait(self.rules.pause)

    def _is_restarted(self, status: int) -> bool:
        clean = status == 0 or -status in {signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGPIPE}
        return self.rules.restart == "always" or (self.rules.restart == "on-failure" and not clean)


def kill(processes: Sequence[int]) -> None:
    """End them without any warning."""
    for each in processes:
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


def _group(leader: int) -> list[int]:
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, _, group, *_ = (each / "stat").read_text().rpartition(")")[2].split()
            if int(group) == leader and state != "Z":
                found.append(int(each.name))
    return found


def _end_group(leader: int) -> None:
    """End what is left of a unit whose main process is gone: KillMode=control-group."""
    ends, asked = time.monotonic() + STOPPING_SECONDS, signal.SIGTERM
    while left := _group(leader):
        for each in left:
            with suppress(ProcessLookupError):
                os.kill(each, asked)
        if time.monotonic() > ends:
            asked = signal.SIGKILL
        time.sleep(0.02)
