"""Days that commands are given: they look at the clock, and take none that is far off."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")  # where a day begins and ends, if nothing else is set


def in_days(number):
    """The day so many days from today, as it is typed."""
    return (datetime.now(OSLO).date() + timedelta(days=number)).isoformat()
