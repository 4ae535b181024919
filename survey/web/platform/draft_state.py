"""Whether a browser holds unsent answers: pages of every kind say how to go on with them."""

from flask import session

TOKEN, SENT = "token", "sent"


def is_underway() -> bool:
    """Return whether this request's cookie holds a draft."""
    return TOKEN in session


def is_unsent() -> bool:
    """Return whether this request's cookie holds a draft that was not sent."""
    return is_underway() and not session.get(SENT, False)
