"""A server that runs as a process of its own, and a browser for it that checks every page it is given."""

import socket
import subprocess
import time
from contextlib import closing, contextmanager
from http.client import HTTPConnection

from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from tests.pages import Browser

STARTING_SECONDS = 60
OF_THE_SERVER = {"connection", "server", "transfer-encoding", "keep-alive"}


class Remote:
    """Hands requests on to a server at this machine, so that `Browser` can visit it."""

    def __init__(self, port):
        self.port = port

    def test_client(self):
        return Client(self)

    def __call__(self, environ, start_response):
        asked = Request(environ)
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            headers = {name: value for name, value in asked.headers.items() if name != "Host"}
            path = environ["RAW_URI"]
            connection.request(asked.method, path, asked.get_data(), {**headers, "Host": asked.host})
            given = connection.getresponse()
            reply = Response(given.read(), given.status)
        reply.headers.clear()
        for name, value in given.getheaders():
            if name.lower() not in OF_THE_SERVER:
                reply.headers.add(name, value)
        return reply(environ, start_response)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(command, port, environment):
    """A browser at a server that this command starts; the server is stopped afterwards."""
    with subprocess.Popen(command, env=environment, cwd="/", stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        try:
            _await(port, process)
            yield Browser(Remote(port), f"http://localhost:{port}")
        finally:
            process.terminate()


def _await(port, process):
    until = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, process.stderr.read()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing listens on port {port}")


def answer_by_link(browser, link, language, value):
    """One person's way from an open link to the receipt, the same answer everywhere.

    Returns the text of the promise, of every page of statements and of the receipt, and the words on the
    button that leads on.
    """
    texts = [browser.get(link).get(f"/answer/start?language={language}").page.text]
    browser.get("/answer/1")
    onward = browser.page.first("button[value=forward]").text
    while browser.path.removeprefix("/answer/").isdigit():
        assert browser.page["lang"] == language
        texts.append(browser.page.text)
        names = {each["name"] for each in browser.page.select("input[type=radio]")}
        browser.submit(dict.fromkeys(names, value), "forward")
    browser.submit(press="/answer/send")
    assert browser.path == "/answer/send"
    texts.append(browser.page.text)
    browser.submit(press="/answer/finish")
    return texts, onward
