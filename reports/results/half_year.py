"""Half-years: what a wave's closing date is released as, and what a round of waves is made of."""

from datetime import date

_LAST_MONTH = 6  # of the first half


def half_year(day: date) -> str:
    """Return the year and the half of it in which `day` lies, such as 2026-1."""
    return f"{day.year}-{1 if day.month <= _LAST_MONTH else 2}"
