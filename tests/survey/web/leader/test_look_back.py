"""On its day an agreed action is looked at again: its status and a sentence, and a sheet to print."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pypdf
import pytest
from icalendar import Calendar

from reports.results.agreed_actions import LONGEST_LOOK_BACK, ActionStatus, AgreedAction, LookBack
from survey.accounts import passwords
from survey.store.repositories import accounts, actions
from tests.roles import grant_role
from tests.waves import TODAY, place, sealed, simulated

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
AGREED = AgreedAction(
    "shared_practice",
    "Vi undrer oss sammen.",
    "Hvert team åpner møtet med ett spørsmål.",
    "Teamlederne",
    "Referatene viser flere syn.",
    date(2026, 9, 1),
)
SAID = "Spørsmålene ble færre, men bedre."


@pytest.fixture
def inside(browser, home):
    """A browser signed in as the leader of Asken."""
    holder = accounts.add(home.database, "leder@example.org", HASHED, "nb")
    grant_role(home.database, holder, "leader", place(home).key)
    return browser.get("/account/sign-in?language=nb").submit({"email": holder.email, "password": PASSWORD})


@pytest.fixture
def wave(home):
    return sealed(home, simulated(12))


@pytest.fixture(autouse=True)
def written(home, wave):
    return actions.add(home.database, wave, AGREED)


def address(wave, path=""):
    return f"/leader/{wave.unit_key}/{wave.key}{path}"


def look_backs(home, wave):
    return [found for each in actions.of_wave(home.database, wave) for found in each.action.look_backs]


def test_what_became_of_an_action_is_written_and_stands_on_the_page_with_its_day(inside, home, wave):
    inside.get(address(wave))
    inside.get(inside.page.first("#agreed .aside a")["href"])
    assert AGREED.goal in inside.page.first("main .card").text
    inside.submit({"status": "changed", "sentence": f"  {SAID}\n"})
    assert inside.path == address(wave)
    assert "Neste rapport sier hva det ble til" in inside.page.first(".done").text
    assert look_backs(home, wave) == [LookBack(ActionStatus.CHANGED, SAID, TODAY)]
    assert inside.page.select("#agreed dd")[-1].text == f"Endret. {SAID}"


def test_a_second_time_on_one_day_rewrites_the_first_and_another_day_stays(
    inside, home, wave, written, clock
):
    path = address(wave, f"/actions/{written.key}/look-back")
    inside.get(path).submit({"status": "goes-on", "sentence": "Vi er i gang."})
    inside.get(path)
    assert inside.page.first("textarea").text == "Vi er i gang."
    inside.submit({"status": "changed", "sentence": SAID})
    clock.pass_by(86400)
    inside.get("/account/sign-in").submit({"email": "leder@example.org", "password": PASSWORD})
    assert inside.get(path).page.first("textarea").text == ""
    inside.submit({"status": "stopped", "sentence": "Vi slutter med det."})
    assert [each.status for each in look_backs(home, wave)] == [ActionStatus.CHANGED, ActionStatus.STOPPED]


@pytest.mark.parametrize(
    "fault",
    [
        ("status", "", "Velg hva det ble til med tiltaket."),
        ("status", "forgotten", "Velg hva det ble til med tiltaket."),
        ("sentence", " \n", "Skriv i en setning hva dere har sett."),
        (
            "sentence",
            "å" * (LONGEST_LOOK_BACK + 1),
            "Bruk høyst 140 tegn: Teksten trykkes i en smal kolonne.",
        ),
        ("sentence", "Bra 🎉", "“🎉”"),
    ],
)
def test_a_fault_is_told_beside_its_field_and_nothing_is_noted(inside, home, wave, written, fault):
    field, value, said = fault
    typed = {"status": "goes-on", "sentence": SAID, field: value}
    inside.get(address(wave, f"/actions/{written.key}/look-back")).submit(typed, status=400)
    assert inside.page.first(".faults a")["href"] == f"#{field}"
    assert said.strip("“”") in inside.page.first(f"#{field}-error-1").text
    assert look_backs(home, wave) == []


def test_a_letter_that_cannot_be_printed_is_refused_in_an_action_too(inside, home, wave):
    typed = {"dimension": AGREED.dimension, "goal": "Vi ler 🎉", "action": "a", "who": "b", "sign": "c"}
    inside.get(address(wave, "/actions/new")).submit({**typed, "due": "2026-09-01"}, status=400)
    assert "🎉" in inside.page.first("#goal-error-1").text
    assert len(actions.of_wave(home.database, wave)) == 1


@pytest.mark.parametrize(
    ("found", "today", "due"),
    [
        ((), date(2026, 8, 31), False),
        ((), date(2026, 9, 1), True),
        ((LookBack(ActionStatus.GOES_ON, SAID, date(2026, 8, 20)),), date(2026, 9, 1), True),
        ((LookBack(ActionStatus.STOPPED, SAID, date(2026, 8, 20)),), date(2026, 9, 1), False),
        ((LookBack(ActionStatus.GOES_ON, SAID, date(2026, 9, 1)),), date(2026, 9, 9), False),
    ],
)
def test_it_is_time_to_look_back_from_the_day_on_until_somebody_has(found, today, due):
    action = AgreedAction(
        AGREED.dimension, AGREED.goal, AGREED.action, AGREED.who, AGREED.sign, AGREED.due, found
    )
    assert action.is_due(today) is due


def test_the_desk_and_the_page_say_that_it_is_time_and_no_more_once_it_is_done(inside, home, wave):
    kept = AgreedAction(AGREED.dimension, AGREED.goal, AGREED.action, AGREED.who, AGREED.sign, TODAY)
    written = actions.add(home.database, wave, kept)
    link = address(wave, f"/actions/{written.key}/look-back")
    assert link in [each["href"] for each in inside.get("/leader/").page.select("main .note a")]
    assert "På tide å se tilbake" in inside.get(address(wave)).page.first("#agreed").text
    inside.get(link).submit({"status": "goes-on", "sentence": SAID})
    assert not inside.get("/leader/").page.select("main .note a")
    assert "På tide" not in inside.get(address(wave)).page.first("#agreed").text


def test_the_sheet_is_a_page_with_what_was_agreed_and_room_to_write(inside, wave):
    reply = inside.client.get(address(wave, "/look-back.pdf"), base_url=inside.address)
    [page] = pypdf.PdfReader(BytesIO(reply.data)).pages
    told = " ".join(page.extract_text().split())
    for said in ("Asken", AGREED.goal, AGREED.action, AGREED.who, AGREED.sign, "1. september 2026"):
        assert said in told
    assert all(word in told for word in ("Går videre", "Endret", "Avsluttet", "Hva har vi sett?"))


def test_the_days_to_look_back_come_as_a_file_for_the_calendar_without_what_has_stopped(
    inside, home, wave, written
):
    other = actions.add(home.database, wave, replace(AGREED, goal="Et annet mål", due=date(2026, 10, 5)))
    path = address(wave, "/look-back.ics")
    content = inside.client.get(path, base_url=inside.address).data
    events = {each["uid"]: each for each in Calendar.from_ical(content).walk("VEVENT")}
    assert {each.decoded("dtstart") for each in events.values()} == {AGREED.due, date(2026, 10, 5)}
    event = events[f"{written.key}@kjennetegn"]
    assert str(event["summary"]) == f"Se tilbake: {AGREED.goal}"
    assert str(event["description"]).split("\n") == [AGREED.action, AGREED.who, AGREED.sign]
    assert "attendee" not in event
    assert "organizer" not in event
    found = LookBack(ActionStatus.STOPPED, SAID, TODAY)
    actions.note_look_back(home.database, wave, other.key, found)
    again = Calendar.from_ical(inside.client.get(path, base_url=inside.address).data)
    assert [str(each["uid"]) for each in again.walk("VEVENT")] == [f"{written.key}@kjennetegn"]


def test_another_units_action_is_neither_looked_at_nor_noted(inside, home, wave, written):
    theirs = sealed(home, simulated(12), unit="Bjørka")
    kept = actions.add(home.database, theirs, AGREED)
    token = inside.get(address(wave, f"/actions/{written.key}/look-back")).token()
    sent = {"status": "stopped", "sentence": SAID, "csrf_token": token}
    for path in (
        address(theirs, f"/actions/{kept.key}/look-back"),
        address(wave, f"/actions/{kept.key}/look-back"),
        f"/leader/{wave.unit_key}/{theirs.key}/actions/{kept.key}/look-back",
    ):
        inside.get(path, status=404)
        inside.post(path, sent, status=404)
    inside.get(address(theirs, "/look-back.pdf"), status=404)
    assert look_backs(home, theirs) == []
