"""The security headers of every reply, exact, so that a test can assert them word by word."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType, TracebackType
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

ALWAYS: Mapping[str, str] = MappingProxyType(
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
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)
_HTTPS_ONLY = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
_NEVER_KEPT = "no-store"
KEPT_A_YEAR = "public, max-age=31536000, immutable"


def install(app: Flask, *, https: bool) -> None:
    """Put the headers on every reply; only static files may be kept by a browser.

    They are added where a reply leaves the application, so that none of its parts can leave one out.
    """
    inside = app.wsgi_app
    always = [*ALWAYS.items(), *([_HTTPS_ONLY] if https else [])]

    def hardened(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_static = environ["PATH_INFO"].startswith("/static/")

        def start(
            status: str, headers: list[tuple[str, str]], error: ExcInfo | None = None, /
        ) -> Callable[[bytes], object]:
            kept = KEPT_A_YEAR if is_static and status.startswith("200") else _NEVER_KEPT
            own = [each for each in headers if each[0] != "Cache-Control"]
            return start_response(status, [*own, *always, ("Cache-Control", kept)], error)

        return inside(environ, start)

    app.wsgi_app = hardened  # type: ignore[method-assign]  # the seam Flask documents for this
