"""Many who send slowly, or half of something, keep nobody else waiting."""

import os
import re
import signal
import socket
import time
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from survey.cli import serving
from tests.survey.cli.served import Person, children, free_port, running, until

HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
HALF_A_FORM = (
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 4000\r\n\r\ncode="
)
LONGEST = 20  # seconds for a page on a busy machine; a thread that reads slow requests has none for 30
HALF_A_CHUNK = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n400\r\ncode="


@pytest.fixture
def engine_name():
    """One process of sixteen threads: PostgreSQL has more of both."""
    return "sqlite"


@pytest.fixture
def settings(settings):
    return type(settings)(settings.database, settings.keys, settings.secret)


def opened(port, sent):
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.sendall(sent)
    return connection


def test_half_sent_requests_and_trickles_stop_nobody_and_what_is_in_hand_is_finished(settings, tmp_path):
    port, output = free_port(), tmp_path / "output"
    person = Person(port)
    with running(settings, output, "serve", "--port", str(port)) as server, ExitStack() as held:
        until(lambda: person.status() == 200)
        slow = [opened(port, HALF_A_HEAD) for _ in range(60)]
        slow += [opened(port, HALF_A_FORM) for _ in range(30)]
        slow += [opened(port, HALF_A_CHUNK) for _ in range(20)]
        slow += [opened(port, b"") for _ in range(20)]
        for each in slow:
            held.enter_context(each)
        for _ in range(5):
            for each in slow[:110]:
                each.sendall(b"a")  # a byte now and then
            begun = time.monotonic()
            assert person.ask("/") == 200
            assert time.monotonic() - begun < LONGEST
            time.sleep(0.1)

        # a process that was killed is replaced, however often, and the server does not end
        for _ in range(3):
            [process] = children(server.pid)
            os.kill(process, signal.SIGKILL)
            until(lambda process=process: process not in children(server.pid))
            until(lambda: person.status() == 200)

        # whoever is in the middle of sending when the server is told to end is answered all the same
        whole = held.enter_context(opened(port, HALF_A_HEAD))
        # what came before is read before whoever comes after is answered
        assert person.status() == 200
        server.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        whole.sendall(b"1\r\nConnection: close\r\n\r\n")
        assert re.match(rb"HTTP/1.1 200 ", whole.recv(4096))
        assert server.wait(30) == 0
    assert "Traceback" not in output.read_text()


def connection(**told):
    at_rest = {
        "begun_at": None,
        "requests": [],
        "last_activity": 5.0,
        "moved": 5.0,
        "moved_at": 0.0,
        "will_close": False,
    }
    return SimpleNamespace(**{**at_rest, **told})


def test_a_request_that_takes_too_long_to_arrive_and_a_connection_without_use_are_ended():
    now = 1000.0
    kept = [
        connection(begun_at=now - serving.REQUEST_SECONDS + 1, last_activity=6.0),
        connection(last_activity=6.0),
        # a page that takes long to make
        connection(requests=["one"], moved_at=now - 500),
        # the clock of the library was set back by an hour while something was sent
        connection(last_activity=-3600.0, moved_at=now - 500),
    ]
    ended = [
        # a byte a second
        connection(begun_at=now - serving.REQUEST_SECONDS - 1, last_activity=6.0),
        connection(moved_at=now - 60),
    ]
    serving.close_slow([*kept, *ended], now)
    assert [each.will_close for each in kept] == [False] * 4
    assert [each.will_close for each in ended] == [True] * 2
