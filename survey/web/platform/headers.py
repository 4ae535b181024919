"""The security headers of every reply, exact, so that a test can assert them word by word."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from flask import Flask, Response, g, request

_ALWAYS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
            "frame-ancestors 'none'; base-uri 'none'"
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        # an access code stands in the address of a QR code: it must not travel on in a Referer
        "Referrer-Policy": "no-referrer",
        # what a browser guesses a file to be could run as something else
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)
_SCRIPTED: Mapping[str, str] = MappingProxyType(
    {"Content-Security-Policy": f"{_ALWAYS['Content-Security-Policy']}; script-src 'self'"}
)
_SCRIPT = "has_script"  # in `g`, of a page that may run a script of ours
_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
_FOUND = frozenset({HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED})
# the next person at a shared device must not find a page of the last one by the back button
_NEVER_KEPT = "no-store"
_KEPT_A_YEAR = "public, max-age=31536000, immutable"


def install(app: Flask, *, https: bool) -> None:
    """Put the headers on every reply; only static files may be kept by a browser."""
    always = {**_ALWAYS, **(_HTTPS_ONLY if https else {})}

    @app.after_request
    def harden(reply: Response) -> Response:
        is_kept = request.endpoint == "static" and reply.status_code in _FOUND
        reply.headers.update(always)
        if g.get(_SCRIPT, False):
            reply.headers.update(_SCRIPTED)
        reply.headers["Cache-Control"] = _KEPT_A_YEAR if is_kept else _NEVER_KEPT
        return reply


def allow_own_script() -> None:
    """Let the page of this request run scripts from our static files; no other page may run any."""
    setattr(g, _SCRIPT, True)
