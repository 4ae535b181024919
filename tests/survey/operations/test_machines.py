"""Two machines with disks of their own behind a proxy: servers, workers, database and queue are killed."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from instruments.answers import encode
from instruments.problems import Unavailable
from survey import job_files
from survey.background import jobs
from survey.background.tasks import report_jobs
from survey.collection import code_issuing, lifecycle, sealing
from survey.collection.access_codes import parse
from survey.collection.urn import Urn, unseal
from survey.store.database import connect
from survey.store.repositories import jobs as rows
from survey.store.repositories import sealed as sealed_waves
from survey.store.repositories import units, urns
from tests.buckets import IN_A_NAMED_ONE
from tests.keys import note
from tests.paths import REPOSITORY
from tests.postgres import create_database, stopped_server
from tests.redis_server import redis_server
from tests.survey.collection.hammered import Patient, answers_of
from tests.survey.collection.test_crashes import free_port
from tests.survey.operations.proxy import proxy
from tests.waves import (
    but_drawn,
    kept_sums,
    opened,
    release_below,
    sealed,
    simulated,
    version,
)

PEOPLE = 12
UNITS, LANGUAGES = 10, "nb nn en"
REPORTS = UNITS * len(LANGUAGES.split())
BETWEEN = 0.3  # seconds until the next one comes, on average
PATIENCE = 150  # seconds


class Machine:
    """A server and a worker that share what is named in the settings, and nothing else."""

    def __init__(self, settings, folder, name):
        self.port, self.place, self.log = free_port(), folder / name, folder / f"{name}.printed"
        (self.place / "tmp").mkdir(parents=True)
        self.log.touch()
        own = {"TMPDIR": str(self.place / "tmp"), "PYTHONPATH": str(REPOSITORY), "HOME": str(self.place)}
        self.environment = {**os.environ, **settings.to_environment(), **own}
        self.running = {}

    def start(self, kind):
        named = self.port if kind == "serve" else self.log
        with (self.place / f"{kind}.log").open("a") as log:
            self.running[kind] = subprocess.Popen(  # noqa: S603 - our own words
                [sys.executable, "-m", "tests.survey.operations.machine", kind, str(named)],
                cwd=self.place,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, kind):
        """Kill it with all its processes at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.running[kind].pid, signal.SIGKILL)
        self.running[kind].wait()

    def end(self):
        for kind in self.running:
            self.kill(kind)


def until(happened, what):
    ends = time.monotonic() + PATIENCE
    while True:
        # a connection of before the database was killed says so once
        with suppress(Unavailable):
            if happened():
                return
        assert time.monotonic() < ends, what
        time.sleep(0.05)


@pytest.fixture
def postgres():
    """A PostgreSQL of this test alone, which it kills."""
    with stopped_server() as server:
        server.start()
        yield server


@pytest.fixture
def database_url(postgres):
    name = create_database(postgres.address, "template1")
    made = connect(postgres.address.format(name=name).replace("postgresql:", "postgresql+psycopg:"))
    made.migrate(note)
    made.close()
    return made.engine.url.render_as_string()


@pytest.fixture
def asked(home):
    """An order of reports that take longer than it does to kill both workers once."""
    top = units.add(home.database, "Fjordby", "municipality", None, None)
    for number in range(UNITS):
        name = f"Enhet {number:02}"
        units.add(home.database, name, "workplace", "skole", top.key)
        sealed(home, simulated(12, number), unit=name, invited=14)
    release_below(home, top.key)
    work = {"unit": top.key, "reader": "owner", "languages": LANGUAGES}
    return rows.add(home.database, report_jobs.KIND, work, now=jobs.seconds())


class People:
    """So many people at once, who come one after the other until they are told to stop."""

    def __init__(self, port, codes, told):
        self.stopping, self.faults = threading.Event(), []
        self.told = os.open(told, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.threads = [
            threading.Thread(target=self.come, args=(port, codes[each::PEOPLE], each), daemon=True)
            for each in range(PEOPLE)
        ]
        for each in self.threads:
            each.start()

    def come(self, port, codes, seed):
        drawn = random.Random(seed)  # noqa: S311 - simulated answers need no secrecy
        try:
            for code in codes:
                if self.stopping.is_set():
                    return
                person = Patient(port, code, self.told)
                with closing(person.connection):
                    person.insist(drawn)
                # as fast as they can they would leave no time to make reports
                time.sleep(drawn.uniform(0, 2 * BETWEEN))
        except Exception as error:  # noqa: BLE001 - the test says it
            self.faults.append(repr(error))

    def stop(self):
        self.stopping.set()
        for each in self.threads:
            each.join(PATIENCE)
        os.close(self.told)


def strike(machines, queue, postgres):
    """Kill one after the other, and start each again a moment later; Redis is left to the caller."""
    for machine in machines:
        for kind in ("worker", "serve"):
            time.sleep(0.5)
            machine.kill(kind)
            time.sleep(0.5)
            machine.start(kind)
    time.sleep(0.5)
    # at once: no client is told, and nothing is put in order
    postgres.stop(signal.SIGQUIT)
    time.sleep(0.5)
    postgres.start()
    queue.kill()
    queue.wait()
    time.sleep(1)


def said(told, word):
    lines = [line.split() for line in told.read_text().splitlines()]
    return {code for what, code in lines if what == word}


@IN_A_NAMED_ONE
@pytest.mark.longest
def test_no_answer_and_no_report_is_lost_or_doubled_when_machines_are_killed(
    home, settings, asked, postgres, tmp_path
):
    today = datetime.now(UTC).date()
    wave = opened(home, invited=4000, opens_on=today - timedelta(1), closes_on=today + timedelta(1))
    codes = code_issuing.issue(home.database, home.keys, wave.key, 4000)
    front, queue_port, told = free_port(), free_port(), tmp_path / "told"
    shared = replace(
        settings,
        public_url=f"http://127.0.0.1:{front}",
        files=tmp_path / "shared",
        queue=f"redis://127.0.0.1:{queue_port}/0",
    )
    machines = [Machine(shared, tmp_path, name) for name in ("one", "other")]
    with ExitStack() as ending:
        for each in machines:
            ending.callback(each.end)
        queue = ending.enter_context(redis_server(queue_port, tmp_path))
        ending.enter_context(proxy(front, [each.port for each in machines]))
        for each in machines:
            each.start("serve")
        people = People(front, codes, told)
        until(lambda: len(said(told, "acknowledged")) > PEOPLE, "nobody is served")
        for each in machines:
            each.start("worker")
        until(lambda: rows.by_key(home.database, asked.key).done > 2, "no report is made")
        strike(machines, queue, postgres)
        ending.enter_context(redis_server(queue_port, tmp_path))
        until(lambda: not rows.by_key(home.database, asked.key).is_underway, "the reports are not made")
        before = len(said(told, "acknowledged"))
        until(lambda: len(said(told, "acknowledged")) > before + PEOPLE, "nobody is served any more")
        people.stop()
    assert people.faults == []
    _assert_each_report_is_there_once(home, shared, asked, [each.log for each in machines])
    _assert_each_answer_counts_once(home, wave, told)


def _assert_each_report_is_there_once(home, shared, asked, logs):
    done = rows.by_key(home.database, asked.key)
    assert (done.state, done.done, done.total) == ("done", REPORTS, REPORTS)
    made = job_files.at(shared).folder(asked.key).file(done.result)
    with made.open() as opened, zipfile.ZipFile(opened) as packed:
        reports = [name for name in packed.namelist() if name.endswith(".pdf")]
        assert packed.testzip() is None
    assert len(reports) == len(set(reports)) == REPORTS
    printed = [line for log in logs for line in log.read_text().splitlines()]
    assert len(set(printed)) == REPORTS
    # one report at the most was in hand at each kill of a worker, and is begun again
    assert len(printed) <= REPORTS + 2
    assert all(log.read_text() for log in logs)


def _assert_each_answer_counts_once(home, wave, told):
    urn, private = Urn(wave.key, home.keys.urn(wave.key)), home.keys.private(wave.key)
    with home.database.reading() as connection:
        boxes = urns.boxes(connection, wave.id)
    held = {
        entry: unseal(private, wave.key, stored)
        for shard, box in boxes.items()
        for entry, stored in urn.entries(shard, box).items()
    }
    asked, sent = version(), said(told, "sent")
    expected = {urn.entry_id(parse(code)): encode(answers_of(code, asked)) for code in sent}
    assert {urn.entry_id(parse(code)) for code in said(told, "acknowledged")} <= held.keys()
    assert held.items() <= expected.items()
    lifecycle.close(home.database, wave.key)
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    people = [answers_of(code, asked) for code in sent if urn.entry_id(parse(code)) in held]
    kept = sealed_waves.of_wave(home.database, wave).moments
    assert but_drawn(kept) == kept_sums(home, people)
