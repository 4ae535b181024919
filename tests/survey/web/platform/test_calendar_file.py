"""An appointment as a calendar file: read back by a parser, and in the form that RFC 5545 asks for."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from survey.web.platform.calendar_file import Appointment, calendar_file

OSLO = ZoneInfo("Europe/Oslo")
TEXT = "Trekk en lapp; skann den, eller skriv koden.\n\nIngen spør om navnet ditt: æøå \\ slutt"
WRITTEN = datetime(2026, 3, 9, 12, tzinfo=UTC)


def made(**changed):
    usual = {
        "key": "answering-1a2b3c4d@kjennetegn",
        "title": "Svar på undersøkelsen: Vår 2026, del 1; og mer",
        "text": TEXT,
        "starts_at": datetime(2026, 3, 10, 14, tzinfo=OSLO),
        "length": timedelta(minutes=10),
        "written_at": WRITTEN,
    }
    return calendar_file(Appointment(**(usual | changed)))


def read_back(content):
    [event] = Calendar.from_ical(content).walk("VEVENT")
    return event


def test_what_is_written_is_read_back():
    event = read_back(made())
    assert str(event["summary"]) == "Svar på undersøkelsen: Vår 2026, del 1; og mer"
    assert str(event["description"]) == TEXT
    assert event.decoded("dtstamp") == WRITTEN
    assert str(event["uid"]) == "answering-1a2b3c4d@kjennetegn"


@pytest.mark.parametrize(("month", "hour"), [(3, 13), (6, 12)])
def test_two_in_the_afternoon_is_that_in_winter_and_in_summer(month, hour):
    event = read_back(made(starts_at=datetime(2026, month, 10, 14, tzinfo=OSLO)))
    assert event.decoded("dtstart") == datetime(2026, month, 10, hour, tzinfo=UTC)
    assert event.decoded("dtstart").astimezone(OSLO).hour == 14
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=10)


def test_it_names_nobody_and_asks_nobody_to_accept():
    content = made()
    assert b"ATTENDEE" not in content
    assert b"ORGANIZER" not in content
    assert b"METHOD" not in content


def test_its_lines_are_folded_and_end_as_the_standard_says():
    content = made(title="Å" * 200)
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert str(read_back(content)["summary"]) == "Å" * 200
    assert {b"VERSION:2.0", b"PRODID:-//Kjennetegn//Kjennetegn//EN"} <= set(lines)
