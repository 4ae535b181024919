"""What is said after key sheets were given, on the leader's page and on that of whoever holds one."""

from datetime import datetime

from flask_babel import format_datetime, gettext

from survey.collection.sheet_sealing import GivenSheets
from survey.web.platform.context import context


def outcome(given: GivenSheets, *, without_result: bool = False) -> str:
    """Return what came of giving sheets: the survey is sealed, or the second one is waited for."""
    if given.held_until is None and without_result:
        return destroyed()
    if given.held_until is None:
        sealed: str = gettext("The survey is sealed. The answers have been counted and deleted.")
        return sealed
    waits: str = gettext(
        "One key sheet has been handed in. The second must be handed in before %(time)s; "
        "otherwise the first must be handed in again. If few have answered, it is the leader who must "
        "hand in the second.",
        time=clock_time(given.held_until),
    )
    return waits


def destroyed() -> str:
    """Return what is said after a survey was closed without result."""
    said: str = gettext("The survey is closed without result. Its answers and their key have been deleted.")
    return said


def clock_time(seconds: int) -> str:
    """Return a moment as the reader's language writes the time of day, where the installation is."""
    moment = datetime.fromtimestamp(seconds, context().settings.time_zone)
    written: str = format_datetime(moment, "HH:mm", rebase=False)
    return written
