"""Remember on which devices somebody has signed in, in a cookie of theirs; the server keeps nothing of it.

Wrong passwords are counted apart for a device that is known for the account (`guessing`), so that nobody can
keep its holder out from elsewhere. The cookie is sent to the pages below /account only, and so never beside
answers.
"""

import base64
import binascii
import json
import secrets
from dataclasses import dataclass
from hashlib import blake2b

from flask import request
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from werkzeug.wrappers import Response

from survey.web.platform.context import context
from survey.web.platform.cookies import device_cookie

_MOST_ACCOUNTS = 8  # of people who share a device; who has not signed in for longest is forgotten first


@dataclass(frozen=True, slots=True)
class _Device:
    """What the cookie holds: a random name of the device, and the accounts that were signed in to on it."""

    name: str
    accounts: tuple[int, ...]


def name_for(account_id: int) -> str | None:
    """Return the name of the device of this request, if that account was signed in to on it; else None."""
    device = _opened()
    return device.name if account_id in device.accounts else None


def remember(reply: Response, account_id: int) -> Response:
    """Return the reply with the cookie by which this device is known for the account from now on."""
    device, kept = _opened(), context().policy.retention.known_devices
    others = [each for each in device.accounts if each != account_id]
    content = {
        "name": device.name,
        "accounts": [*others, account_id][-_MOST_ACCOUNTS:],
        "until": context().now + kept,
    }
    reply.set_cookie(
        _cookie(),
        base64.urlsafe_b64encode(_box().encrypt(json.dumps(content).encode())).decode(),
        max_age=kept,
        path=f"{request.script_root}/account",
        secure=_is_https(),
        httponly=True,
        samesite="Lax",
    )
    return reply


def _opened() -> _Device:
    """Return the device of this request; a new one where its cookie is missing, altered or too old."""
    try:
        given = base64.urlsafe_b64decode(request.cookies.get(_cookie(), ""))
        content = json.loads(_box().decrypt(given))
    except (CryptoError, binascii.Error, ValueError):
        content = {"until": 0}
    if content["until"] < context().now:
        return _Device(secrets.token_hex(16), ())
    return _Device(content["name"], tuple(content["accounts"]))


def _cookie() -> str:
    return device_cookie(https=_is_https())


def _is_https() -> bool:
    return context().settings.public_url.startswith("https://")


def _box() -> SecretBox:
    secret = context().settings.secret.encode()
    return SecretBox(blake2b(secret, digest_size=SecretBox.KEY_SIZE, person=b"known device").digest())
