"""Ready texts for the staff: in every language, the same whoever has answered; a time for the calendar."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from icalendar import Calendar

from instruments import background
from reports.disclosure import Audience
from survey.accounts import passwords
from survey.collection import lifecycle, questionnaire_link
from survey.store.repositories import accounts
from tests.roles import grant_role
from tests.waves import REFERENCE, answer, drafted, opened, place, sealed, simulated, version

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
FIRST = {"nb": "mandag 2. mars 2026", "nn": "måndag 2. mars 2026", "en": "Monday, 2 March 2026"}
LAST = {"nb": "fredag 20. mars 2026", "nn": "fredag 20. mars 2026", "en": "Friday, 20 March 2026"}
ANONYMOUS = {
    "nb": "Ingen spør om navnet ditt",
    "nn": "Ingen spør om namnet ditt",
    "en": "Nobody asks for your",
}
ON_PAPER = {
    "nb": "De som svarer på papir, finner det på skjemaet.",
    "nn": "Dei som svarar på papir, finn det på skjemaet.",
    "en": "Whoever answers on paper finds it on the form.",
}
SEEN = {
    "nb": (
        "Dere kan selv lese den første siden av resultatene uten å logge inn",
        "senest {days} dager etter",
        "Siden har tall bare når minst {among} har svart.",
    ),
    "nn": (
        "De kan sjølve lese den første sida av resultata utan å logge inn",
        "seinast {days} dagar etter",
        "Sida har tal berre når minst {among} har svara.",
    ),
    "en": (
        "You can read the first page of the results yourselves, without signing in",
        "at the latest {days} days after",
        "It has figures only where at least {among} have answered.",
    ),
}
OCCASIONS, USES = ("before", "opening", "reminder"), ("mail", "meeting", "wall")


@pytest.fixture
def inside(browser, home):
    """A browser signed in as the leader of Asken."""
    holder = accounts.add(home.database, "leder@example.org", HASHED, "nb")
    grant_role(home.database, holder, "leader", place(home).key)
    return browser.get("/account/sign-in?language=nb").submit({"email": holder.email, "password": PASSWORD})


def address(wave, path="announcements"):
    return f"/leader/{wave.unit_key}/{wave.key}/{path}"


def texts(browser):
    return {each["id"]: each.text for each in browser.page.select("textarea")}


@pytest.mark.parametrize("tongue", version().editions["skole"])
def test_there_is_a_text_for_every_occasion_and_use_in_every_language(inside, home, tongue):
    wave = drafted(home, "Asken", background="role@1", split_key=True)
    inside.get(f"{address(wave)}?tongue={tongue}")
    said = texts(inside)
    assert list(said) == [f"{occasion}-{use}" for occasion, use in product(OCCASIONS, USES)]
    wording = version().wording("skole", tongue)
    questions = f"https://svar.example/q/{questionnaire_link.code(home.keys, wave)}"
    about_you = background.wording_of("role@1", wording).question
    for name, text in said.items():
        assert LAST[tongue] in text
        assert ANONYMOUS[tongue] in text
        assert (FIRST[tongue] in text) == name.startswith("before")
        assert (questions in text) == name.startswith("before")
        assert (about_you in text) == (name in {"before-mail", "before-meeting"})
    for name in ("before-mail", "opening-meeting", "reminder-mail"):
        assert "https://svar.example/privacy" in said[name]
    assert wording.introduction[0].split(". ")[0] in said["before-mail"]


@pytest.mark.parametrize("tongue", version().editions["skole"])
def test_people_are_told_that_they_see_the_results_when_and_of_how_many(inside, home, tongue):
    wave = drafted(home, "Asken", leaders_answer=False)
    said = texts(inside.get(f"{address(wave)}?tongue={tongue}"))
    among = home.policy.minimum(Audience.LEADER_AMONG_RESPONDENTS)
    own_look = f"{SEEN[tongue][0]}, {SEEN[tongue][1].format(days=home.policy.collection.show_staff_days)}"
    needed = SEEN[tongue][2].format(among=among)
    # who answers on paper gets no receipt
    on_paper = ON_PAPER[tongue]
    told = {name for name, text in said.items() if own_look in text and on_paper in text and needed in text}
    assert told == {f"{occasion}-{use}" for occasion, use in product(OCCASIONS[:2], USES[:2])}


def test_where_leaders_answer_too_the_same_minimum_is_said_once(inside, home):
    said = texts(inside.get(address(drafted(home, "Asken", leaders_answer=True))))["before-mail"]
    among = home.policy.minimum(Audience.LEADER_AMONG_RESPONDENTS)
    assert said.count(f"minst {among} har svart") == 1


def test_people_are_told_how_to_come_in_as_the_survey_has_it(inside, home):
    slips = texts(inside.get(address(opened(home, "Asken"))))
    assert all("Trekk en lapp" in slips[f"opening-{use}"] for use in USES)
    wave = drafted(home, "Asken", opens_on=date(2026, 6, 1), closes_on=date(2026, 6, 12), open_link=True)
    poster = texts(inside.get(address(wave)))
    assert all("QR-koden på plakaten" in poster[f"opening-{use}"] for use in USES)
    assert not [text for text in poster.values() if "lapp" in text]


def test_a_follow_up_promises_that_nobody_outside_sees_its_results(inside, home):
    sealed(home, simulated(12), "Asken")
    days = {"opens_on": date(2026, 6, 1), "closes_on": date(2026, 6, 12)}
    part = drafted(home, "Asken", instrument=f"{REFERENCE}+evidence_use+shared_practice", **days)
    said = texts(inside.get(address(part)))["before-mail"]
    assert "bare for arbeidsplassen deres" in said
    assert "utenfor arbeidsplassen" not in said
    asked = inside.get(f"/q/{questionnaire_link.code(home.keys, part)}").page.select("ol.statements > li")
    assert len(asked) == len(version(part.instrument).items) < len(version().items)


def test_the_texts_and_the_page_are_the_same_however_many_have_answered(inside, home):
    wave = opened(home, "Asken", invited=12)
    before = inside.get(address(wave)).reply.text
    answer(home, wave, simulated(12))
    assert inside.get(address(wave)).reply.text == before


def test_a_closed_survey_is_not_announced(inside, home):
    wave = opened(home, "Asken")
    lifecycle.close(home.database, wave.key)
    inside.get(address(wave), status=409)
    inside.get(address(wave, "answering-time.ics"), status=409)


def test_a_tuesday_after_lunch_is_proposed(inside, home):
    inside.get(address(opened(home, "Asken")))
    fields = {each["id"]: each["value"] for each in inside.page.select("#answering-time input[id]")}
    assert fields == {"day": "2026-03-10", "at": "14:00"}


def event(browser):
    [found] = Calendar.from_ical(browser.reply.data).walk("VEVENT")
    return found


def test_the_time_goes_into_the_calendar_in_the_texts_language(inside, home):
    wave = opened(home, "Asken")
    inside.get(address(wave, "answering-time.ics?day=2026-03-17&at=08:30&tongue=nn"))
    assert inside.reply.mimetype == "text/calendar"
    found = event(inside)
    assert found.decoded("dtstart") == datetime(2026, 3, 17, 7, 30, tzinfo=UTC)
    assert found.decoded("dtend") - found.decoded("dtstart") == timedelta(minutes=10)
    assert str(found["summary"]) == "Svar på undersøkinga: Vår 2026"
    assert "Trekk ein lapp" in str(found["description"])
    # chosen anew, it moves the appointment that is there
    key = str(found["uid"])
    inside.get(address(wave, "answering-time.ics?day=2026-03-18&at=09:00&tongue=nn"))
    assert str(event(inside)["uid"]) == key


@pytest.mark.parametrize(
    ("day", "at", "fault"),
    [
        ("2026-03-21", "14:00", "Velg en dag da undersøkelsen er åpen."),
        ("2026-03-01", "14:00", "Velg en dag da undersøkelsen er åpen."),
        ("2026-02-30", "14:00", "Skriv en gyldig dato"),
        ("", "14:00", "Velg en dag."),
        ("2026-03-10", "25:00", "Skriv et klokkeslett"),
        ("2026-03-10", "", "Skriv et klokkeslett"),
    ],
)
def test_a_time_at_which_nobody_can_answer_is_refused_at_its_field(inside, home, day, at, fault):
    wave = opened(home, "Asken")
    inside.get(address(wave, f"answering-time.ics?day={day}&at={at}"), status=400)
    [said] = [each.text for each in inside.page.select(".faults li")]
    assert fault in said
