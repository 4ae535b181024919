"""Somebody reads what the server writes, all of it, and wants to know who answered, from where and when."""

import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time
from datetime import date, timedelta
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest

from survey.accounts import passwords
from survey.collection import admission, code_issuing
from survey.store.repositories import accounts
from tests.log_lines import log_lines
from tests.paths import REPOSITORY
from tests.roles import grant_role
from tests.waves import opened, place

AGENT = "Spion/7.5 (staffroom)"
PASSWORD = "en lang setning her"
# the server looks at the clock
NOW = date.today()  # noqa: DTZ011 - as it does
DAYS = {"opens_on": NOW, "closes_on": NOW + timedelta(days=60)}

GET, POST = (method + b" / HTTP/1.1\r\nHost: localhost\r\n" for method in (b"GET", b"POST"))
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
MALFORMED = [
    b"GARBAGE\r\n\r\n",
    b"GET /c/WATCHED HTTP/9.9\r\n\r\n",
    b"g\x01t /c/WATCHED HTTP/1.1\r\n\r\n",
    b"GET /c/WATCHED HTTP/1.1\r\nHost: localhost\r\nno colon here\r\n\r\n",
    b"GET /c/WATCHED HTTP/1.1\r\nHost: localhost\r\nBad\x00Name: x\r\n\r\n",
    b"POST /c/WATCHED HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nWATCHED\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: watched\r\n\r\n",
    b"GET /" + b"WATCHED" * 2000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-Watched: 1\r\n" * 200 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Watched: " + b"w" * 20000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Ssl: off\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nExpect: WATCHED\r\n\r\n",
    b"PROXY TCP4 192.0.2.7 127.0.0.1 56324 443\r\nGET / HTTP/1.1\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\ncode=WATCHED",
    b"GET http://[watched/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /c/%ff%00WATCHED HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: watched.example\r\nConnection: close\r\n\r\n",
    b"",
    # the request line: HTTP/0.9, no path, a bad one, others' methods, bare line feeds, blanks
    b"GET /c/WATCHED\r\n",
    b"GET\r\n\r\n",
    b"GET  /c/WATCHED HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET c/WATCHED HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /c/WATCHED\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /c/\xff\xfeWATCHED HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /c/WATCHED HTTP/1.1\nHost: localhost\n\n",
    b"CONNECT watched.example:443 HTTP/1.1\r\nHost: watched.example\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    b"WATCHED" * 100 + b" / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /c/WATCHED HTTP/1\r\nHost: localhost\r\n\r\n",
    b" " * 5000,
    # hosts: none, two, of odd characters, of another port, where the whole address is asked for
    b"GET /c/WATCHED HTTP/1.1\r\nConnection: close\r\n\r\n",
    b"GET /c/WATCHED HTTP/1.1\r\nHost: localhost\r\nHost: watched\r\nConnection: close\r\n\r\n",
    b"GET /c/WATCHED HTTP/1.1\r\nHost: wat ched\r\nConnection: close\r\n\r\n",
    b"GET /c/WATCHED HTTP/1.1\r\nHost: \xff\r\nConnection: close\r\n\r\n",
    b"GET /c/WATCHED HTTP/1.1\r\nHost: [watched\r\nConnection: close\r\n\r\n",
    b"GET /c/WATCHED HTTP/1.1\r\nHost: localhost:watched\r\nConnection: close\r\n\r\n",
    b"GET http://watched.example/c/WATCHED HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    # headers: folded, without a name, blanks before the colon, a bare return, cookies that are none
    GET + b"X-Watched: 1\r\n folded\r\n\r\n",
    GET + b": watched\r\n\r\n",
    GET + b"X-Watched : 1\r\n\r\n",
    GET + b"X-Watched: a\rb\r\n\r\n",
    GET + b"X_Watched: 1\r\nConnection: close\r\n\r\n",
    GET + b"Cookie: answers=\xff\x00WATCHED;;=\r\nConnection: close\r\n\r\n",
    GET + b"Range: bytes=watched\r\nConnection: close\r\n\r\n",
    GET + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    GET.replace(b"/ ", b"/static/kjennetegn.css ")
    + b"If-Modified-Since: watched\r\nConnection: close\r\n\r\n",
    # bodies: of negative length, of two, chunks that overrun, that have no end, that hide another request
    POST + b"Content-Length: -1\r\n\r\n",
    POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    POST + b"Content-Length: 99999999999999999999999\r\n\r\nWATCHED",
    POST + CHUNKED + b"ffffffffffffffff\r\nWATCHED\r\n",
    POST + CHUNKED + b"3\r\nWATCHED\r\n0\r\n\r\n",
    POST + CHUNKED + b"7;watched=\x00\r\nWATCHED\r\n",
    POST + CHUNKED + b"-1\r\nWATCHED\r\n0\r\n\r\n",
    POST + CHUNKED + b"0\r\nbad trailer WATCHED\r\n\r\n",
    POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    POST.replace(b"1.1", b"1.0") + CHUNKED + b"0\r\n\r\nGET /c/WATCHED HTTP/1.1\r\n\r\n",
    POST + b"Content-Type: multipart/form-data; boundary=w\r\nContent-Length: 12\r\n\r\n--w\r\nWATCHED",
    POST
    + b"Connection: close\r\nContent-Type: \xff/watched; charset=watched\r\nContent-Length: 7\r\n\r\nWATCHED",
    b"\r\n\r\n\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a\x21\x11\x00\x0c\x7f\x00\x00\x01",
]


class Server:
    """`kjennetegn serve` as operators start it, and everything that it writes."""

    def __init__(self, settings, output):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.output = output
        self.clients = set()
        environment = {**os.environ, **settings.to_environment(), "TZ": "UTC"}
        command = [sys.executable, "-m", "tests.attack.watched_server", "--port", str(self.port)]
        with output.open("wb") as file:
            self.process = subprocess.Popen(  # noqa: S603 - our own words
                command, cwd=REPOSITORY, env=environment, stdout=file, stderr=file
            )
        until = time.monotonic() + 60
        while not self._listens():
            assert self.process.poll() is None, output.read_text()
            assert time.monotonic() < until, output.read_text()
            time.sleep(0.05)

    def _listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def ask(self, method, path, fields=None, cookies=None):
        """A request with a browser's headers; the status and the reply. `cookies` are kept as browsers do."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"User-Agent": AGENT, "X-Forwarded-For": "198.51.100.23"}
        if cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        body = urlencode(fields) if fields is not None else None
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, sent)
        self.clients.add(str(connection.sock.getsockname()[1]))
        reply = connection.getresponse()
        text = reply.read().decode()
        for each in reply.headers.get_all("Set-Cookie") or []:
            name, _, rest = each.partition("=")
            if cookies is not None:
                cookies[name] = rest.partition(";")[0]
        connection.close()
        return reply.status, text

    def send(self, raw, *, reset=False):
        """Bytes that need not be a request; whatever comes back is read to its end."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            self.clients.add(str(connection.getsockname()[1]))
            connection.sendall(raw)
            if reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return b""
            connection.shutdown(socket.SHUT_WR)
            received = b""
            while block := connection.recv(65536):
                received += block
        return received

    def written(self):
        return self.output.read_text("utf-8")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


@pytest.fixture
def engine_name():
    """What the server writes is the same on PostgreSQL, and a process started again costs seconds."""
    return "sqlite"


@pytest.fixture
def server(settings, home, tmp_path):
    assert home.database.is_sqlite
    started = Server(settings_of(settings), tmp_path / "output")
    yield started
    started.stop()


def settings_of(settings):
    return type(settings)(settings.database, settings.keys, settings.secret)


def answered(server, code):
    """Somebody types a code, reads a page and sends one that is not whole: the statuses on the way."""
    jar = {}
    return [
        server.ask("GET", "/", cookies=jar)[0],
        server.ask("GET", f"/c/{code}", cookies=jar)[0],
        server.ask("GET", "/answer/start", cookies=jar)[0],
        server.ask("GET", "/privacy", cookies=jar)[0],
        server.ask("POST", "/answer/1", {"csrf_token": "stale"}, cookies=jar)[0],
        server.ask("POST", "/", {"code": code, "more": "x" * 70000})[0],
        server.ask("GET", "/c/nobodys")[0],
        server.ask("GET", "/no/such/page")[0],
        server.ask("DELETE", f"/c/{code}")[0],
    ]


def test_nothing_the_server_writes_tells_who_answered_from_where_or_when(server, home, settings):
    wave, linked = opened(home, **DAYS), opened(home, open_link=True, **DAYS)
    codes = code_issuing.issue(home.database, home.keys, wave.key, 3)
    link = admission.link(home.keys, linked)
    assert 500 not in answered(server, codes[0])
    assert server.ask("GET", f"/open/{link}")[0] == 303
    refused = [server.send(raw) for raw in MALFORMED]
    assert sum(reply.startswith(b"HTTP/1.1 4") for reply in refused) >= 12
    server.send(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\ncode=", reset=True)
    assert server.written() == ""

    # now faults of ours: keys that are lost, a table that is gone, and what no page of ours can catch
    home.keys.destroy_urn(wave.key)
    assert server.ask("GET", f"/c/{codes[1]}")[0] == 503
    with home.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE access_code RENAME TO elsewhere")
    assert server.ask("GET", f"/c/{codes[2]}")[0] == 500
    assert server.ask("GET", f"/fault/{codes[2]}")[0] == 500
    server.stop()

    written = server.written()
    lines = [json.loads(line) for line in written.splitlines()]
    codes_logged = [line["code"] for line in lines]
    assert codes_logged[:2] == ["keys-missing", "unexpected-OperationalError"]
    assert sorted(codes_logged[2:]) == ["library-careless", "library-waitress", "unexpected-ValueError"]
    assert all(line.keys() == {"level", "event", "code", "date"} for line in lines)
    assert all(line["event"] == "fault" for line in lines)
    secrets = [
        *codes, *(code.replace("-", "") for code in codes), link, wave.key, linked.key, wave.unit_key,
        "127.0.0.1", "198.51.100.23", str(server.port), *server.clients, AGENT, "Spion",
        "WATCHED", "watched", "/c/", "/open", "/answer", "/fault", "privacy", str(settings.keys), "csrf",
    ]  # fmt: skip
    assert [each for each in secrets if each in written] == []
    without_dates = re.sub(r'"date": "\d{4}-\d{2}-\d{2}"', "", written)
    # no time, port, size, number of a process or of a line: nothing is left that is a number
    assert re.findall(r"\d", without_dates) == []


def test_of_staff_the_same_server_logs_who_did_what_when_and_where_it_failed(server, home):
    """The control: the test above looks where there is something to be seen."""
    holder = accounts.add(home.database, "leder@example.org", passwords.hash_password(PASSWORD), "nb")
    grant_role(home.database, holder, "leader", place(home).key)
    jar = {}
    _, page = server.ask("GET", "/account/sign-in", cookies=jar)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
    fields = {"csrf_token": token, "email": "leder@example.org", "password": PASSWORD}
    assert server.ask("POST", "/account/sign-in", fields, cookies=jar)[0] == 303
    with home.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE sealed_wave RENAME TO elsewhere")
        connection.exec_driver_sql("ALTER TABLE wave RENAME TO elsewhere_too")
    assert server.ask("GET", "/leader/", cookies=jar)[0] == 500
    signed_in, fault = log_lines(server.written())
    assert (signed_in["event"], signed_in["account"]) == ("signed-in", holder.id)
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}.*Z", signed_in["time"])
    assert (fault["code"], fault["page"], fault["account"]) == (
        "unexpected-OperationalError",
        "leader.desk",
        holder.id,
    )
    assert "leder@example.org" not in server.written()
