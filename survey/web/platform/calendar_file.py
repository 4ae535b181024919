"""Appointments as a calendar file (iCalendar, RFC 5545) that every calendar program reads.

It names nobody and asks nobody to answer: who has accepted would say who is going to take part.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

MEDIA_TYPE = "text/calendar"


@dataclass(frozen=True, slots=True)
class Appointment:
    """What stands in the calendar. `key` is the same each time the appointment is written anew.

    `starts_at` is a time in a zone, `written_at` when the file was made, both to the second.
    """

    key: str
    title: str
    text: str
    starts_at: datetime
    length: timedelta
    written_at: datetime


@dataclass(frozen=True, slots=True)
class WholeDay:
    """A day that stands in the calendar without a time; the rest is as in an appointment."""

    key: str
    title: str
    text: str
    day: date
    written_at: datetime


def calendar_file(*appointments: Appointment | WholeDay) -> bytes:
    """Return the file."""
    calendar = Calendar()
    calendar.add("prodid", "-//Kjennetegn//Kjennetegn//EN")
    calendar.add("version", "2.0")
    for each in appointments:
        calendar.add_component(_event(each))
    return bytes(calendar.to_ical())


def _event(appointment: Appointment | WholeDay) -> Event:
    event = Event()
    event.add("uid", appointment.key)
    event.add("dtstamp", appointment.written_at.astimezone(UTC))
    if isinstance(appointment, WholeDay):
        event.add("dtstart", appointment.day)
    else:
        # in UTC, so that no rules of a time zone have to come along
        event.add("dtstart", appointment.starts_at.astimezone(UTC))
        event.add("dtend", (appointment.starts_at + appointment.length).astimezone(UTC))
    event.add("summary", appointment.title)
    event.add("description", appointment.text)
    return event
