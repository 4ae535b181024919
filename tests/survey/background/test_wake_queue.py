"""What wakes the workers of several machines may be away: the rows say what there is to do."""

import signal
import socket
import threading
import time
from contextlib import closing
from dataclasses import replace

import pytest
from redis import Redis

from reports.pdf import report
from survey.background import jobs
from survey.background.wake_queue import WakeQueue
from survey.operations import health, queue_state
from survey.operations.installation import Installation
from survey.store.repositories import jobs as rows
from survey.store.repositories import units
from tests.log_lines import log_lines
from tests.redis_server import redis_server
from tests.waves import ON_SQLITE, release_below, sealed, simulated

pytestmark = ON_SQLITE
PATIENCE = 60


@pytest.fixture
def port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def installation(home, settings, port):
    named = replace(settings, queue=f"redis://:hemmelig@127.0.0.1:{port}/0")
    return Installation(named, home.database, home.keys, home.policy)


@pytest.fixture
def asked(home, monkeypatch):
    monkeypatch.setattr(report, "report", lambda *_: b"%PDF")
    top = units.add(home.database, "Fjordby", "municipality", None, None)
    units.add(home.database, "Alm", "workplace", "skole", top.key)
    sealed(home, simulated(24, 2), unit="Alm", invited=30)
    release_below(home, top.key)
    work = {"unit": top.key, "reader": "owner", "languages": "nb nn"}
    return rows.add(home.database, "reports-under", work, now=jobs.seconds())


def without_password(installation, port):
    named = replace(installation.settings, queue=f"redis://127.0.0.1:{port}/0")
    return Installation(named, installation.database, installation.keys, installation.policy)


def until_done(queue, installation, job):
    ends = time.monotonic() + PATIENCE
    while rows.by_key(installation.database, job.key).is_underway:
        assert time.monotonic() < ends, "nobody did it"
        queue.sweep()
        time.sleep(0.05)
    return rows.by_key(installation.database, job.key)


def test_a_word_through_redis_wakes_a_worker_and_says_nothing_of_the_work(
    installation, port, tmp_path, asked
):
    shared = without_password(installation, port)
    with redis_server(port, tmp_path):
        announcing = WakeQueue(shared, threading.Event())
        announcing.sweep()
        with Redis(port=port) as connection:
            [name] = connection.keys()
            [word] = connection.lrange(name, 0, -1)
        assert not [each for each in (asked.key, *asked.payload.values()) if each.encode() in word]
        queue = WakeQueue(shared, threading.Event())
        queue.start()
        ends = time.monotonic() + PATIENCE
        # it is woken by the other's word, and sweeps nothing itself
        while rows.by_key(shared.database, asked.key).is_underway:
            assert time.monotonic() < ends, "nobody was woken"
            time.sleep(0.05)
        queue.stop()
        announcing.huey.storage.close()
    assert rows.by_key(shared.database, asked.key).done == 2


def test_a_word_that_is_not_signed_by_the_installation_is_not_obeyed(installation, port, tmp_path, asked):
    shared = without_password(installation, port)
    other = replace(shared.settings, secret="f0" * 32)
    with redis_server(port, tmp_path):
        queue = WakeQueue(shared, threading.Event())
        foreign = WakeQueue(
            Installation(other, shared.database, shared.keys, shared.policy), threading.Event()
        )
        foreign.sweep()
        with Redis(port=port) as connection:
            [name] = connection.keys()
            word = connection.lpop(name)
            assert name.decode() != queue.huey.storage.queue_key
            connection.rpush(queue.huey.storage.queue_key, word)
        with pytest.raises(ValueError, match="Signature"):
            queue.huey.dequeue()
        for each in (queue, foreign):
            each.huey.storage.close()
    assert rows.by_key(shared.database, asked.key).is_underway


def test_a_queue_that_is_killed_holds_up_no_work_and_is_used_again_when_it_is_back(
    installation, port, tmp_path, asked, capsys
):
    shared, ended = without_password(installation, port), threading.Event()
    with redis_server(port, tmp_path) as running:
        queue = WakeQueue(shared, ended)
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert until_done(queue, shared, asked).done == 2
    [code] = {each["code"] for each in log_lines(capsys.readouterr().err) if each["event"] == "queue-away"}
    assert code == "unexpected-ConnectionError"
    again = rows.add(shared.database, asked.kind, asked.payload, now=jobs.seconds())
    with redis_server(port, tmp_path):
        queue.start()
        assert until_done(queue, shared, again).done == 2
        queue.stop()
    assert "queue-back" in capsys.readouterr().err


def test_a_queue_that_is_away_is_told_without_its_password(installation):
    [problem] = queue_state.problems(installation.settings)
    assert (problem.code, "hemmelig" in str(problem)) == ("queue-unreachable", False)
    assert health.check(installation, None, 0)["queue"] == "queue-unreachable"


def test_a_queue_that_answers_is_in_order(installation, port, tmp_path):
    shared = without_password(installation, port)
    with redis_server(port, tmp_path):
        assert list(queue_state.problems(shared.settings)) == []
        assert health.check(shared, None, 0)["queue"] == "ok"
    assert "queue" not in health.check(replace(shared, settings=replace(shared.settings, queue="")), None, 0)
