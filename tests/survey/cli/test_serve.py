"""The address that a server listens at: waited for where the last one is ending, refused where it stays."""

import socket
import threading

import pytest

from instruments.problems import Refused
from survey.cli import serve


@pytest.fixture
def held():
    """A socket that listens as a server does."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken


def test_an_address_that_stays_taken_is_refused_with_what_to_do(held, monkeypatch):
    monkeypatch.setattr(serve, "_LAST_THREADS_SECONDS", 0.1)
    with pytest.raises(Refused, match=r"address-taken.*--port"):
        serve.claim(*held.getsockname())


def test_an_address_that_a_killed_server_still_holds_is_waited_for(held):
    ending = threading.Timer(0.3, held.close)
    ending.start()
    assert serve.claim(*held.getsockname()) is None
    assert not ending.is_alive()


def test_an_address_that_is_nobodys_to_have_is_refused_at_once(monkeypatch):
    monkeypatch.setattr(serve, "_LAST_THREADS_SECONDS", 3600)
    with pytest.raises(Refused, match="address-taken"):
        serve.claim("192.0.2.1", 8000)
