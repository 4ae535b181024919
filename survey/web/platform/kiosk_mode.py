"""Kiosk mode: a device that many use in turn, and that forgets each of them.

The cookie holds the wave it is set up for, and when somebody last did anything. Nothing of it is stored: the
server does not know which devices are in kiosk mode, nor whether any is.
"""

from dataclasses import dataclass

from flask import current_app, request, session, url_for

from survey.web.platform.context import context
from survey.web.platform.cookies import KIOSK, SealedCookies

_TOUCHED = "touched"  # in seconds since 1970; in the device's own cookie and nowhere else
_WARNING_SECONDS = 20  # before it forgets
_ANSWERING_SECONDS = 60  # more, for whoever is asked at the end of that whether they are there
_ENDINGS = frozenset({"answering.receipt", "answering.send", "answering.stopped", "answering.sent_nothing"})
_SHARED = frozenset({"respondent", "answering"})  # the pages that a shared device shows
_STARTS = frozenset({"respondent.kiosk", "respondent.start_at_kiosk"})


@dataclass(frozen=True, slots=True)
class KioskTimes:
    """What a page in kiosk mode needs to leave by itself, in seconds; 0 where it does not do that.

    `idle` without a touch makes it forget, `warning` before that it says so. In a browser without scripts,
    which tells of no touch, `stays` is how long a page may stand before it asks, and `leaves` after how long
    a last page goes back to the start.
    """

    idle: int
    warning: int
    stays: int
    leaves: int
    start: str


def set_up(wave_key: str) -> None:
    """Put this request's browser into kiosk mode for a wave, with nothing left of anybody in its cookie."""
    session.clear()
    session[KIOSK] = wave_key


def leave() -> None:
    """Take this request's browser out of kiosk mode, with nothing left of anybody in its cookie."""
    session.clear()


def wave_key() -> str | None:
    """Return the key of the wave that this request's browser is in kiosk mode for; None where it is not."""
    held = session.get(KIOSK)
    return None if held is None else str(held)


def is_kiosk() -> bool:
    """Return whether this request's browser is in kiosk mode, on pages with another cookie too."""
    cookies = current_app.session_interface
    return isinstance(cookies, SealedCookies) and cookies.is_kiosk(request)


def is_deserted() -> bool:
    """Return whether nothing has been asked for since longer than a page may stand."""
    touched = session.get(_TOUCHED)
    allowed = context().policy.retention.kiosk_page + _ANSWERING_SECONDS
    return isinstance(touched, int) and context().now - touched > allowed


def touch() -> None:
    """Note in the cookie that somebody is there."""
    session[_TOUCHED] = context().now


def times() -> KioskTimes | None:
    """Return what the page of this request needs in kiosk mode; None where the browser is not in it."""
    if wave_key() is None or request.blueprint not in _SHARED:
        return None
    retention, endpoint = context().policy.retention, request.endpoint
    is_ending, is_start = endpoint in _ENDINGS, endpoint in _STARTS
    return KioskTimes(
        idle=retention.kiosk_idle_seconds,
        warning=0 if is_ending or is_start else _WARNING_SECONDS,
        stays=0 if is_ending or is_start else retention.kiosk_page,
        leaves=retention.kiosk_idle_seconds if is_ending else 0,
        start=url_for("respondent.kiosk"),
    )
