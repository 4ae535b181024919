"""Encrypted cookies: what a browser carries for us, so that the server keeps no drafts.

A respondent's unsent answers, a rehearsal and a sign-in are in cookies that never meet: the path of a request
decides which of them it may open.
"""

import base64
import binascii
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from werkzeug.datastructures import CallbackDict

_STAFF_PATHS = (
    "/account", "/guide", "/sheet", "/leader", "/owner", "/researcher", "/editor", "/operator", "/api",
)  # fmt: skip
REHEARSAL_PATH = "/rehearsal"
KIOSK = "kiosk"  # in the cookie of a device in kiosk mode: the wave it is set up for
_KIOSK_LIFETIME = timedelta(days=62)  # unused, in which nobody need set it up anew
_LARGEST_COOKIE = 4096  # characters; browsers drop a larger one


def is_staff_path(path: str) -> bool:
    """Return whether the path is one of those for people who sign in, lead or hold a key sheet."""
    return "/".join(path.split("/", 2)[:2]) in _STAFF_PATHS


def is_rehearsal_path(path: str) -> bool:
    """Return whether the path is one of a rehearsal, on which nothing counts as an answer."""
    return "/".join(path.split("/", 2)[:2]) == REHEARSAL_PATH


def device_cookie(*, https: bool) -> str:
    """Return the name of the cookie by which a device on which staff have signed in is known again."""
    # a __Host- cookie would have to be sent to every path
    return "__Secure-device" if https else "device"


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that the pages set on https: its name, what it is for, and how long it lives unused."""

    name: str
    kind: str
    lifetime: timedelta


def every_cookie(*, unsent: int, device: int) -> list[Cookie]:
    """Return every cookie there is; `unsent` and `device` are how many seconds two of them are kept."""
    sealed = SealedCookies("", https=True, unsent=unsent)
    kinds = {"answers": sealed.respondent, "rehearsal": sealed.rehearsal, "staff": sealed.staff}
    return [
        *(Cookie(each.name, kind, each.lifetime) for kind, each in kinds.items()),
        Cookie(sealed.respondent.name, KIOSK, _KIOSK_LIFETIME),
        Cookie(device_cookie(https=True), "device", timedelta(seconds=device)),
    ]


@dataclass(frozen=True, slots=True)
class _CookieKind:
    """One kind of cookie: its name, how long it lives unused, and the key that opens this kind only."""

    name: str
    lifetime: timedelta
    box: SecretBox


class _SessionCookie(CallbackDict[str, object], SessionMixin):
    """What one cookie holds; `modified` says whether that was changed."""

    def __init__(self, kind: _CookieKind, content: dict[str, object] | None = None) -> None:
        def note(_: CallbackDict[str, object]) -> None:
            self.modified = True

        super().__init__(content or {}, note)
        self.kind = kind
        self.new = content is None
        self.modified = False


class SealedCookies(SessionInterface):
    """Open the cookie that belongs to a path, and encrypt it again when it changed.

    On https a cookie for a whole host is a `__Host-` cookie, which a browser sends to this host only and
    never in the clear. Below a `path` it is a `__Secure-` cookie that other services of the host are not
    sent. `unsent` is for how many seconds unsent answers are kept.
    """

    def __init__(
        self,
        secret: str,
        *,
        https: bool,
        unsent: int,
        path: str = "/",
        clock: Callable[[], float] = time.time,
    ) -> None:
        prefix = ("__Host-" if path == "/" else "__Secure-") if https else ""
        self.clock = clock
        self.respondent = _CookieKind(f"{prefix}answers", timedelta(seconds=unsent), _box(secret, b"answers"))
        self.rehearsal = _CookieKind(
            f"{prefix}rehearsal", timedelta(seconds=unsent), _box(secret, b"rehearsal")
        )
        self.staff = _CookieKind(f"{prefix}staff", timedelta(hours=8), _box(secret, b"staff"))
        self._path, self._https = path, https

    def open_session(self, app: Flask, request: Request) -> _SessionCookie:  # noqa: ARG002 - Flask's signature
        """Return the content of the path's cookie; empty where there is none, or it is too old or altered."""
        # decided by the path, since the session is opened before the route is known
        kind = self.staff if is_staff_path(request.path) else self.respondent
        if is_rehearsal_path(request.path):
            kind = self.rehearsal
        return _SessionCookie(kind, self._held(kind, request))

    def is_kiosk(self, request: Request) -> bool:
        """Return whether a request comes from a device in kiosk mode, whatever its path."""
        return KIOSK in (self._held(self.respondent, request) or {})

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002 - likewise
        """Set the cookie when its content changed, and delete it when it was emptied."""
        if not isinstance(session, _SessionCookie) or not session.modified:
            return
        kind = session.kind
        if not session:
            response.delete_cookie(
                kind.name, path=self._path, secure=self._https, httponly=True, samesite="Lax"
            )
            return
        # a tablet that stands there overnight stays in kiosk mode; what one person left in it does not
        lifetime = _KIOSK_LIFETIME if KIOSK in session else kind.lifetime
        # the browser forgets after Max-Age; a copy of the cookie must end as well
        until = int(self.clock() + lifetime.total_seconds())
        plain = json.dumps({"until": until, "holds": dict(session)}, separators=(",", ":")).encode()
        value = base64.urlsafe_b64encode(kind.box.encrypt(plain)).decode()
        if len(value) > _LARGEST_COOKIE:
            raise ValueError(f"the cookie {kind.name} would be {len(value)} characters; browsers drop it")
        response.set_cookie(
            kind.name,
            value,
            max_age=lifetime,
            path=self._path,
            secure=self._https,
            httponly=True,
            samesite="Lax",
        )

    def _held(self, kind: _CookieKind, request: Request) -> dict[str, object] | None:
        try:
            value = request.cookies.get(kind.name, "")
            content = json.loads(kind.box.decrypt(base64.urlsafe_b64decode(value)))
        except (CryptoError, binascii.Error, ValueError):
            return None
        # encrypted by us, so that its parts need no further check
        if content["until"] < self.clock():
            return None
        holds: dict[str, object] = content["holds"]
        return holds


def _box(secret: str, purpose: bytes) -> SecretBox:
    return SecretBox(
        hashlib.blake2b(secret.encode(), digest_size=SecretBox.KEY_SIZE, person=purpose).digest()
    )
