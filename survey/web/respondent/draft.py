"""A respondent's unsent answers, as their own cookie carries them."""

import base64
from dataclasses import dataclass, replace

from flask import session

from instruments.answers import SKIPPED, Answers, Skipped, decode
from instruments.model import Version
from survey.collection import response_encoding
from survey.collection.admission import Admission
from survey.web.platform import draft_state
from survey.web.platform.csrf import FORM_TOKEN
from survey.web.platform.draft_state import SENT, TOKEN, is_underway

_COOKIE_KEYS = ("wave", TOKEN, "answers", SENT)


@dataclass(frozen=True, slots=True)
class ResponseDraft:
    """An admission with what was answered so far: `encoded` is empty until the first page is saved.

    `sent` means that the answers arrived; they are no longer here.
    """

    admission: Admission
    encoded: bytes = b""
    sent: bool = False

    def answers(self, version: Version) -> Answers:
        """Return what was answered so far, at first nothing. Raises Refused on another version's answers."""
        # one byte an item; what the background question was answered with comes after them
        answers = self.encoded[: len(version.items)]
        return decode(version, answers) if answers else Answers(version, {})

    def category(self, version: Version, asked: str | None) -> str | Skipped:
        """Return what was answered to the background question `asked`, at first nothing."""
        return response_encoding.split(version, asked, self.encoded)[1] if self.encoded else SKIPPED

    def answered(
        self, answers: Answers, asked: str | None = None, category: str | Skipped = SKIPPED
    ) -> "ResponseDraft":
        """Return this draft with other answers; it is as long as what will be sent, whatever they are."""
        return replace(self, encoded=response_encoding.join(answers, asked, category))

    def delivered(self) -> "ResponseDraft":
        """Return this draft once its answers have arrived: it remembers that, and forgets them."""
        return replace(self, encoded=b"", sent=True)


def load() -> ResponseDraft:
    """Return the draft in this request's cookie. Raises Refused("draft-missing")."""
    if not is_underway():
        raise draft_state.missing()
    return ResponseDraft(
        Admission(str(session["wave"]), base64.b64decode(str(session[TOKEN]))),
        base64.b64decode(str(session.get("answers", ""))),
        bool(session.get(SENT, False)),
    )


def save(draft: ResponseDraft) -> None:
    """Put the draft into this reply's cookie."""
    session["wave"] = draft.admission.wave_key
    session[TOKEN] = base64.b64encode(draft.admission.token).decode()
    session["answers"] = base64.b64encode(draft.encoded).decode()
    session[SENT] = draft.sent


def begin(admission: Admission) -> ResponseDraft:
    """Begin a draft for an admission; who comes back with the same one keeps what they had answered.

    A form of another survey that is still open in another tab no longer fits: its token is renewed.
    """
    if is_underway() and session["wave"] == admission.wave_key:
        kept = load()
        if kept.admission.token == admission.token:
            return kept
    # another survey's answers, or another person's at the same device, must not be mixed with these
    forget()
    draft = ResponseDraft(admission)
    save(draft)
    return draft


def forget() -> None:
    """Take the draft out of the cookie, and with it the token of every form that was shown."""
    for key in (*_COOKIE_KEYS, FORM_TOKEN):
        session.pop(key, None)
