"""What a cookie says of answers that are not sent: pages of every kind say how to go on with them."""

from datetime import timedelta

from flask import session

from instruments.problems import Damaged, Refused, refuse
from survey.collection import lifecycle, rehearsal
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave
from survey.web.platform import answering_pages
from survey.web.platform.context import context

# the parts of the cookie of somebody who answers; `SENT` stands alone in one whose answers have arrived
WAVE, TOKEN, ANSWERS, SENT = "wave", "token", "answers", "sent"


def is_underway() -> bool:
    """Return whether this request's cookie holds a draft, with answers or before the first."""
    return WAVE in session


def has_answers() -> bool:
    """Return whether this request's cookie holds answers that were saved and not sent."""
    return bool(session.get(ANSWERS))


def can_go_on() -> bool:
    """Return whether this request's cookie holds a draft that its survey still takes."""
    if not is_underway():
        return False
    try:
        wave = waves.cached(context().database, str(session[WAVE]))
        require_taken(wave)
    except (Refused, Damaged):
        return False
    return True


def require_taken(wave: Wave) -> None:
    """Raise Refused where a draft of the wave is not taken any more, or cannot be rehearsed."""
    if answering_pages.is_rehearsal():
        rehearsal.require_possible(wave, context().closing_day)
    else:
        lifecycle.require_taking(wave, context().closing_day)


def missing() -> Refused:
    """Return the refusal of a page that needs a draft, where this request's cookie holds none."""
    kept = timedelta(hours=context().policy.retention.unsent_answers_hours)
    if answering_pages.is_rehearsal():
        return refuse(
            "rehearsal-missing",
            "What is ticked in a rehearsal is kept in your browser only, for at most %(kept)s. Either that "
            "time has passed, or your browser does not keep cookies.",
            "Begin the rehearsal again, from the page with all the questions.",
            kept=kept,
        )
    return refuse(
        "draft-missing",
        "Answers that have not been sent are kept in your browser only, for at most %(kept)s. "
        "Either that time has passed, or your browser does not keep cookies.",
        "Type your code or scan it again.",
        kept=kept,
    )
