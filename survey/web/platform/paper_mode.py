"""Typing in answers on paper: a device that is set up for it holds one form at a time, until that is saved.

The cookie holds the wave it is set up for, the form that is not saved yet, and what tells the form that was
saved last from any other. Nothing of it is stored: the server does not know where forms are typed in, nor how
many were.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import session

from instruments.problems import Refused, refuse
from survey.collection.admission import Admission
from survey.web.platform.context import context

_WAVE, _SHEET, _FORM, _SAVED = "paper", "paper_sheet", "paper_form", "paper_saved"


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form that is typed in and not saved yet; `key` tells it from any other that was here."""

    key: str
    admission: Admission
    encoded: bytes


def set_up(wave_key: str) -> None:
    """Let forms of a wave be typed in on this browser, with nothing left of anybody in its cookie."""
    session.clear()
    session[_WAVE] = wave_key
    # alike whether a form was saved or none: the key of one that never was
    session[_SAVED] = _drawn()


def leave() -> None:
    """Take this request's browser out of the mode, with nothing left of any form in its cookie."""
    session.clear()


def wave_key() -> str | None:
    """Return the key of the wave whose forms are typed in on this browser; None where none are."""
    held = session.get(_WAVE)
    return None if held is None else str(held)


def sheet() -> str:
    """Return what tells the page of one form from that of the next; drawn anew once a form is saved."""
    held = session.get(_SHEET)
    if not isinstance(held, str):
        held = session[_SHEET] = _drawn()
    return held


def keep_form(admission: Admission, encoded: bytes) -> None:
    """Put a form that is not saved yet into the cookie, in place of any other."""
    parts = (base64.b64encode(part).decode() for part in (admission.token, encoded))
    session[_FORM] = [_drawn(), *parts]


def kept_form() -> KeptForm | None:
    """Return the form that is not saved yet; None where there is none."""
    held, wave = session.get(_FORM), wave_key()
    if wave is None or not isinstance(held, list):
        return None
    key, token, encoded = map(str, held)
    return KeptForm(key, Admission(wave, base64.b64decode(token)), base64.b64decode(encoded))


def forget_form() -> None:
    """Take the form that is not saved out of the cookie."""
    session.pop(_FORM, None)


def note_saved(key: str) -> None:
    """Leave nothing of a form that is saved in the cookie: no page of it that is still open fits any more."""
    forget_form()
    session.pop(_SHEET, None)
    session[_SAVED] = key


def was_saved_last(key: str) -> bool:
    """Return whether the form of this key is the one that was saved last on this browser."""
    return session.get(_SAVED) == key


def outdated() -> Refused:
    """Return the refusal of a page that does not fit the cookie, or of any where nothing is set up."""
    if wave_key() is None:
        return _off()
    return refuse(
        "paper-stale",
        "The device was used for another form, or set up again, after this page was opened. Nothing was "
        "saved just now.",
        "Go to the front page, and type this form in once more unless it was saved before.",
    )


def _drawn() -> str:
    return secrets.token_urlsafe(8)


def _off() -> Refused:
    """Return the refusal of a page of typing on a device that is not set up for it."""
    return refuse(
        "paper-off",
        "It was not set up, it was ended here, or nothing was typed in for %(kept)s.",
        "Open the address on the code sheet once more, or ask the leader for it.",
        kept=timedelta(hours=context().policy.retention.unsent_answers_hours),
    )
