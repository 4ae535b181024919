"""Tests look at the page that they followed a link to, and not at the one before."""

import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.browser.following import follow

# what is pressed by a selector is followed; what stays on its page is found first, and then clicked
CLICKED_BY_SELECTOR = re.compile(r"\.click\(f?\"")


class Slow(BaseHTTPRequestHandler):
    """Takes its time for every page but the first."""

    def do_GET(self):
        if self.path != "/":
            time.sleep(0.3)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>%b</title><a href=/next>On</a>" % self.path.encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def slow():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_whoever_follows_a_link_is_on_its_page(slow, phone):
    phone.goto(f"{slow}/")
    follow(phone, "a")
    assert phone.title() == "/next"


def test_every_page_that_a_test_goes_on_to_is_waited_for():
    texts = {path.name: path.read_text("utf-8") for path in Path(__file__).parent.glob("*.py")}
    assert len(texts) > 20
    assert [name for name, text in texts.items() if CLICKED_BY_SELECTOR.search(text)] == []
