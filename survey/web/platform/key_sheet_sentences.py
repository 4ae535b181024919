"""What is said after key sheets were given, on the leader's page and on that of whoever holds one."""

from datetime import datetime

from flask_babel import format_datetime, gettext

from survey.collection.sheet_sealing import GivenSheets
from survey.web.platform.context import context


def outcome(given: GivenSheets) -> str:
    """Return what came of giving sheets: the survey is sealed, or the second one is waited for."""
    if given.held_until is None:
        sealed: str = gettext("The survey is sealed. The answers are counted and destroyed.")
        return sealed
    waits: str = gettext(
        "One key sheet is given. The second one is waited for until %(time)s; then the first must be given "
        "anew.",
        time=clock_time(given.held_until),
    )
    return waits


def clock_time(seconds: int) -> str:
    """Return a moment as the reader's language writes the time of day, where the installation is."""
    moment = datetime.fromtimestamp(seconds, context().settings.time_zone)
    written: str = format_datetime(moment, "HH:mm", rebase=False)
    return written
