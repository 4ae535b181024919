"""The security headers of every reply, exact, so that a test can assert them word by word."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Flask, Response, request

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
HTTPS_ONLY = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
NEVER_KEPT = "no-store"
KEPT_A_YEAR = "public, max-age=31536000, immutable"


def install(app: Flask, *, https: bool) -> None:
    """Put the headers on every reply of the application; only static files may be kept by a browser."""

    @app.after_request
    def harden(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers[name] = value
        if https:
            response.headers[HTTPS_ONLY[0]] = HTTPS_ONLY[1]
        is_static = request.endpoint == "static" and response.status_code == 200  # noqa: PLR2004 - HTTP's own number
        response.headers["Cache-Control"] = KEPT_A_YEAR if is_static else NEVER_KEPT
        return response
