"""Challenges that a passkey signs: drawn for one browser, good for some minutes, and taken once."""

import base64
import secrets

from flask import session

from survey.accounts.passkeys import Site
from survey.web.account import guessing
from survey.web.platform.context import context

_CHALLENGE = "challenge"  # in the cookie, with the moment until which it is good
_SECONDS = 10 * 60


def site() -> Site | None:
    """Return what passkeys belong to here; None where browsers know none of this address."""
    return Site.of(context().settings.public_url)


def issue() -> bytes:
    """Return a new challenge for the page of this request; the one before is no longer good."""
    drawn = secrets.token_bytes(32)
    session[_CHALLENGE] = [base64.b64encode(drawn).decode(), context().now + _SECONDS]
    return drawn


def take() -> bytes | None:
    """Return this browser's challenge, once; None where it has none, or it is used up or too old."""
    held = session.pop(_CHALLENGE, None)
    if not isinstance(held, list) or held[1] < context().now:
        return None
    drawn = base64.b64decode(held[0])
    # a cookie can be put back as it was: that the challenge was taken is known at the server
    return drawn if guessing.is_first_use(drawn, _SECONDS) else None
