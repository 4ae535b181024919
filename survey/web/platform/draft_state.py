"""Whether a browser holds unsent answers: pages of every kind say how to go on with them."""

from datetime import timedelta

from flask import session

from instruments.problems import Refused, refuse
from survey.web.platform.context import context

TOKEN, SENT = "token", "sent"


def is_underway() -> bool:
    """Return whether this request's cookie holds a draft."""
    return TOKEN in session


def is_unsent() -> bool:
    """Return whether this request's cookie holds a draft that was not sent."""
    return is_underway() and not session.get(SENT, False)


def missing() -> Refused:
    """Return the refusal of a page that needs a draft, where this request's cookie holds none."""
    return refuse(
        "draft-missing",
        "Answers that are not sent are kept on your device only, for at most %(kept)s. Either that time has "
        "passed, or your browser does not keep cookies.",
        "Type your code or scan it again.",
        kept=timedelta(hours=context().policy.retention.unsent_answers_hours),
    )
