"""The files that are shipped for nginx and Caddy, run by Debian's nginx and Caddy before a real server."""

import re
import socket
import ssl
import threading
import time
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from itertools import count

import pytest

from survey.settings import Settings
from survey.web.platform.uploads import LARGEST_REQUEST
from tests.installation.fronts import DEPLOY, HOST, caddy, front, nginx
from tests.keys import make_installation
from tests.survey.cli.served import running, until

TOO_MUCH = "That was too much at once"
FRONTS = {"nginx": nginx, "caddy": caddy}
SECONDS_TO_END = 60
LONGEST = 20  # seconds for a page on a busy machine; the program waits 30 for half a form
CODE = "KJENNEWORD"  # is none, as every code has digits


def form_of(size):
    """Fields that are so many bytes as they are sent."""
    return {"email": "a" * (size - len("email="))}


class Service:
    """A server that is started, told to end, and started again, on a socket that stays, as by systemd."""

    def __init__(self, folder):
        self.output = folder / "output"
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        made = make_installation(
            Settings(f"sqlite:///{folder}/kjennetegn.db", folder / "keys", "0123456789abcdef" * 2)
        )
        self.settings = replace(made, public_url=f"https://{HOST}")
        self.process = None
        self.held = ExitStack()

    def start(self):
        if self.process is None:
            options = {"held": self.listening}
            self.process = self.held.enter_context(running(self.settings, self.output, "serve", **options))

    def stop(self):
        """Tell it to end, and wait until it has done what was in hand."""
        if self.process is not None:
            self.process.terminate()
            assert self.process.wait(SECONDS_TO_END) == 0, self.output.read_text("utf-8")
            self.process = None


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    made = Service(tmp_path_factory.mktemp("installation"))
    with made.listening, made.held:
        yield made


@pytest.fixture(scope="module")
def fronts(service, tmp_path_factory):
    """Both of them, before the same server."""
    port = service.listening.getsockname()[1]
    with (
        front(nginx, tmp_path_factory.mktemp("nginx"), port) as first,
        front(caddy, tmp_path_factory.mktemp("caddy"), port) as second,
    ):
        yield {"nginx": first, "caddy": second}


@pytest.fixture
def server(service, fronts):
    """The server, which may have been started by an earlier test."""
    service.start()
    until(lambda: all(each.visitor().status() == 200 for each in fronts.values()))
    return service


@pytest.fixture(params=list(FRONTS))
def proxy(request, fronts):
    return fronts[request.param]


def test_people_come_by_tls_and_nothing_larger_than_a_form_goes_through(proxy, server):
    person = proxy.visitor()
    assert person.ask("/account/sign-in") == 200
    # what a browser keeps of it: encrypted from then on
    assert "max-age=31536000" in person.headers["Strict-Transport-Security"]
    status, headers = proxy.unencrypted("/c/ABCD?x=1")
    assert (status, headers["Location"]) == (308, f"https://{HOST}/c/ABCD?x=1")
    # the program's own page: the largest form there is goes through, and is too large for this page
    assert person.ask("/account/sign-in", form_of(LARGEST_REQUEST - 1)) == 413
    assert TOO_MUCH in person.page
    # a larger one, which the program would not take either, is not handed on to it: the head is enough
    with closing(person.connected()) as connection:
        connection.putrequest("POST", "/account/sign-in")
        connection.putheader("Content-Length", str(LARGEST_REQUEST))
        connection.endheaders()
        reply = connection.getresponse()
        assert reply.status == 413
        assert b"max_body" not in reply.read()
    # whoever sends on is told, or the connection ends before all of it was sent
    with suppress(ConnectionError, ssl.SSLError):
        assert person.ask("/account/sign-in", form_of(LARGEST_REQUEST)) == 413
        assert TOO_MUCH not in person.page
    assert server.process.poll() is None


def test_whoever_sends_half_of_a_request_is_cut_off_and_keeps_nobody_waiting(proxy, server):
    person = proxy.visitor()
    half_a_head = f"POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 4000\r\n".encode()
    slow = []
    for sent in [half_a_head] * 40 + [half_a_head + b"\r\ncode="] * 40:
        # at once, for on a busy machine the first are cut off before the last have come
        slow.append(proxy.visitor().connected().sock)
        slow[-1].sendall(sent)
    begun = time.monotonic()
    assert person.ask("/") == 200
    assert time.monotonic() - begun < LONGEST
    # Caddy leaves the end of half a form to the program, which gives it half a minute
    for each in slow[: 40 if proxy.streams else 80]:
        each.settimeout(20)
        with suppress(ConnectionError, ssl.SSLError):  # one way to end a connection, and another
            while each.recv(65_536):
                pass
    for each in slow:
        each.close()
    assert server.process.poll() is None


def test_a_server_is_started_anew_and_no_request_fails(fronts, server):
    """Four people by each of them ask again and again; half of what they ask is a form."""
    asked, faults, over = count(), [], threading.Event()

    def person(proxy):
        visitor = proxy.visitor()
        while not over.is_set():
            next(asked)
            try:
                statuses = [visitor.ask("/account/sign-in")]
                fields = {**visitor.hidden(), "email": "nobody@example.org", "password": "no such password"}
                statuses.append(visitor.ask("/account/sign-in", fields))
            except OSError as error:
                statuses = [error]
            faults.extend(each for each in statuses if each not in {200, 403, 429})

    people = [threading.Thread(target=person, args=[each]) for each in fronts.values() for _ in range(4)]
    for each in people:
        each.start()
    until(lambda: next(asked) > 60)
    server.stop()
    server.start()
    before = next(asked)
    until(lambda: next(asked) > before + 60)
    over.set()
    for each in people:
        each.join()
    assert faults == []


def test_no_log_is_kept_of_who_answers_even_where_the_program_is_away(fronts, server):
    for each in fronts.values():
        assert each.visitor().ask(f"/c/{CODE}") == 400
        each.visitor().ask("/c/%zz")
    server.stop()
    server.listening.settimeout(30)
    # whoever comes now gets no answer from the program, and a page of the web server in front
    for each in fronts.values():
        with closing(each.visitor().connected()) as connection:
            connection.request("POST", f"/c/{CODE}", "code=1")  # a form is never sent twice
            server.listening.accept()[0].close()
            assert connection.getresponse().status == 502
    server.start()
    until(lambda: all(each.visitor().status() == 200 for each in fronts.values()))
    for each in fronts.values():
        assert CODE.encode() not in each.written()
        assert b"/c/" not in each.written()
    assert b"serving initial configuration" in fronts["caddy"].written()


def test_the_file_for_nginx_turns_off_every_log():
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    servers = text.count("server {")
    assert re.findall(r"(?m)^\s*access_log (.*);$", text) == ["off"] * servers
    assert re.findall(r"(?m)^\s*error_log (.*);$", text) == ["/dev/null crit"] * servers
