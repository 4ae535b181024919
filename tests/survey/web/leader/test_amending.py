"""A survey that was opened: opened again, taken back to a draft, its last day moved, its title put right."""

import io
from datetime import timedelta

import pypdf
import pytest

from survey.accounts import passwords
from survey.collection import admission, amendments, lifecycle
from survey.store.repositories import accounts, waves
from tests.log_lines import log_lines
from tests.pages import saved_name
from tests.policies import POLICY
from tests.roles import grant_role
from tests.survey.web.conftest import seconds_of
from tests.waves import (
    CLOSES,
    OPENS,
    TODAY,
    answer,
    closed,
    closed_with_sheets,
    drafted,
    opened,
    place,
    seal,
    sealed,
    simulated,
)

EMAIL, PASSWORD = "leder@example.org", "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
LATER = CLOSES + timedelta(12)


@pytest.fixture
def inside(browser, home):
    """A browser signed in as leader of Asken."""
    grant_role(home.database, accounts.add(home.database, EMAIL, HASHED, "nb"), "leader", place(home).key)
    return sign_in(browser)


def sign_in(browser):
    return browser.get("/account/sign-in").submit({"email": EMAIL, "password": PASSWORD})


def path_of(wave):
    return f"/leader/{wave.unit_key}/{wave.key}"


def said(browser):
    return browser.page.first("main").text


def now(home, wave):
    return waves.by_key(home.database, wave.key)


def led_to(browser, wave, act):
    """The page of the survey that its own page leads to."""
    link = browser.get(path_of(wave)).page.first(f'main a[href="{path_of(wave)}/{act}"]')
    return browser.get(link["href"])


def test_a_survey_closed_too_early_is_opened_again(inside, home, capsys):
    wave = opened(home)
    answer(home, wave, simulated(3))
    led_to(inside, wave, "close")
    assert "Ut 10. mars 2026 kan undersøkelsen åpnes igjen. Det kan gjøres høyst 1 gang." in said(inside)
    inside.submit(press="Steng undersøkelsen nå")
    assert inside.page.first(".done").text == "Undersøkelsen er stengt."
    led_to(inside, wave, "reopen")
    assert inside.page.first("#closes_on")["value"] == CLOSES.isoformat()
    inside.submit(press="Åpne undersøkelsen igjen")
    assert inside.page.first(".done").text == "Undersøkelsen er åpen igjen."
    assert (now(home, wave).is_open, now(home, wave).closes_on) == (True, CLOSES)
    assert log_lines(capsys.readouterr().err)[-1]["event"] == "wave-reopened"
    # once, and then no more
    inside.get(f"{path_of(wave)}/close")
    assert "åpnes igjen" not in said(inside)
    inside.submit(press="Steng undersøkelsen nå")
    assert not inside.page.select(f'main a[href="{path_of(wave)}/reopen"]')
    inside.get(f"{path_of(wave)}/reopen", 409)
    assert now(home, wave).is_closed


def test_sealing_within_the_day_says_that_opening_again_ends_with_it(inside, home):
    wave = opened(home)
    answer(home, wave, simulated(6))
    lifecycle.close(home.database, wave.key, TODAY)
    inside.get(f"{path_of(wave)}/seal")
    assert "åpnes aldri igjen, noe den ellers kunne til og med 10. mars 2026" in said(inside)
    inside.submit(press="Forsegl undersøkelsen")
    assert now(home, wave).is_sealed


def test_few_answers_lead_back_to_an_open_survey_before_they_are_destroyed(inside, home):
    wave = lifecycle.close(home.database, opened(home).key, TODAY)
    for act in ("seal", "destroy"):
        inside.get(f"{path_of(wave)}/{act}")
        assert inside.page.first(f'main a[href="{path_of(wave)}/reopen"]')


def test_after_the_day_it_is_said_that_it_is_over(request, home, clock):
    wave = lifecycle.close(home.database, opened(home).key, TODAY)
    clock.seconds = seconds_of(TODAY + timedelta(POLICY.collection.reopen_days + 1))
    inside = request.getfixturevalue("inside").get(path_of(wave))
    assert not inside.page.select(f'main a[href="{path_of(wave)}/reopen"]')
    inside.get(f"{path_of(wave)}/reopen", 409)
    assert "kan ikke lenger åpnes igjen" in said(inside)
    inside.post(
        f"{path_of(wave)}/reopen", {"csrf_token": inside.get("/leader/").token(), "closes_on": LATER}, 409
    )
    assert now(home, wave).is_closed


def test_a_day_that_cannot_be_is_told_at_its_field(inside, home):
    early = lifecycle.close(home.database, opened(home).key, TODAY)
    for day, told in (
        (CLOSES - timedelta(1), "En undersøkelse blir aldri kortere"),
        (OPENS + timedelta(367), "Velg en siste dag innen et år fra den første"),
        ("31. februar", "gyldig dato"),
        (CLOSES, "En annen undersøkelse er åpen"),
    ):
        if day == CLOSES:
            opened(home, "Asken", title="En annen")
        inside.get(f"{path_of(early)}/reopen").submit({"closes_on": day}, "Åpne undersøkelsen igjen", 400)
        assert inside.page.first(".faults a")["href"] == "#closes_on"
        assert told in inside.page.first(".faults").text
    assert now(home, early).is_closed


def test_a_survey_with_sheets_is_opened_again_and_says_what_becomes_of_a_sheet(inside, home):
    wave, _ = closed_with_sheets(home, simulated(3), invited=20)
    assert not inside.get(path_of(wave)).page.select(f'main a[href="{path_of(wave)}/reopen"]')
    with home.database.writing() as connection:
        waves.amend(connection, wave.id, closes_on=TODAY, reopens_to=CLOSES)
    led_to(inside, wave, "reopen")
    assert "Et nøkkelark som er levert, må leveres på nytt" in said(inside)
    inside.submit(press="Åpne undersøkelsen igjen")
    assert now(home, wave).is_open


def test_the_last_day_is_moved_and_everything_says_so(inside, home, capsys):
    wave = opened(home)
    led_to(inside, wave, "last-day")
    assert inside.page.first("#closes_on")["value"] == CLOSES.isoformat()
    assert "i juli eller senere" in said(inside)
    inside.submit({"closes_on": CLOSES - timedelta(1)}, press="Flytt siste dag", status=400)
    assert inside.page.first(".faults a")["href"] == "#closes_on"
    inside.submit({"closes_on": LATER}, press="Flytt siste dag")
    assert inside.page.first(".done").text == "Undersøkelsen er åpen til og med 1. april 2026."
    assert "12 dager senere enn først planlagt" in said(inside)
    assert "Siste dag er flyttet fra 20. mars 2026 til 1. april 2026." in said(inside)
    assert now(home, wave).closes_on == LATER
    assert log_lines(capsys.readouterr().err)[-1]["event"] == "wave-prolonged"


def test_only_the_last_day_of_an_open_survey_is_moved(inside, home):
    for wave in (drafted(home), closed(home, [], "Asken")):
        assert not inside.get(path_of(wave)).page.select(f'main a[href="{path_of(wave)}/last-day"]')
        inside.get(f"{path_of(wave)}/last-day", 409)


def test_the_title_and_the_number_invited_are_put_right(inside, home, capsys):
    wave = opened(home)
    led_to(inside, wave, "correct")
    for field, value in (
        ("title", "Vår \N{GRINNING FACE}"),
        ("title", ""),
        ("invited", "19"),
        ("invited", "x"),
    ):
        inside.get(f"{path_of(wave)}/correct").submit({field: value}, "Lagre", 400)
        assert inside.page.first(".faults a")["href"] == f"#{field}"
    inside.get(f"{path_of(wave)}/correct").submit({"title": "Høst 2026", "invited": "24"}, "Lagre")
    assert inside.heading == "Høst 2026"
    assert "rettet fra 20" in said(inside)
    assert (now(home, wave).title, now(home, wave).invited) == ("Høst 2026", 24)
    told = log_lines(capsys.readouterr().err)[-1]
    assert (told["event"], told["changed"]) == ("wave-corrected", "title invited")
    assert "Høst" not in str(told)


@pytest.mark.parametrize("made", [drafted, lambda home: sealed(home, simulated(6))])
def test_a_draft_and_a_sealed_survey_are_not_corrected(inside, home, made):
    wave = made(home)
    assert not inside.get(path_of(wave)).page.select(f'main a[href="{path_of(wave)}/correct"]')
    inside.get(f"{path_of(wave)}/correct", 409)
    inside.post(f"{path_of(wave)}/correct", {"csrf_token": inside.get("/leader/").token(), "title": "x"}, 400)
    assert now(home, wave).title == wave.title


def test_a_survey_opened_ahead_says_when_it_begins_has_its_poster_and_can_be_a_draft_again(inside, home):
    first = TODAY + timedelta(3)
    wave = drafted(home, opens_on=first, open_link=True)
    assert "Den tar imot svar av seg selv fra 12. mars 2026" in said(inside.get(path_of(wave)))
    inside.submit(press="Åpne undersøkelsen")
    assert "Åpner 12. mars 2026" in inside.get("/leader/").page.first("main td").text
    assert not inside.get(path_of(wave)).page.select(f'main a[href="{path_of(wave)}/close"]')
    led_to(inside, wave, "take-back")
    inside.submit(press="Gjør den om til utkast igjen")
    assert inside.page.first(".done").text == "Undersøkelsen er et utkast igjen."
    assert now(home, wave).is_draft
    assert inside.page.first(f'main a[href="{path_of(wave)}/change"]')
    inside.submit(press="Åpne undersøkelsen")
    assert now(home, wave).is_open


def test_a_survey_that_has_begun_is_no_draft_again(inside, home):
    wave = opened(home)
    assert not inside.get(path_of(wave)).page.select(f'main a[href="{path_of(wave)}/take-back"]')
    inside.post(f"{path_of(wave)}/take-back", {"csrf_token": inside.token()}, 409)
    inside.get(f"{path_of(wave)}/take-back", 409)
    assert now(home, wave).is_open


def test_the_desk_says_of_a_draft_that_its_first_day_has_come(request, home, clock):
    drafted(home, opens_on=TODAY + timedelta(3))
    inside = request.getfixturevalue("inside")
    assert "Ikke åpnet ennå" not in inside.get("/leader/").page.first("main td").text
    clock.seconds = seconds_of(TODAY + timedelta(3))
    assert (
        "Første dag skulle være 12. mars 2026." in sign_in(inside).get("/leader/").page.first("main td").text
    )


def test_participation_stays_in_the_steps_of_the_number_first_given(inside, home):
    wave = opened(home, invited=12, leaders_answer=False)
    answer(home, wave, simulated(11))
    assert "5 eller flere" in said(inside.get(path_of(wave)))
    amendments.correct(home.database, wave.key, title=wave.title, invited=60)
    assert "5 eller flere" in said(inside.get(path_of(wave)))
    assert admission.cap(now(home, wave)) >= 60


def test_the_profile_and_the_report_say_what_was_moved_and_corrected(inside, home):
    wave = opened(home)
    answer(home, wave, simulated(6))
    amendments.prolong(home.database, wave.key, LATER, TODAY)
    amendments.correct(home.database, wave.key, title=wave.title, invited=24)
    lifecycle.close_due(home.database, wave.key, LATER + timedelta(1))
    seal(home, now(home, wave))
    assert "(rettet fra 20)" in said(inside.get(f"{path_of(wave)}/profile"))
    reply = inside.get(inside.page.first("main .go a")["href"]).reply
    text = " ".join(pypdf.PdfReader(io.BytesIO(reply.data)).pages[0].extract_text().split())
    assert "dager senere enn først planlagt: 12" in text
    assert "antallet inviterte rettet fra 20 til 24" in text


def test_what_is_printed_for_a_survey_is_named_by_unit_survey_and_language(inside, home):
    wave = opened(home, title="Vår 2026")
    inside.get(path_of(wave)).submit({"count": "3"}, "Lapper som PDF")
    assert saved_name(inside.reply) == "slips-Asken-Vår-2026-nb.pdf"
