"""Sealed cookies: what a browser carries for us, encrypted, so that the server keeps no drafts.

A respondent's unsent answers and a leader's sign-in live in two cookies that never meet: the path decides
which one a request may open.
"""

import base64
import binascii
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from werkzeug.datastructures import CallbackDict
from werkzeug.http import dump_cookie

STAFF_PATHS = ("/account", "/leader", "/owner", "/researcher", "/editor", "/operator")
_LARGEST_COOKIE = 4096
_ENCODER = json.JSONEncoder(separators=(",", ":"))


@dataclass(frozen=True)
class CookieKind:
    """One kind of cookie: its name, how long it lives unused, and the key only this kind opens with."""

    name: str
    lifetime: timedelta
    box: SecretBox
    https: bool

    @cached_property
    def written(self) -> str:
        """The cookie as a header says it, with nothing in it yet and no date."""
        return dump_cookie(
            self.name,
            max_age=self.lifetime,
            secure=self.https,
            httponly=True,
            samesite="Lax",
            sync_expires=False,
        )


class SessionCookie(CallbackDict[str, object], SessionMixin):
    """What one cookie holds; remembers whether it was changed."""

    def __init__(self, jar: CookieKind, content: dict[str, object] | None = None) -> None:
        def changed(_: CallbackDict[str, object]) -> None:
            self.modified = True

        super().__init__(content or {}, changed)
        self.jar = jar
        self.new = content is None
        self.modified = False


class SealedCookies(SessionInterface):
    """Opens the cookie that belongs to a path and seals it again when it changed.

    With a public address on https the cookies are `__Host-` cookies, which a browser sends back to this
    host only and never in the clear. `unsent` is for how many seconds unsent answers are kept.
    """

    def __init__(
        self, secret: str, *, https: bool, unsent: int, clock: Callable[[], float] = time.time
    ) -> None:
        prefix = "__Host-" if https else ""
        self.https = https
        self.clock = clock
        self.respondent = CookieKind(
            f"{prefix}answers", timedelta(seconds=unsent), _box(secret, b"answers"), https
        )
        self.staff = CookieKind(f"{prefix}staff", timedelta(hours=8), _box(secret, b"staff"), https)

    def open_session(self, app: Flask, request: Request) -> SessionCookie:  # noqa: ARG002 - Flask's signature
        """The content of the path's cookie; empty when there is none, or it is expired or altered."""
        jar = self.staff if request.path.startswith(STAFF_PATHS) else self.respondent
        return SessionCookie(jar, self._opened(jar, request.cookies.get(jar.name, "")))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002 - likewise
        """Set the cookie when its content changed, and take it away when it was emptied."""
        if not isinstance(session, SessionCookie) or not session.modified:
            return
        jar = session.jar
        if not session:
            response.delete_cookie(jar.name, secure=self.https, httponly=True, samesite="Lax")
            return
        until = int(self.clock() + jar.lifetime.total_seconds())
        plain = _ENCODER.encode({"until": until, "holds": dict(session)}).encode()
        value = base64.urlsafe_b64encode(jar.box.encrypt(plain)).decode()
        if len(value) > _LARGEST_COOKIE:
            raise ValueError(f"the cookie {jar.name} would be {len(value)} characters; browsers drop it")
        response.headers.add("Set-Cookie", jar.written.replace("=", f"={value}", 1))

    def _opened(self, jar: CookieKind, value: str) -> dict[str, object] | None:
        try:
            content = json.loads(jar.box.decrypt(base64.urlsafe_b64decode(value)))
        except (CryptoError, binascii.Error, ValueError):
            return None
        if content["until"] < self.clock():
            return None
        holds: dict[str, object] = content["holds"]
        return holds


def _box(secret: str, purpose: bytes) -> SecretBox:
    return SecretBox(
        hashlib.blake2b(secret.encode(), digest_size=SecretBox.KEY_SIZE, person=purpose).digest()
    )
