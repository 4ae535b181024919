"""A respondent's unsent answers, as their own cookie carries them."""

import base64
from dataclasses import dataclass, replace

from flask import session

from instruments.answers import SKIPPED, Answers, Skipped, decode
from instruments.model import Version
from survey.collection import response_encoding
from survey.collection.admission import Admission
from survey.collection.rehearsal import Rehearsal
from survey.web.platform import answering_pages, draft_state, kiosk_mode, languages
from survey.web.platform.csrf import FORM_TOKEN
from survey.web.platform.draft_state import ANSWERS, SENT, TOKEN, WAVE, is_underway

_PLACE, _ARRIVED = "place", "arrived"
_COOKIE_KEYS = (WAVE, TOKEN, ANSWERS, SENT, _PLACE, _ARRIVED)


@dataclass(frozen=True, slots=True)
class ResponseDraft:
    """An admission, or a rehearsal, with what was answered so far: `encoded` is empty until a page is saved.

    `place` is the page its respondent was led to last: 0 for the first page, then the pages of statements by
    their numbers, and one more for the review. It says where to go on, whatever was left blank.
    """

    admission: Admission | Rehearsal
    encoded: bytes = b""
    place: int = 0

    def answers(self, version: Version) -> Answers:
        """Return what was answered so far, at first nothing. Raises Refused on another version's answers."""
        # one byte an item; what the background question was answered with comes after them
        answers = self.encoded[: len(version.items)]
        return decode(version, answers) if answers else Answers(version, {})

    def category(self, version: Version, asked: str | None) -> str | Skipped:
        """Return what was answered to the background question `asked`, at first nothing."""
        return response_encoding.split(version, asked, self.encoded)[1] if self.encoded else SKIPPED

    def answered(
        self, answers: Answers, asked: str | None = None, category: str | Skipped = SKIPPED, *, place: int = 0
    ) -> "ResponseDraft":
        """Return this draft with other answers; it is as long as what will be sent, whatever they are."""
        return replace(self, encoded=response_encoding.join(answers, asked, category), place=place)


def load() -> ResponseDraft:
    """Return the draft in this request's cookie. Raises Refused("draft-missing")."""
    if not is_underway():
        raise draft_state.missing()
    # on the pages of a rehearsal nothing is ever taken for an admission, whatever its cookie holds
    is_rehearsal = answering_pages.is_rehearsal()
    wave_key = str(session[WAVE])
    return ResponseDraft(
        Rehearsal(wave_key) if is_rehearsal else _admission(wave_key, session[TOKEN]),
        base64.b64decode(str(session.get(ANSWERS, ""))),
        int(str(session.get(_PLACE, 0))),
    )


def save(draft: ResponseDraft) -> None:
    """Put the draft into this reply's cookie."""
    session[WAVE] = draft.admission.wave_key
    if isinstance(draft.admission, Admission):
        _, session[TOKEN] = _encoded(draft.admission)
    session[ANSWERS] = base64.b64encode(draft.encoded).decode()
    session[_PLACE] = draft.place


def begin(admission: Admission | Rehearsal) -> None:
    """Begin a draft for an admission or a rehearsal, in place of whatever the cookie held.

    A form of another survey, or of another person, that is still open in another tab no longer fits: its
    token is renewed.
    """
    if is_sent():
        forget_everything()
    forget()
    save(ResponseDraft(admission))


def await_decision(admission: Admission) -> None:
    """Keep who has arrived beside the answers that are here already, until it is decided about these.

    No form that was shown with them fits any more, so that nothing is done to them meanwhile.
    """
    session[_ARRIVED] = _encoded(admission)
    session.pop(FORM_TOKEN, None)


def arrived() -> Admission | None:
    """Return who has arrived beside the answers that are here already; None where nobody has."""
    held = session.get(_ARRIVED)
    return _admission(*held) if isinstance(held, list) else None


def turn_away() -> None:
    """Forget who has arrived beside the answers that are here already."""
    session.pop(_ARRIVED, None)


def deliver() -> None:
    """Leave nothing in the cookie of a draft whose answers have arrived, but that they have."""
    token = session.get(FORM_TOKEN)
    forget()
    session[SENT] = True
    # a second press of the same button, or a reload, finds its way to the receipt
    session[FORM_TOKEN] = token


def is_sent() -> bool:
    """Return whether the last thing done with this browser was to send answers."""
    return SENT in session


def forget() -> None:
    """Take the draft out of the cookie, and with it the token of every form that was shown."""
    for key in (*_COOKIE_KEYS, FORM_TOKEN):
        session.pop(key, None)


def forget_everything() -> None:
    """Empty the cookie, so that the next person at the device finds it as the first one did.

    One in kiosk mode stays in it.
    """
    kiosk = kiosk_mode.wave_key()
    if kiosk is None:
        session.clear()
    else:
        kiosk_mode.set_up(kiosk)
    # what this request itself asks for is the next person's
    languages.choose_from_address()


def _encoded(admission: Admission) -> list[str]:
    return [admission.wave_key, base64.b64encode(admission.token).decode()]


def _admission(wave_key: object, token: object) -> Admission:
    return Admission(str(wave_key), base64.b64decode(str(token)))
