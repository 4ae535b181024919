"""Serve the application at its public address, and say so to whoever comes to another one."""

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, request
from werkzeug.exceptions import MisdirectedRequest

# a demonstration is reached under every name of the same machine
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_ELSEWHERE = "kjennetegn.elsewhere"
# the style sheet of the page that says so, the same under every name; and what a machine asks by its number
_ANYWHERE = frozenset({"static", "probe.show_health", "probe.show_metrics"})


class PublicAddress(NamedTuple):
    """The parts of the public address.

    `host` with its port, `path` without a slash at its end, and the `names` of the host.
    """

    host: str
    path: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, public_url: str) -> "PublicAddress":
        """Take the address apart."""
        address = urlsplit(public_url)
        host = address.netloc.lower().encode("idna").decode("ascii")  # as browsers send it
        name = _name_of(host)
        return cls(host, address.path.rstrip("/"), _LOOPBACK if name in _LOOPBACK else (name,))


class _Mounted:
    """A WSGI application served below the path of its public address."""

    def __init__(self, inside: WSGIApplication, address: PublicAddress) -> None:
        self._inside, self._address = inside, address

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Move the public path out of the request's path, and note whether the request came to it."""
        path = self._address.path
        asked = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        is_below = asked == path or asked.startswith(f"{path}/")
        is_ours = _name_of(environ.get("HTTP_HOST", "")) in self._address.names
        # a foreign name reaches no page and no link, not even one that is about it
        environ["HTTP_HOST"] = self._address.host
        environ["SCRIPT_NAME"] = path
        environ["PATH_INFO"] = asked[len(path) :] if is_below else asked
        environ[_ELSEWHERE] = not (is_below and is_ours)
        return self._inside(environ, start_response)


def install(app: Flask, address: PublicAddress) -> None:
    """Serve the application at that address alone."""
    app.config["APPLICATION_ROOT"] = address.path or "/"
    app.wsgi_app = _Mounted(app.wsgi_app, address)  # type: ignore[method-assign]  # the seam Flask documents
    app.before_request(_require_public_address)


def _name_of(host: str) -> str:
    return re.sub(r":[0-9]*\Z", "", host.lower())


def _require_public_address() -> None:
    """Raise MisdirectedRequest where the request came to another host or path than the public ones."""
    if request.environ.get(_ELSEWHERE) and request.endpoint not in _ANYWHERE:
        raise MisdirectedRequest
