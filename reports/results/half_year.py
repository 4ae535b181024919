"""Half-years: what a wave's closing date is released as, and what a round of waves is made of."""

import re
from datetime import date

_LAST_MONTH = 6  # of the first half


def half_year(day: date) -> str:
    """Return the year and the half of it in which `day` lies, such as 2026-1."""
    return f"{day.year}-{1 if day.month <= _LAST_MONTH else 2}"


def is_half_year(text: str) -> bool:
    """Return whether a text is a half-year as `half_year` writes it."""
    return re.fullmatch("[1-9][0-9]{3}-[12]", text) is not None


def days(half: str) -> tuple[date, date]:
    """Return the first and the last day of a half-year as `half_year` writes it."""
    year, _, part = half.partition("-")
    if part == "1":
        return date(int(year), 1, 1), date(int(year), 6, 30)
    return date(int(year), 7, 1), date(int(year), 12, 31)
