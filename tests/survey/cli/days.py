"""Days that commands are given: they look at the clock, and take none that is far off."""

from datetime import date, timedelta


def in_days(number):
    """The day so many days from today, as it is typed."""
    return (date.today() + timedelta(days=number)).isoformat()  # noqa: DTZ011 - commands look at the clock
